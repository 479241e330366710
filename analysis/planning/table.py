"""A table of the precision that a plan will reach, group by group, and of the gaps that it can find."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from analysis.planning.power import normal_points
from analysis.planning.sizes import precision
from analysis.results import Tabular


@dataclass(frozen=True, slots=True)
class PlannedGroup:
    """A group of a plan: its name, its completes, its people (None for infinite), its design effect.

    `whole` marks a group that holds the others, which is not compared with them.
    """

    name: str
    n: float
    population: float | None = None
    deff: float = 1.0
    whole: bool = False


@dataclass(frozen=True, repr=False, slots=True)
class PrecisionTable(Tabular):
    """Rows of shares, means and smallest detectable differences of means."""

    rows: tuple[dict[str, Any], ...]

    def title(self) -> str:
        """The number of rows."""
        return f"planned precision: {len(self.rows)} rows"

    def to_rows(self) -> list[dict[str, Any]]:
        """One record for each group and share, for each mean, and for each pair of groups."""
        return [dict(row) for row in self.rows]


def precision_table(
    groups: Sequence[PlannedGroup],
    *,
    sd: float,
    shares: Sequence[float] = (0.1, 0.3, 0.5),
    level: float = 0.95,
    power: float = 0.8,
    alpha: float = 0.05,
) -> PrecisionTable:
    """Tabulate what a plan will reach: margins of shares and of a mean by group, and the smallest gap that it can find.

    Margins count the finite population; gaps between independent groups do not.

    Parameters
    ----------
    groups
        The groups; one marked `whole` takes no part in gaps.
    sd
        Standard deviation of the index.
    shares
        Shares to show.
    level, power, alpha
        Confidence level, and the power and size of the test of a gap.

    Raises
    ------
    BadFigure

    Examples
    --------
    >>> groups = [PlannedGroup("all", 900, 31000, 1.6, whole=True), PlannedGroup("en", 520), PlannedGroup("es", 260)]
    >>> round(precision_table(groups, sd=23).to_rows()[-1]["smallest_detectable"], 2)
    4.89
    """
    rows = (*_of_shares(groups, shares, level), *_of_means(groups, sd, level), *_of_gaps(groups, sd, power, alpha))
    return PrecisionTable(rows)


def _of_shares(groups: Sequence[PlannedGroup], shares: Sequence[float], level: float) -> Iterator[dict[str, Any]]:
    for group in groups:
        for share in shares:
            found = precision(group.n, share=share, level=level, deff=group.deff, population=group.population)
            yield {"group": group.name, "share": share, "se": found.se, "margin": found.margin}


def _of_means(groups: Sequence[PlannedGroup], sd: float, level: float) -> Iterator[dict[str, Any]]:
    for group in groups:
        found = precision(group.n, sd=sd, level=level, deff=group.deff, population=group.population)
        figures = {"se": found.se, "margin": found.margin, "effective_n": found.effective_n}
        yield {"group": group.name, "target": "mean", **figures}


def _of_gaps(groups: Sequence[PlannedGroup], sd: float, power: float, alpha: float) -> Iterator[dict[str, Any]]:
    points = sum(normal_points(alpha, power))
    for one, other in combinations([group for group in groups if not group.whole], 2):
        se = sd * math.sqrt(one.deff / one.n + other.deff / other.n)
        yield {"group": one.name, "against": other.name, "smallest_detectable": points * se}
