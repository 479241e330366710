"""Margins of error as the Census Bureau combines them."""

import math

import pytest

from analysis.errors import UnequalLengths
from analysis.representation import BadMargin, moe_of_proportion, moe_of_ratio, moe_of_sum, se_from_moe


def test_the_worked_example_of_the_census_bureau_gives_0_0080() -> None:
    assert round(203119 / 630498, 4) == 0.3222
    assert round(moe_of_proportion(203119, 5070, 630498, 831), 4) == 0.0080


def test_a_standard_error_is_the_margin_over_1_645() -> None:
    assert se_from_moe(1.645) == 1


def test_zero_estimates_add_only_their_largest_margin() -> None:
    assert moe_of_sum([0, 300, 0, 0], [12, 30, 40, 12]) == 50
    assert moe_of_sum([0, 0], [12, 15]) == 15
    assert moe_of_sum([], []) == 0


def test_proportion_of_a_negative_root_takes_the_ratio() -> None:
    assert moe_of_proportion(90, 5, 100, 10) == moe_of_ratio(90, 5, 100, 10) == pytest.approx(math.hypot(5, 9) / 100)


@pytest.mark.parametrize("moe", [-555555555.0, math.nan])
def test_a_code_in_place_of_a_margin_is_refused(moe: float) -> None:
    for call in (
        lambda: se_from_moe(moe),
        lambda: moe_of_sum([1, 2], [3, moe]),
        lambda: moe_of_proportion(1, moe, 2, 1),
        lambda: moe_of_ratio(1, 1, 2, moe),
    ):
        with pytest.raises(BadMargin, match="expected a margin of error of 0 or more"):
            call()


def test_a_base_of_zero_is_refused() -> None:
    with pytest.raises(BadMargin, match="a base count above 0, but got 0"):
        moe_of_ratio(1, 1, 0, 1)


def test_a_margin_is_needed_for_each_estimate() -> None:
    with pytest.raises(UnequalLengths):
        moe_of_sum([1, 2], [3])


@pytest.mark.parametrize(("x", "moe_x", "y", "moe_y"), [(2, 3, 2, 3), (1, 10, 3, 30), (50, 5, 100, 10)])
def test_root_of_zero_is_the_margin_of_a_ratio(x: float, moe_x: float, y: float, moe_y: float) -> None:
    assert moe_of_proportion(x, moe_x, y, moe_y) == moe_of_ratio(x, moe_x, y, moe_y) > 0


def test_root_of_zero_of_exact_counts_stays_zero() -> None:
    assert moe_of_proportion(1, 0, 3, 0) == 0
