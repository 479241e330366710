"""Trimming keeps the total and the bounds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.design import Design
from analysis.weighting import trim
from analysis.weighting.trimming import TrimmingImpossible, trimmed

WEIGHTS = st.lists(st.floats(0.1, 100.0), min_size=2, max_size=40).map(np.array)


@given(WEIGHTS, st.floats(0.05, 0.95), st.floats(1.05, 5.0))
@settings(deadline=None)
def test_totals_survive_trimming_and_no_weight_stays_outside(weights: np.ndarray, low: float, high: float) -> None:
    lower, upper = weights.mean() * low, weights.mean() * high
    after = trimmed(weights, lower, upper, strict=True)
    assert after.sum() == pytest.approx(weights.sum(), rel=1e-12)
    assert after.min() >= lower * (1 - 1e-12)
    assert after.max() <= upper * (1 + 1e-12)


@given(WEIGHTS)
def test_weights_inside_the_bounds_are_left_alone(weights: np.ndarray) -> None:
    assert trimmed(weights, 0.0, 200.0, strict=True) is weights


def test_trimmed_weight_is_added_in_equal_amounts() -> None:
    assert trimmed(np.array([1.0, 2.0, 3.0, 10.0]), 0.0, 7.0, strict=True).tolist() == [2.0, 3.0, 4.0, 7.0]


def test_trimming_once_may_lift_a_weight_beyond_the_bound() -> None:
    assert trimmed(np.array([1.0, 6.9, 10.0]), 0.0, 7.0, strict=False).max() > 7.0


def test_total_is_unchanged_when_every_weight_is_trimmed() -> None:
    assert trimmed(np.array([1.0, 10.0, 10.0]), 4.0, 8.0, strict=True).tolist() == [5.0, 8.0, 8.0]


def test_rows_without_a_weight_stay_without() -> None:
    design = trim(Design.of({"w": [0.0, 1.0, 5.0]}, weights="w"), lower=2.0)
    assert design.weights.tolist() == [0.0, 2.0, 4.0]


def test_bounds_beside_the_mean_weight_are_refused_with_the_mean() -> None:
    with pytest.raises(TrimmingImpossible, match="mean weight, which is 2, but got 3 to 9"):
        trim(Design.of({"w": [1, 2, 3]}, weights="w"), lower=3, upper=9)
