"""Derive a reader's knowledge of true counts from published cells, at three levels of knowledge."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from analysis.disclosure.cells import Reason, Shown, Withheld, range_of_rounded
from analysis.disclosure.draft import ALL
from analysis.disclosure.rules import Rules
from analysis.disclosure.shares import counted_range
from analysis.disclosure.tables import ProtectedRow, ProtectedTable

# none: only the numbers; rule: also the thresholds and reasons; all: also structural zeros, that counts are whole, and
# that the reader may belong to the hidden group.
Knowledge = Literal["none", "rule", "all"]
KNOWLEDGE: tuple[Knowledge, ...] = ("none", "rule", "all")
Range = tuple[float, float]
Known = Mapping[str, Range]
OPEN: Range = (0, math.inf)


@dataclass(frozen=True, slots=True)
class EarlierRelease:
    """Describe one publication as the audit reads it.

    Parameters
    ----------
    data
        The state of the answers.
    rules
        The rules that it obeyed.
    tables
        Its tables.
    ranges
        Group -> the range of its number of people, as a data set alone shows it.
    answers
        (group, term) -> the range of the number of people with an answer, as a data set alone shows it.
    """

    data: str
    rules: Rules
    tables: tuple[ProtectedTable, ...] = ()
    ranges: Mapping[str, Range] = field(default_factory=dict)
    answers: Mapping[tuple[str, str], Range] = field(default_factory=dict)


def known_range(table: ProtectedTable, row: ProtectedRow, rules: Rules, knowledge: Knowledge) -> Range:
    """Return the range of the true count of a row's group.

    Examples
    --------
    >>> row = ProtectedRow("age=18-29", "n", "all", None, Withheld("too_few"))
    >>> table = ProtectedTable("t", "", "count", "people", False, (row,))
    >>> known_range(table, row, Rules(), "none"), known_range(table, row, Rules(), "rule")
    ((0, inf), (0, 9))
    """
    least = rules.count_threshold if table.kind == "count" else rules.score_minimum
    if isinstance(row.cell, Withheld):
        # A gap is hidden for either of its groups, and a counted share for its part: this says nothing of the first.
        if row.against is not None:
            return OPEN
        if row.part is not None:
            return (rules.score_minimum, math.inf) if knowledge != "none" else OPEN
        return _range_of_hidden(row.cell.reason, least) if knowledge != "none" else OPEN
    low, high = range_of_rounded(row.cell.n, rules.rounding_base)
    if knowledge == "none":
        return low, high
    if "structural" in row.cell.flags:
        return 0, 0
    sharper = _sharpened(row.cell, max(low, least), high, table, rules)
    return sharper if sharper[0] <= sharper[1] else (low, high)


def _range_of_hidden(reason: Reason, least: int) -> Range:
    if reason == "structural":
        return 0, 0
    return (0, least - 1) if reason == "too_few" else (least, math.inf)


def _sharpened(cell: Shown, low: int, high: int, table: ProtectedTable, rules: Rules) -> Range:
    """Narrow a range by the flag for few answers and by the effective n, which is never larger than n."""
    if cell.n_effective is not None:
        low = max(low, range_of_rounded(cell.n_effective, rules.rounding_base)[0])
    if table.kind == "count":
        return low, high
    few = "few_answers" in cell.flags
    return (low, min(high, rules.score_unflagged - 1)) if few else (max(low, rules.score_unflagged), high)


def known_counts(releases: Iterable[EarlierRelease], knowledge: Knowledge) -> dict[tuple[str, str], dict[str, Range]]:
    """Return the known ranges of groups for each state of the answers and each base, from all releases together.

    A range that would be empty (answers were corrected under one name) keeps the newest statement.
    """
    known: dict[tuple[str, str], dict[str, Range]] = {}
    for release in releases:
        for table in release.tables:
            for row in table.rows:
                block = known.setdefault((release.data, row.base), {})
                for group, found in _stated(table, row, release.rules, knowledge):
                    block[group] = _both(block.get(group, OPEN), found)
        for domain, found in release.ranges.items():
            block = known.setdefault((release.data, ALL), {})
            block[domain] = _both(block.get(domain, OPEN), found)
    return known


def _stated(
    table: ProtectedTable, row: ProtectedRow, rules: Rules, knowledge: Knowledge
) -> Iterator[tuple[str, Range]]:
    """Yield the groups that a row counts, with their ranges."""
    yield row.domain, known_range(table, row, rules, knowledge)
    if row.part is None:
        return
    if isinstance(row.cell, Shown):
        yield row.part, counted_range(row.cell, rules)
    elif knowledge != "none":
        yield row.part, _range_of_hidden(row.cell.reason, rules.count_threshold)


def _both(first: Range, second: Range) -> Range:
    low, high = max(first[0], second[0]), min(first[1], second[1])
    return (low, high) if low <= high else second


def answers_of(releases: Iterable[EarlierRelease], data: str) -> dict[tuple[str, str], Range]:
    """Return the numbers of people with an answer that data sets on the same answers show, together."""
    found: dict[tuple[str, str], Range] = {}
    for release in releases:
        for place, stated in release.answers.items() if release.data == data else ():
            found[place] = _both(found.get(place, OPEN), stated)
    return found
