"""Find figures of attendance from which a group's seats would follow, because it cannot take more than it has.

Seats by group are public. Where nearly all seats were taken, a total shows how many each group took: of 4 seats for
survivors and 6 for residents, 10 taken ones leave no doubt.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from analysis.disclosure import Rules
from analysis.disclosure.cells import range_of_rounded, rounded_count

Range = tuple[int, int]


def is_narrow(seats: Mapping[str, int], total: int, of_heard: int, heard: Collection[str]) -> bool:
    """Return whether the shown totals leave a number under ten within five values.

    `seats` are those of each group over all meetings, `heard` the groups of survivors and community members, `total`
    and `of_heard` the seats taken by all and by them. The answer depends only on what a reader knows, so that it shows
    nothing by itself.

    >>> seats = {"survivors": 12, "residents": 24, "youth": 9}
    >>> is_narrow(seats, 44, 44, seats), is_narrow(seats, 30, 30, seats)
    (True, False)
    """
    in_all, in_heard = _range(total), _range(of_heard)
    in_others = max(in_all[0] - in_heard[1], 0), in_all[1] - in_heard[0]
    return _narrows([seats[group] for group in seats if group in heard], in_heard) or _narrows(
        [seats[group] for group in seats if group not in heard], in_others
    )


def _range(count: int) -> Range:
    """Return the numbers that a reader must hold possible."""
    rules = Rules()
    if count < rules.count_threshold:
        return 0, rules.count_threshold - 1
    return range_of_rounded(rounded_count(count, rules.rounding_base), rules.rounding_base)


def _narrows(seats: Iterable[int], found: Range) -> bool:
    """Return whether the taken seats of a group, or of several groups together, are narrow."""
    sums = {0}
    for number in seats:
        sums |= {each + number for each in sums}
    return any(_is_narrow(each, max(sums) - each, found) for each in sums)


def _is_narrow(seats: int, others: int, found: Range) -> bool:
    rules = Rules()
    low, high = max(found[0] - others, 0), min(seats, found[1])
    wide = min(rules.narrowest_range, seats)  # a group of two seats is never open over five values
    return low < rules.count_threshold and high - low < wide
