"""Adjusted p-values: against R, and what holds for every method."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import UnknownChoice
from analysis.multiplicity import METHODS, BadPValue, adjusted_p_values
from tests.analysis.reference.cases import Case, check, load_cases

NAMES_IN_R = {"bh": "BH", "by": "BY"}

p_lists = st.lists(st.floats(0, 1), min_size=1, max_size=12)
methods = st.sampled_from(sorted(METHODS))


@pytest.mark.parametrize("case", load_cases("contrasts", fn="p_adjust"))
def test_a_vector_with_ties_is_adjusted_as_in_r(case: Case) -> None:
    p = case["call"]["p"]
    check(case, {"vectors": {NAMES_IN_R.get(m, m): adjusted_p_values(p, m) for m in METHODS}})


@pytest.mark.parametrize("case", load_cases("contrasts", fn="pairwise"))
def test_the_p_values_of_pairwise_gaps_are_adjusted_as_in_r(case: Case) -> None:
    rows = case["expected"]["rows"]
    p = [row["p_value"] for row in rows]
    for method in METHODS:
        expected = [row[f"p_{NAMES_IN_R.get(method, method)}"] for row in rows]
        np.testing.assert_allclose(adjusted_p_values(p, method), expected, rtol=1e-9)


@given(p_lists, methods)
def test_adjusting_never_lowers_a_p_value_nor_passes_1(p: list[float], method: str) -> None:
    adjusted = adjusted_p_values(p, method)
    assert (adjusted >= np.array(p) - 1e-15).all()
    assert (adjusted <= 1).all()


@given(p_lists, methods, st.randoms(use_true_random=False))
def test_the_order_of_the_comparisons_is_irrelevant(p: list[float], method: str, random: np.random.Generator) -> None:
    order = list(range(len(p)))
    random.shuffle(order)
    shuffled = adjusted_p_values([p[k] for k in order], method)
    np.testing.assert_allclose(shuffled, adjusted_p_values(p, method)[order], rtol=1e-12)


@given(p_lists)
def test_the_methods_stand_in_their_known_order(p: list[float]) -> None:
    of = {method: adjusted_p_values(p, method) for method in METHODS}
    for stronger, weaker in (("hommel", "hochberg"), ("hochberg", "holm"), ("holm", "bonferroni"), ("bh", "by")):
        assert (of[stronger] <= of[weaker] + 1e-12).all()


@pytest.mark.parametrize("method", sorted(METHODS))
def test_a_missing_p_value_stays_missing_and_is_not_counted(method: str) -> None:
    adjusted = adjusted_p_values([0.01, np.nan, 0.03], method)
    np.testing.assert_array_equal(np.isnan(adjusted), [False, True, False])
    np.testing.assert_array_equal(adjusted[[0, 2]], adjusted_p_values([0.01, 0.03], method))
    assert len(adjusted_p_values([], method)) == 0


def test_bad_input_is_refused() -> None:
    with pytest.raises(BadPValue, match=r"between 0 and 1, but got 1\.2"):
        adjusted_p_values([0.5, 1.2])
    with pytest.raises(UnknownChoice, match="'holm'"):
        adjusted_p_values([0.5], "tukey")
