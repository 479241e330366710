"""Read earlier publications of a wave: reports and data sets, as the audit reads them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from analysis.disclosure.audit import EarlierRelease
from analysis.disclosure.catalogue import Catalogue, to_catalogue


class Published(Protocol):
    """Describe a publication that passed a gate."""

    @property
    def wave(self) -> str:
        """Return the wave that it covers."""

    @property
    def document(self) -> Mapping[str, Any]:
        """Return its content."""

    def to_release(self, catalogue: Catalogue) -> EarlierRelease:
        """Return a reader's knowledge from it on the groups of a catalog."""


Kind = TypeVar("Kind", bound="Published")


def of_wave(history: Iterable[Kind], wave: str) -> list[Kind]:
    """Return everything published for a wave."""
    return [each for each in history if each.wave == wave]


def joined_catalogue(catalogue: Catalogue, earlier: Sequence[Published]) -> Catalogue:
    """Return the catalog with the groups that only earlier reports cover."""
    for each in earlier:
        if "catalogue" in each.document:
            catalogue = catalogue.joined(to_catalogue(each.document["catalogue"]))
    return catalogue
