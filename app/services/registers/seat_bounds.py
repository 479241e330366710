"""Find figures of attendance from which a group's seats would follow, because it cannot take more than it has.

Seats by group are public. Where nearly all seats were taken, a total shows how many each group took: of 4 seats for
survivors and 6 for residents, 10 taken ones leave no doubt.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from analysis.disclosure import Rules
from analysis.disclosure.cells import range_of_rounded, rounded_count

Range = tuple[int, int]


def is_narrow(seats: Mapping[str, int], taken: Mapping[str, int], heard: Collection[str]) -> bool:
    """Return whether the shown totals leave a number under ten within five values; both are by kind of group.

    The answer depends only on what a reader knows, so that it shows nothing by itself.

    >>> is_narrow({"survivors": 9, "community": 18}, {"survivors": 8, "community": 18}, ("survivors", "community"))
    True
    >>> is_narrow({"survivors": 12, "community": 24}, {"survivors": 8, "community": 18}, ("survivors", "community"))
    False
    """
    in_all, of_heard = (_range(sum(taken.get(kind, 0) for kind in kinds)) for kinds in (taken, heard))
    others = max(in_all[0] - of_heard[1], 0), in_all[1] - of_heard[0]
    sides = (
        (of_heard, [kind for kind in seats if kind in heard]),
        (others, [kind for kind in seats if kind not in heard]),
    )
    return any(_narrows({kind: seats[kind] for kind in kinds}, found) for found, kinds in sides)


def _range(count: int) -> Range:
    """Return the numbers that a reader must hold possible."""
    rules = Rules()
    if count < rules.count_threshold:
        return 0, rules.count_threshold - 1
    return range_of_rounded(rounded_count(count, rules.rounding_base), rules.rounding_base)


def _narrows(seats: Mapping[str, int], found: Range) -> bool:
    return any(_is_narrow(kind, seats, found) for kind in seats)


def _is_narrow(kind: str, seats: Mapping[str, int], found: Range) -> bool:
    rules, others = Rules(), sum(number for name, number in seats.items() if name != kind)
    low, high = max(found[0] - others, 0), min(seats[kind], found[1])
    wide = min(rules.narrowest_range, seats[kind])  # a group of two seats is never open over five values
    return low < rules.count_threshold and high - low < wide
