"""Compare communities only where they count alike. They are ordered by name, never ranked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.services.scorecards.definitions import Definitions, Measure
from app.services.scorecards.figures import FigurePoint, Figures, read_figures
from app.services.scorecards.publish import FrozenScorecard

FEWEST = 2  # smallest number of communities in a comparison


@dataclass(frozen=True)
class Compared:
    """Hold a community's newest figure of a measure."""

    community: str
    point: FigurePoint


@dataclass(frozen=True)
class CommunityComparison:
    """Hold a measure that communities count by one version and kind of source, and list the others."""

    measure: Measure
    version: str
    communities: tuple[Compared, ...]
    counted_otherwise: tuple[str, ...]


def compare(cards: Sequence[FrozenScorecard], definitions: Definitions) -> list[CommunityComparison]:
    """Return every measure that at least two communities count alike."""
    read = {frozen.community: read_figures(frozen.card, definitions) for frozen in cards}
    found = (_compare(measure, read) for measure in definitions.measures.values() if measure.kind != "staffing")
    return [each for each in found if each is not None]


def _compare(measure: Measure, read: dict[str, Figures]) -> CommunityComparison | None:
    newest = [
        Compared(community, series.last)
        for community, figures in read.items()
        if (series := figures.find(measure.id)) is not None and series.last.value is not None
    ]
    alike: dict[tuple[str, str], list[Compared]] = {}
    for each in newest:
        alike.setdefault((each.point.version, each.point.basis), []).append(each)
    if not alike:
        return None
    (version, basis), largest = max(alike.items(), key=lambda pair: (len(pair[1]), pair[0]))
    if len(largest) < FEWEST:
        return None
    others = [each.community for each in newest if (each.point.version, each.point.basis) != (version, basis)]
    return CommunityComparison(measure, version, tuple(largest), tuple(others))
