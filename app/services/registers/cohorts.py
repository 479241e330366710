"""Compare the cost of high utilizers before and after with a group that had no program, from totals only.

Very high costs fall without any program, because a bad year is followed by an ordinary one (regression to the mean).
The comparison group, chosen in the same way, shows that fall; the difference of both changes is what is left.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from analysis.disclosure import Rules
from analysis.disclosure.cells import rounded_count
from app.services.registers.entries import Entry

Z = 1.96
COMPARED = "_compared"


@dataclass(frozen=True)
class CohortFigures:
    """Hold dollars a month for each person, rounded to whole dollars, and rounded numbers of people.

    `difference` is the change of the group less that of the comparison group; its interval needs both spreads.
    """

    people: int | None
    before: float | None = None
    after: float | None = None
    people_compared: int | None = None
    before_compared: float | None = None
    after_compared: float | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None


def cohort_figures(entry: Entry, earlier: tuple[Entry, ...] = ()) -> CohortFigures:
    """Return what everyone may know of a cohort.

    A group under ten people, or one that a correction changed by fewer than ten, shows nothing.
    """
    own, other = (_group(entry, end, earlier) for end in ("", COMPARED))
    if own is None:
        return CohortFigures(None)
    if other is None:
        return CohortFigures(*own)
    difference = (own[2] - own[1]) - (other[2] - other[1])
    error = _error(entry)
    bounds = (None, None) if error is None else (round(difference - Z * error), round(difference + Z * error))
    return CohortFigures(*own, *other, difference, *bounds)


def to_public(figures: CohortFigures) -> dict[str, Any]:
    return asdict(figures)


def _group(entry: Entry, end: str, earlier: tuple[Entry, ...]) -> tuple[int, float, float] | None:
    rules = Rules()
    people = int(entry.number(f"people{end}"))
    months = [entry.number(f"months_{when}{end}") for when in ("before", "after")]
    few = any(0 < abs(int(each.number(f"people{end}")) - people) < rules.count_threshold for each in earlier)
    if people < rules.count_threshold or few or min(months) < rules.count_threshold * 12:
        return None
    costs = [entry.number(f"cost_{when}{end}") for when in ("before", "after")]
    before, after = (float(round(cost / month)) for cost, month in zip(costs, months, strict=True))
    return rounded_count(people, rules.rounding_base), before, after


def _error(entry: Entry) -> float | None:
    """Return the standard error of the difference from the spread of each person's change."""
    squares = [
        (entry.number(f"spread{end}"), entry.number(f"people{end}"))
        for end in ("", COMPARED)
        if entry.get(f"spread{end}") and entry.number(f"people{end}") > 0
    ]
    return math.sqrt(sum(spread**2 / people for spread, people in squares)) if len(squares) == 2 else None
