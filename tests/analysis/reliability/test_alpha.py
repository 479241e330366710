"""Alpha and its kin: what holds for any answers, and what is refused or flagged."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.errors import LonelyPsu, UnknownChoice
from analysis.reliability import NoOneFactorFit, TooFewAnswers, jackknife_alpha, omega, reliability

Floats = np.ndarray[Any, Any]


def make_answers(n: int = 300, items: int = 4, noise: float = 1.0, seed: int = 7) -> Floats:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 1)) + noise * rng.normal(size=(n, items))


small_tables = arrays(np.float64, st.tuples(st.integers(4, 10), st.integers(2, 4)), elements=st.integers(1, 5))


def is_usable(answers: Floats) -> bool:
    spread = answers.std(axis=0)
    return bool((spread > 0).all() and answers.sum(axis=1).std() > 0.1 and (answers / spread).sum(axis=1).std() > 0.1)


@given(small_tables, st.floats(0.1, 50), st.integers(-20, 20))
def test_unit_and_origin_of_the_scale_do_not_matter(answers: Floats, unit: float, origin: int) -> None:
    assume(is_usable(answers))
    assert reliability(origin + unit * answers).alpha == pytest.approx(reliability(answers).alpha, rel=1e-8, abs=1e-8)


@given(small_tables)
def test_a_weight_of_two_is_a_row_twice(answers: Floats) -> None:
    assume(is_usable(answers))
    weights = np.ones(len(answers))
    weights[0] = 2
    twice = np.vstack([answers, answers[:1]])
    assert reliability(answers, weights=weights).alpha == pytest.approx(reliability(twice).alpha, rel=1e-9, abs=1e-9)


def test_alpha_is_flagged_below_0_70() -> None:
    assert reliability(make_answers(noise=2.5)).is_low
    assert not reliability(make_answers(noise=0.5)).is_low


def test_two_items_are_reported_by_spearman_brown() -> None:
    answers = make_answers(items=2) * [1.0, 3.0]
    result = reliability(answers)
    r = np.corrcoef(answers.T)[0, 1]
    assert result.coefficient == result.spearman_brown == pytest.approx(2 * r / (1 + r))
    assert np.isnan([item.alpha_if_dropped for item in result.items]).all()
    assert reliability(make_answers(items=3)).spearman_brown is None


def test_listwise_drops_a_row_with_a_gap_and_pairwise_uses_it() -> None:
    answers = make_answers()
    answers[::3, 0] = np.nan
    assert reliability(answers).n == 200
    assert reliability(answers).alpha == pytest.approx(reliability(np.delete(answers, range(0, 300, 3), axis=0)).alpha)
    assert reliability(answers, missing="pairwise").n == 300


def test_a_repeated_item_leaves_lambda_6_unknown_with_a_note() -> None:
    answers = make_answers()
    result = reliability(np.column_stack([answers, answers[:, 0]]))
    assert np.isnan(result.lambda6)
    assert result.notes


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        (np.ones((5, 1)), "expected two or more items, but got 1"),
        (np.full((5, 3), np.nan), "expected two or more rows with an answer to every item, but got 0"),
        (np.column_stack([np.arange(5.0), np.full(5, 3.0)]), "but got one and the same answer to 'b2'"),
    ],
)
def test_answers_without_information_are_refused(answers: Floats, sentence: str) -> None:
    with pytest.raises(TooFewAnswers) as refusal:
        reliability(answers, names=["b1", "b2"][: answers.shape[1]] if answers.shape[1] < 3 else None)
    assert sentence in str(refusal.value)


def test_items_that_cancel_out_are_refused_with_a_hint() -> None:
    answers = np.arange(6.0)
    with pytest.raises(TooFewAnswers, match="is one of them to be reversed"):
        reliability(np.column_stack([answers, -answers]))


def test_an_unknown_rule_for_gaps_is_refused() -> None:
    with pytest.raises(UnknownChoice, match="'listwise', 'pairwise'"):
        reliability(make_answers(), missing="zero")  # type: ignore[arg-type]


def alpha_without(answers: Floats, weights: Floats, psu: Floats, strata: Floats, unit: int) -> float:
    """The long way: drop the rows, weight up the stratum."""
    stratum = strata[psu == unit][0]
    size = len(set(psu[strata == stratum]))
    weights = np.where(strata == stratum, weights * size / (size - 1), weights)
    return reliability(answers[psu != unit], weights=weights[psu != unit]).alpha


def test_the_jackknife_leaves_each_psu_out_in_turn() -> None:
    answers = make_answers(120)
    answers[5, 2] = np.nan
    psu, strata = np.arange(120) % 12, np.arange(120) % 12 // 4
    weights = np.random.default_rng(3).uniform(1, 3, 120)
    got = jackknife_alpha(answers, psu, strata=strata, weights=weights)
    alphas = np.array([alpha_without(answers, weights, psu, strata, unit) for unit in range(12)])
    assert got.alpha == pytest.approx(reliability(answers, weights=weights).alpha)
    assert got.se == pytest.approx(np.sqrt(3 / 4 * ((alphas - got.alpha) ** 2).sum()))
    assert got.df == 9
    assert got.alpha in got.interval


def test_the_jackknife_refuses_a_stratum_with_one_psu() -> None:
    with pytest.raises(LonelyPsu):
        jackknife_alpha(make_answers(9), np.arange(9) // 3, strata=np.arange(9) // 6)


def test_omega_recovers_the_loadings_it_was_made_from() -> None:
    loadings = np.array([1.0, 0.8, 0.6, 0.5, 0.9])
    covariance = np.outer(loadings, loadings) + np.diag([0.5, 0.6, 0.7, 0.8, 0.3])
    raw = np.random.default_rng(5).normal(size=(500, 5))
    white = (raw - raw.mean(axis=0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(raw.T, bias=True))).T
    result = omega(white @ np.linalg.cholesky(covariance).T)
    assert result.loadings == pytest.approx(loadings)
    assert result.residuals == pytest.approx([0.5, 0.6, 0.7, 0.8, 0.3])
    assert result.omega == pytest.approx(3.8**2 / (3.8**2 + 2.9))
    assert (result.chi_square, result.cfi, result.rmsea) == pytest.approx((0, 1, 0), abs=1e-9)


def test_omega_refuses_items_that_one_factor_cannot_explain() -> None:
    with pytest.raises(TooFewAnswers, match="three or more items, but got 2"):
        omega(make_answers(items=2))
    answers = make_answers(items=3)
    with pytest.raises(NoOneFactorFit, match="an item that follows from the others"):
        omega(np.column_stack([answers, answers[:, 0]]))
    raw = np.random.default_rng(5).normal(size=(500, 3))
    white = (raw - raw.mean(axis=0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(raw.T, bias=True))).T
    heywood = np.array([[1, 0.9, 0.8], [0.9, 1, 0.6], [0.8, 0.6, 1]])
    with pytest.raises(NoOneFactorFit, match="residual variance would be negative"):
        omega(white @ np.linalg.cholesky(heywood).T)


def test_alpha_of_kansas_city_police_items_equals_reference(shared: Any) -> None:
    import csv

    path = shared / "data" / "kcmo_resident_survey_2021_22" / "responses.csv"
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    items = ("q5_01", "q5_02", "q5_03", "q5_06", "q5_07")
    answers = np.array([[float(row[item] or "nan") for item in items] for row in rows])
    answers[answers == 9] = np.nan
    assert reliability(answers).n == 1406
    assert reliability(answers).alpha == pytest.approx(0.8804889404, rel=1e-9)
    assert omega(answers).omega == pytest.approx(0.884, abs=0.0005)
