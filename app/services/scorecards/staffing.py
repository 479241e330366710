"""Compare the staff of an agency with the residents: gaps, ratio and overlap, computed from shown counts only.

So they reveal nothing beyond the counts. Groups too small to show are combined on both sides.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.disclosure import PublishedUnit, Shown
from analysis.representation import Representation, Shares, moe_of_sum, overlap_index, representation
from analysis.representation import ShareMeasure as ShareMeasure
from app.services.communities.workforce import UNKNOWN
from app.services.scorecards.resident_shares import Residents
from app.services.scorecards.staff_counts import StaffGroups

SMALLEST_STAFF = 30  # the staff of smaller agencies are not compared
REST = "other groups together"
ROUNDING = 100 * 5 / math.sqrt(12)  # standard deviation of a number rounded to five, in percent of one person


@dataclass(frozen=True)
class ShownStaff:
    """Hold the shown counts of staff by one variable: in all, with a known group, and in each shown group."""

    n: int | None
    known: int | None
    unknown: int | None
    groups: Mapping[str, int]
    hidden: tuple[str, ...]


@dataclass(frozen=True)
class Staffing:
    """Compare the staff of an agency, or a part of them, with the residents by one variable; or give a reason.

    Overlapping groups have only an overlap; with hidden groups it is a lower bound (`at_least`).
    """

    part: str
    variable: str
    shown: ShownStaff
    reason: str = ""
    found: Representation | None = None
    overlap: ShareMeasure | None = None
    at_least: bool = False


def compare_staff(unit: PublishedUnit, groups: StaffGroups, residents: Residents | None) -> Staffing:
    """Return the comparison of one part of the staff by one variable."""
    shown = read_staff(unit, groups)
    reason = _why_not(shown, residents)
    if reason or residents is None:
        return Staffing(groups.part, groups.variable, shown, reason)
    if residents.overlapping:
        overlap = overlap_index(*_overlapping_shares(shown, residents))
        return Staffing(groups.part, groups.variable, shown, "", None, overlap, bool(shown.hidden))
    found = representation(*_shares(shown, residents))
    return Staffing(groups.part, groups.variable, shown, "", found, found.overlap)


def read_staff(unit: PublishedUnit, groups: StaffGroups) -> ShownStaff:
    table = next(table for table in unit.tables if table.id == groups.base)
    cells = {row.domain: row.cell.n for row in table.rows if isinstance(row.cell, Shown)}
    at = {level: cells.get(groups.domain(level)) for level in groups.levels}
    n, unknown = cells.get(groups.whole), at.pop(UNKNOWN, None)
    known = cells.get(groups.known) if groups.counts_known else n
    return ShownStaff(
        n,
        known,
        unknown,
        {level: count for level, count in at.items() if count is not None},
        tuple(level for level, count in at.items() if count is None),
    )


def _why_not(shown: ShownStaff, residents: Residents | None) -> str:
    if residents is None:
        return "no population table"
    if shown.known is None or shown.known < SMALLEST_STAFF or not shown.groups:
        return "too few"
    return "" if {*shown.groups, *shown.hidden} <= residents.percent.keys() else "other groups"


def _shares(shown: ShownStaff, residents: Residents) -> tuple[Shares, Shares]:
    """Return the shares of staff and residents in the shown groups, with all others combined."""
    in_groups = sum(shown.groups.values())
    others = [level for level in residents.percent if level not in shown.groups]
    counts = {**shown.groups, **({REST: max((shown.known or 0) - in_groups, 0)} if others else {})}
    whole = sum(counts.values())
    staff = Shares(
        tuple(counts),
        np.array([100 * count / whole for count in counts.values()]),
        np.diag(np.full(len(counts), (ROUNDING / whole) ** 2)),
        n=whole,
        headcount=whole,
    )
    percent = {level: residents.percent[level] for level in shown.groups}
    errors = {level: residents.se[level] for level in shown.groups}
    if others:
        percent[REST] = math.fsum(residents.percent[level] for level in others)
        errors[REST] = moe_of_sum([residents.percent[each] for each in others], [residents.se[each] for each in others])
    total = math.fsum(percent.values()) / 100
    return staff, Shares.of_percent({level: value / total for level, value in percent.items()}, se=errors)


def _overlapping_shares(shown: ShownStaff, residents: Residents) -> tuple[Shares, Shares]:
    groups = tuple(shown.groups)
    whole = shown.known or 0
    staff = Shares(
        groups,
        np.array([min(100 * count / whole, 100.0) for count in shown.groups.values()]),
        np.diag(np.full(len(groups), (ROUNDING / whole) ** 2)),
        n=whole,
        overlapping=True,
    )
    percent = {level: residents.percent[level] for level in groups}
    return staff, Shares.of_percent(percent, se=residents.se, allow_overlap=True)
