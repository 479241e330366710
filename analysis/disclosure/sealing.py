"""Seal protected values, which only the gates of this package can fill, each from its own draft.

A private register of this module holds the content of a sealed value, so that a copy made in any other way holds
nothing. This module names the gates. No other module may define a sealed type.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, NoReturn, Self, SupportsIndex, TypeVar
from weakref import WeakKeyDictionary

from analysis.disclosure.canonical import sha256
from analysis.errors import AnalysisError

GATES = frozenset(
    {
        "analysis.disclosure.publication",
        "analysis.disclosure.microdata.publication",
        "analysis.disclosure.scorecard.publication",
    }
)
_SEAL = object()
Parts = TypeVar("Parts")


class Sealed(AnalysisError):
    """Refuse to make, copy or change a protected value outside its gate."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"expected a {name} that disclosure control made, but it was made elsewhere")


@dataclass(frozen=True, slots=True, eq=False)
class Contents(Generic[Parts]):
    """Hold the content of a sealed value: its document, its bytes, and the parts that its type shows."""

    document: Mapping[str, Any]
    content: bytes
    parts: Parts


_register: "WeakKeyDictionary[SealedValue[Any], Contents[Any]]" = WeakKeyDictionary()


class SealedValue(Generic[Parts]):
    """Hold a value that only a gate can fill."""

    __slots__ = ("__weakref__",)

    def __init__(self, seal: object, contents: Contents[Parts]) -> None:
        if seal is not _SEAL:
            raise Sealed(type(self).__name__)
        _register[self] = contents

    def __init_subclass__(cls) -> None:
        if cls.__module__ not in GATES or cls.__mro__[1] is not SealedValue:
            raise Sealed(cls.__name__)

    @property
    def _contents(self) -> Contents[Parts]:
        found = _register.get(self)
        if found is None:
            raise Sealed(type(self).__name__)
        return found

    @property
    def document(self) -> Mapping[str, Any]:
        """Return the content, read-only."""
        return self._contents.document

    @property
    def content(self) -> bytes:
        """Return the canonical bytes."""
        return self._contents.content

    @property
    def sha256(self) -> str:
        """Return the fingerprint of the bytes."""
        return sha256(self._contents.content)

    @property
    def wave(self) -> str:
        """Return the wave that it covers."""
        return str(self.document["wave"])

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise Sealed(type(self).__name__)
