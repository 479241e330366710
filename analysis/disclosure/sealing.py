"""Values that only the doors of this room can fill, each from its own draft.

A sealed value is an empty shell; what it holds lies in a private register of this module, so that a copy made in any
other way holds nothing. The doors are named here, and nowhere else may a sealed type be defined.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, NoReturn, Self, SupportsIndex, TypeVar
from weakref import WeakKeyDictionary

from analysis.disclosure.canonical import sha256
from analysis.errors import AnalysisError

DOORS = frozenset(
    {"analysis.disclosure.publication", "analysis.disclosure.microdata.door", "analysis.disclosure.scorecard.door"}
)
_SEAL = object()
Parts = TypeVar("Parts")


class Sealed(AnalysisError):
    """Someone tried to make, copy or change a protected value outside the door."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"expected a {name} that disclosure control made, but it was made elsewhere")


@dataclass(frozen=True, slots=True, eq=False)
class Contents(Generic[Parts]):
    """What a sealed value holds: its document, its bytes, and the parts that its type shows."""

    document: Mapping[str, Any]
    content: bytes
    parts: Parts


_register: "WeakKeyDictionary[SealedValue[Any], Contents[Any]]" = WeakKeyDictionary()


class SealedValue(Generic[Parts]):
    """A value that only a door can fill."""

    __slots__ = ("__weakref__",)

    def __init__(self, seal: object, contents: Contents[Parts]) -> None:
        if seal is not _SEAL:
            raise Sealed(type(self).__name__)
        _register[self] = contents

    def __init_subclass__(cls) -> None:
        if cls.__module__ not in DOORS or cls.__mro__[1] is not SealedValue:
            raise Sealed(cls.__name__)

    @property
    def _contents(self) -> Contents[Parts]:
        found = _register.get(self)
        if found is None:
            raise Sealed(type(self).__name__)
        return found

    @property
    def document(self) -> Mapping[str, Any]:
        """The content, read-only."""
        return self._contents.document

    @property
    def content(self) -> bytes:
        """The canonical bytes."""
        return self._contents.content

    @property
    def sha256(self) -> str:
        """The fingerprint of the bytes."""
        return sha256(self._contents.content)

    @property
    def wave(self) -> str:
        """The wave that it speaks of."""
        return str(self.document["wave"])

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise Sealed(type(self).__name__)
