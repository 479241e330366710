"""What was published before for a wave: reports and data sets, as the audit reads them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from analysis.disclosure.audit import EarlierRelease
from analysis.disclosure.catalogue import Catalogue, to_catalogue


class Published(Protocol):
    """Anything that left through a door."""

    @property
    def wave(self) -> str:
        """The wave that it speaks of."""

    @property
    def document(self) -> Mapping[str, Any]:
        """Its content."""

    def to_release(self, catalogue: Catalogue) -> EarlierRelease:
        """What a reader knows from it of the groups of a catalogue."""


Kind = TypeVar("Kind", bound="Published")


def of_wave(history: Iterable[Kind], wave: str) -> list[Kind]:
    """Everything published for a wave."""
    return [each for each in history if each.wave == wave]


def joined_catalogue(catalogue: Catalogue, earlier: Sequence[Published]) -> Catalogue:
    """The catalogue with the groups that only earlier reports spoke of."""
    for each in earlier:
        if "catalogue" in each.document:
            catalogue = catalogue.joined(to_catalogue(each.document["catalogue"]))
    return catalogue
