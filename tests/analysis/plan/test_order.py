"""Waves stand in the order of time: given, dated or numbered."""

from collections.abc import Sequence
from itertools import permutations

import pytest

from analysis.errors import AnalysisError
from analysis.plan.order import given_order, order_in_time

IN_TIME = [
    ["Sep 2023", "Jan 2024", "Apr 2024"],
    ["September 2021", "March 2022"],
    ["2", "10"],
    ["Wave 9", "Wave 10"],
    ["1QSEP2021", "3QMAR2022"],
    ["2023-Q4", "2024Q1"],
    ["Fall 2023", "Spring 2024"],
    ["28 Feb 2024", "March 2, 2024"],
    ["1/11/2023", "25/12/2023"],
    ["2021/22", "2022/23"],
    ["Wave 1 (2021)", "Wave 2 (2023)"],
    ["2023-12-01 00:00:00", "2024-01-05 10:00:00"],
]


def sorted_levels(levels: Sequence[str]) -> list[str]:
    return [levels[k] for k in order_in_time("wave", levels)]


@pytest.mark.parametrize("levels", IN_TIME, ids=lambda levels: levels[0])
def test_waves_stand_in_time_in_every_order_of_rows(levels: list[str]) -> None:
    assert all(sorted_levels(shuffled) == levels for shuffled in permutations(levels))


@pytest.mark.parametrize(
    "levels", [["before", "after"], ["3/4/2023", "4/3/2023"], ["2023", "Mar 2023"], ["Sep 2023", "2023-09"]]
)
def test_waves_without_an_order_are_refused(levels: list[str]) -> None:
    with pytest.raises(AnalysisError, match="give their order, the earliest first"):
        order_in_time("wave", levels)


def test_given_order_lacking_a_wave_is_refused() -> None:
    assert given_order("wave", ["after", "before"], ["before", "after"]) == [1, 0]
    with pytest.raises(AnalysisError, match="but it lacks 'during'"):
        given_order("wave", ["after", "during"], ["before", "after"])
