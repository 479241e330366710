"""Share intervals where the data say little or nothing, and what holds for every method."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import UnknownChoice
from analysis.intervals import (
    SHARE_METHODS,
    BadIntervalInput,
    adjusted_effective_n,
    count_interval,
    fit_intercept,
    share_interval,
)
from analysis.intervals.likelihood import exact_bounds

CAPPED = {"korn_graubard", "wilson_df"}
BOUNDED = sorted(set(SHARE_METHODS) - {"mean", "wald"})


@pytest.mark.parametrize("method", sorted(SHARE_METHODS))
def test_on_no_degrees_of_freedom_there_is_no_interval(method: str) -> None:
    assert not share_interval(method, 0.3, 0.001, df=0, n=50).is_known


@pytest.mark.parametrize("method", sorted(SHARE_METHODS))
def test_without_rows_there_is_no_interval(method: str) -> None:
    assert not share_interval(method, math.nan, math.nan, df=0, n=0).is_known


@pytest.mark.parametrize("p", [0.0, 1.0])
@pytest.mark.parametrize("method", sorted(set(SHARE_METHODS) - CAPPED))
def test_variance_methods_give_no_interval_at_0_or_1(method: str, p: float) -> None:
    assert not share_interval(method, p, 0.0, df=20, n=100).is_known


@pytest.mark.parametrize("p", [0.0, 1.0])
def test_capped_methods_use_n_for_a_share_of_0_or_1(p: float) -> None:
    korn = share_interval("korn_graubard", p, 0.0, df=20, n=100)
    simple = count_interval("clopper_pearson", 100 * p, 100)
    assert (korn.low, korn.high) == (simple.low, simple.high)
    wilson, plain = share_interval("wilson_df", p, 0.0, df=20, n=100), count_interval("wilson", 100 * p, 100)
    assert (wilson.low, wilson.high) == (plain.low, plain.high)


@pytest.mark.parametrize("method", sorted(set(SHARE_METHODS) - CAPPED))
def test_a_share_fixed_by_calibration_is_its_own_interval(method: str) -> None:
    interval = share_interval(method, 0.4, 0.0, df=20, n=100)
    assert (interval.low, interval.high) == (0.4, 0.4)


@given(
    method=st.sampled_from(BOUNDED),
    p=st.floats(0.02, 0.98),
    design_effect=st.floats(0.3, 6),
    n=st.integers(30, 5000),
    df=st.one_of(st.integers(4, 300), st.just(math.inf)),
    level=st.sampled_from([0.8, 0.9, 0.95, 0.99]),
)
def test_an_interval_lies_in_0_to_1_and_holds_the_share(
    method: str, p: float, design_effect: float, n: int, df: float, level: float
) -> None:
    interval = share_interval(method, p, design_effect * p * (1 - p) / n, df, n, level)
    # R's asin reflects a bound that passes 0 or 1, and R's profile may end before the cut
    if not interval.is_known:
        assert method == "likelihood"
    elif method != "asin":
        assert 0 <= interval.low <= p <= interval.high <= 1


@given(p=st.floats(0.02, 0.98), n=st.integers(30, 500), method=st.sampled_from(sorted(SHARE_METHODS)))
def test_the_share_without_the_trait_has_the_mirrored_interval(p: float, n: int, method: str) -> None:
    variance = p * (1 - p) / n
    one, other = (share_interval(method, q, variance, 30, n) for q in (p, 1 - p))
    assert (one.low, one.high) == pytest.approx((1 - other.high, 1 - other.low), abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("method", sorted(SHARE_METHODS))
def test_a_higher_level_gives_a_wider_interval(method: str) -> None:
    widths = [share_interval(method, 0.2, 0.0004, 30, 500, level).width for level in (0.5, 0.8, 0.95, 0.99)]
    assert widths == sorted(widths)


@pytest.mark.parametrize("p", [0.02, 0.3, 0.5, 0.9])
def test_the_exact_likelihood_bounds_solve_their_equation(p: float) -> None:
    variance, t = 2 * p * (1 - p) / 400, 2.1
    for q in exact_bounds(p, variance, t):
        divergence = p * math.log(p / q) + (1 - p) * math.log((1 - p) / (1 - q))
        assert 2 * divergence == pytest.approx(t**2 * variance / (p * (1 - p)), rel=1e-9)


def test_a_constant_variable_has_no_logistic_fit() -> None:
    assert fit_intercept(np.ones(5), np.ones(5)) is None
    assert fit_intercept(np.array([1.0, 0.0, 1.0]), np.array([1.0, 0.0, 2.0])) is None


@pytest.mark.parametrize("method", sorted(SHARE_METHODS))
def test_an_unknown_variance_gives_no_interval(method: str) -> None:
    assert not share_interval(method, 0.3, math.nan, df=10, n=50).is_known


def test_a_single_row_is_its_own_effective_n() -> None:
    assert adjusted_effective_n(0.5, 0.01, df=3, n=1) == 1


def test_a_profile_that_cannot_reach_its_cut_gives_no_interval() -> None:
    assert not share_interval("likelihood", 0.5, 0.2, df=1, n=30).is_known
    assert share_interval("likelihood_exact", 0.5, 0.2, df=1, n=30).width == pytest.approx(1)


def test_numbers_out_of_range_are_refused_in_one_sentence() -> None:
    with pytest.raises(BadIntervalInput, match="expected a share to be between 0 and 1, but got 45"):
        share_interval("mean", 45.0, 1.0, 10, 100)
    with pytest.raises(BadIntervalInput, match="variance of a share to be 0 or more"):
        share_interval("mean", 0.45, -1.0, 10, 100)
    with pytest.raises(BadIntervalInput, match=r"such as 0\.95, but got 95"):
        share_interval("mean", 0.45, 0.01, 10, 100, level=95)
    with pytest.raises(UnknownChoice, match="'korn_graubard'"):
        share_interval("exact", 0.45, 0.01, 10, 100)
    with pytest.raises(BadIntervalInput, match="expected the count x to be between 0 and n = 10, but got 11"):
        count_interval("wilson", 11, 10)
