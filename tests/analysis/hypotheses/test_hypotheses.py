"""Tests of hypotheses: tails against other ways to them, the order of rows, and refusals."""

import math

import numpy as np
import pytest

from analysis import AnalysisError, Design, goodness_of_fit, independence, mean, pairwise_gaps, rank_test, t_test
from analysis.hypotheses.chi_squares import exact_tail, saddlepoint_tail, satterthwaite_tail

CHANCE = np.random.default_rng(8)
FRAME = {
    "y": CHANCE.integers(0, 6, 120).astype(float),
    "g": CHANCE.choice(["a", "b", "c"], 120).astype(object),
    "two": CHANCE.choice(["u", "v"], 120).astype(object),
    "w": CHANCE.uniform(1, 4, 120),
    "psu": np.arange(120) // 6,
    "same": np.array(["only"] * 120, object),
}


def design(rows: np.ndarray | None = None) -> Design:
    order = np.arange(120) if rows is None else rows
    return Design.of({name: values[order] for name, values in FRAME.items()}, weights="w", psu="psu")


@pytest.mark.parametrize("df", [math.inf, 15.0])
@pytest.mark.parametrize("weights", [[1.0, 2.0], [3.0, 0.5, 1.0, 1.0], [1.0, 0.05, 0.3]])
def test_the_tail_of_a_sum_agrees_with_drawn_sums(weights: list[float], df: float) -> None:
    w, chance = np.array(weights), np.random.default_rng(1)
    draws = chance.chisquare(1, (400_000, len(w))) @ w
    if math.isfinite(df):
        draws = draws / (chance.chisquare(df, 400_000) / df)
    for x in (1.0, 4.0, 9.0):
        expected = float((draws > x).mean())
        assert exact_tail(x, w, df) == pytest.approx(expected, abs=4 * math.sqrt(expected / 400_000))
        assert saddlepoint_tail(x, w, df) == pytest.approx(expected, rel=0.12)


def test_the_tail_of_equal_weights_is_a_chi_square_or_f() -> None:
    from scipy.stats import chi2, f

    three = np.full(3, 2.0)
    assert exact_tail(9.0, three) == pytest.approx(chi2.sf(4.5, 3), rel=1e-9)
    assert exact_tail(9.0, three, 11) == pytest.approx(f.sf(1.5, 3, 11), rel=1e-9)
    assert satterthwaite_tail(9.0, three) == pytest.approx(chi2.sf(4.5, 3), rel=1e-12)
    assert math.isnan(exact_tail(1.0, np.zeros(2)))
    assert exact_tail(0.0, three) == saddlepoint_tail(0.0, three) == 1.0


@pytest.mark.parametrize("statistic", ["F", "chi_square", "exact", "saddlepoint", "wald", "adjusted_wald"])
def test_independence_does_not_depend_on_order_or_sides(statistic: str) -> None:
    found = independence(design(), "g", "two", statistic=statistic)
    for other in (
        independence(design(np.random.default_rng(2).permutation(120)), "g", "two", statistic=statistic),
        independence(design(), "two", "g", statistic=statistic),
    ):
        assert other.p_value == pytest.approx(found.p_value, rel=1e-8)
    assert 0 < found.p_value < 1


@pytest.mark.parametrize("test", ["wilcoxon", "kruskal_wallis", "median", "van_der_waerden"])
def test_rank_tests_do_not_depend_on_the_order_of_rows(test: str) -> None:
    found = [rank_test(design(rows), "y", "g", test=test) for rows in (None, np.random.default_rng(3).permutation(120))]
    assert found[0].p_value == pytest.approx(found[1].p_value, rel=1e-9)


def test_a_t_test_is_the_gap_of_two_groups() -> None:
    found, gap = t_test(design(), "y", "two"), pairwise_gaps(mean(design(), "y", by="two"))[0]
    assert (found.estimate, found.se) == pytest.approx((-gap.value, gap.se))


REFUSED = [
    (lambda d: independence(d, "g", "same"), "two or more levels of 'same'"),
    (lambda d: independence(d, "g", "two", statistic="bogus"), "to be one of 'F'"),
    (lambda d: independence(d, "g", "nobody"), "a column named 'nobody'"),
    (lambda d: goodness_of_fit(d, "two", {"u": 1.0}), "a share for each of 'u', 'v' for 'two', but got shares for 'u'"),
    (lambda d: goodness_of_fit(d, "two", {"u": 1.0, "v": 0.0}), "shares above 0 for 'two', but got 0"),
    (lambda d: goodness_of_fit(d, "two", {"u": 0.5, "v": 0.4}), "sum to 1, or percent that sum to 100 for 'two', but"),
    (lambda d: goodness_of_fit(d, "two", {"u": 0.5, "v": 0.5 + 2e-9}), "for 'two', but got 1.000000002"),
    (lambda d: goodness_of_fit(d, "two", {"u": 1, "v": 1}, method="bogus"), "to be one of 'satterthwaite'"),
    (lambda d: t_test(d, "y", "g"), "two levels of 'g' among the rows in use, but found 3"),
    (lambda d: rank_test(d, "y", "same"), "two or more levels of 'same'"),
    (lambda d: rank_test(d, "y", "g", test="bogus"), "to be one of 'wilcoxon'"),
    (lambda d: rank_test(d, "y", "g", ties="bogus"), "to be one of 'middle', 'r'"),
]


@pytest.mark.parametrize(("call", "words"), REFUSED, ids=[words for _, words in REFUSED])
def test_a_test_that_cannot_be_made_says_why(call, words: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(AnalysisError, match=words):
        call(design())
