"""Return the residents of a community by group from published statistics: shares with standard errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from analysis.representation import Shares, se_from_moe
from app.records.population import PopulationShare

OVER = 102.0  # percentages with a larger sum are of overlapping groups


@dataclass(frozen=True)
class Residents:
    """Hold the groups of one variable in percent.

    Overlapping groups (Hispanic people of any race) sum to more than 100.
    """

    variable: str
    percent: Mapping[str, float]
    se: Mapping[str, float]
    source: str
    year: int

    @property
    def overlapping(self) -> bool:
        return sum(self.percent.values()) > OVER

    def to_public(self) -> dict[str, Any]:
        return asdict(self)


def people_in_all(rows: Sequence[PopulationShare]) -> float | None:
    """Return the number of residents from the variable with the largest count; None where shares are loaded only."""
    totals: dict[str, float] = {}
    for row in rows:
        if row.count is not None:
            totals[row.variable] = totals.get(row.variable, 0.0) + row.count
    return max(totals.values(), default=None)


def residents_of(rows: Sequence[PopulationShare]) -> list[Residents]:
    """Return the shares of each variable; one in which only some levels have a margin has no known uncertainty."""
    names = dict.fromkeys(row.variable for row in rows)
    tables = [(name, [row for row in rows if row.variable == name]) for name in names]
    return [_residents(name, found) for name, found in tables if len({row.moe90 is None for row in found}) == 1]


def _residents(variable: str, rows: Sequence[PopulationShare]) -> Residents:
    """Convert counts with margins to shares with standard errors, as the ACS advises.

    A variable without any margin is a full count.
    """
    if all(row.count is not None for row in rows):
        shares = Shares.of_margins({row.level: (row.count or 0.0, row.moe90 or 0.0) for row in rows})
        figures = zip(shares.groups, shares.percent.tolist(), shares.se.tolist(), strict=True)
    else:
        pairs = [(100 * (row.share or 0.0), 100 * se_from_moe(row.moe90 or 0.0)) for row in rows]
        figures = zip([row.level for row in rows], *zip(*pairs, strict=True), strict=True)
    shares_with_errors = [(level, round(percent, 4), round(se, 4)) for level, percent, se in figures]
    return Residents(
        variable,
        {level: percent for level, percent, _ in shares_with_errors},
        {level: se for level, _, se in shares_with_errors},
        rows[0].source,
        rows[0].year,
    )
