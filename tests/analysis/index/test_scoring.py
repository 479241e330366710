"""Points from answers: what is scored, what is not, and what never changes."""

import csv
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.errors import NotNumeric, UnknownColumn
from analysis.index import FacetRecipe, IndexRecipe, OffScale, score_items

FAIR = FacetRecipe("fair", ("b1", "b2", "b3"))
EQUAL = FacetRecipe("equal", ("b5", "b6"), reversed_items=("b6",))
OPEN = FacetRecipe("open", ("b9",))
TRUST = IndexRecipe("trust", (FAIR, EQUAL, OPEN))

answer_tables = arrays(
    np.float64,
    st.tuples(st.integers(1, 12), st.just(len(TRUST.items))),
    elements=st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0, -8.0, -9.0, np.nan]),
)


def make_answers(values: Any) -> dict[str, Any]:
    return dict(zip(TRUST.items, np.asarray(values, np.float64).T, strict=True))


def scores_of(values: Any) -> np.ndarray[Any, Any]:
    return score_items(TRUST, make_answers(values)).values


def test_scale_ends_are_0_and_100_and_reversed_items_flip() -> None:
    values = scores_of([[5, 5, 5, 5, 1, 5], [1, 1, 1, 1, 5, 1], [3] * 6])
    np.testing.assert_array_equal(values, [100, 0, 50])


def test_facets_weigh_the_same_however_many_items_they_have() -> None:
    scores = score_items(TRUST, make_answers([[5, 5, 5, 1, 5, 1]]))
    assert {name: float(points[0]) for name, points in scores.facets.items()} == {
        "fair": 100,
        "equal": 0,
        "open": 0,
    }
    assert scores.values[0] == pytest.approx(100 / 3)


def test_facet_score_needs_more_than_half_of_its_items() -> None:
    scores = score_items(TRUST, make_answers([[5, 5, np.nan, 5, np.nan, 5], [5, -9, -8, 5, 1, 5]]))
    np.testing.assert_array_equal(scores.facets["fair"], [100, np.nan])
    np.testing.assert_array_equal(scores.facets["equal"], [np.nan, 100])
    np.testing.assert_array_equal(scores.values, [100, 100])
    np.testing.assert_array_equal(scores.answered, [4, 4])


def test_score_is_missing_without_answers() -> None:
    scores = score_items(TRUST, make_answers([[np.nan] * 6, [-9] * 6]))
    assert np.isnan(scores.values).all()
    assert not scores.scored.any()
    assert np.isnan([scores.mean, scores.complete_mean, scores.prorated_share]).all()


def test_prorated_scores_are_counted_and_compared() -> None:
    scores = score_items(TRUST, make_answers([[5, 5, 5, 5, 1, 5], [1, 1, -9, 1, 5, 1], [np.nan] * 6]))
    assert (scores.mean, scores.complete_mean, scores.prorated_share) == (50, 100, 0.5)
    np.testing.assert_array_equal(scores.complete, [True, False, False])


def test_weights_enter_the_summary_figures_and_not_the_scores() -> None:
    answers = make_answers([[5, 5, 5, 5, 1, 5], [1, 1, -8, 1, 5, 1]])
    plain, weighted = score_items(TRUST, answers), score_items(TRUST, answers, np.array([1.0, 3.0]))
    np.testing.assert_array_equal(plain.values, weighted.values)
    assert (weighted.mean, weighted.prorated_share) == (25, 0.75)
    assert weighted.dont_know_shares["b3"] == 0.75


def test_dont_know_is_counted_apart_from_other_missing_answers() -> None:
    shares = score_items(TRUST, make_answers([[-8, -9, np.nan, 5, 5, 5], [5, 5, np.nan, 5, 5, 5]])).dont_know_shares
    assert (shares["b1"], shares["b2"], shares["b5"]) == (0.5, 0, 0)
    assert np.isnan(shares["b3"])


def test_an_undeclared_code_is_refused_with_item_and_value() -> None:
    answers = make_answers([[3, 3, 3, 3, 3, 3], [3, 3, 9, 3, 3, 3]])
    with pytest.raises(OffScale, match="answers of item 'b3' from 1 to 5 or a declared missing code, but got 9"):
        score_items(TRUST, answers)
    declared = IndexRecipe.of_items("trust", TRUST.items, missing_codes=(9,), dont_know_codes=())
    assert score_items(declared, answers).values[1] == 50


def test_text_and_absent_items_are_refused() -> None:
    recipe = IndexRecipe.of_items("trust", ["a", "b"])
    with pytest.raises(UnknownColumn, match="named 'b'"):
        score_items(recipe, {"a": [1, 2]})
    with pytest.raises(NotNumeric, match="'b'"):
        score_items(recipe, {"a": [1, 2], "b": ["agree", "4"]})


@given(answer_tables)
def test_every_score_lies_in_0_to_100(values: np.ndarray[Any, Any]) -> None:
    scores = score_items(TRUST, make_answers(values))
    for points in (scores.values, *scores.facets.values()):
        known = points[~np.isnan(points)]
        assert ((known >= 0) & (known <= 100)).all()


@given(answer_tables, st.randoms(use_true_random=False))
def test_the_order_of_rows_is_irrelevant(values: np.ndarray[Any, Any], random: Any) -> None:
    order = list(range(len(values)))
    random.shuffle(order)
    np.testing.assert_array_equal(scores_of(values[order]), scores_of(values)[order])


@given(answer_tables, st.integers(0, 5))
def test_a_more_trusting_answer_never_lowers_the_score(values: np.ndarray[Any, Any], place: int) -> None:
    sign = -1 if TRUST.items[place] == "b6" else 1
    answered = (values[:, place] > 0) & (values[:, place] + sign >= 1) & (values[:, place] + sign <= 5)
    higher = values.copy()
    higher[answered, place] += sign
    before, after = scores_of(values), scores_of(higher)
    np.testing.assert_array_equal(np.isnan(before), np.isnan(after))
    known = ~np.isnan(before)
    assert (after[known] >= before[known] - 1e-12).all()


@given(answer_tables)
def test_missing_by_code_and_missing_by_gap_score_alike(values: np.ndarray[Any, Any]) -> None:
    gaps = np.where(values < 0, np.nan, values)
    np.testing.assert_array_equal(scores_of(values), scores_of(gaps))


def kansas_city(shared: Path) -> dict[str, list[float]]:
    path = shared / "data" / "kcmo_resident_survey_2021_22" / "responses.csv"
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {name: [float(row[name] or "nan") for row in rows] for name in POLICE_ITEMS}


POLICE_ITEMS = ("q5_01", "q5_02", "q5_03", "q5_06", "q5_07")
POLICE = IndexRecipe.of_items("police", POLICE_ITEMS, missing_codes=(9,), dont_know_codes=(9,))


def test_police_index_of_kansas_city_is_51_32_not_44_65(shared: Path) -> None:
    scores = score_items(POLICE, kansas_city(shared))
    assert scores.mean == pytest.approx(51.32352941, rel=1e-9)
    assert scores.scored.sum() == 1853


SCALES = st.sampled_from([(1, 5), (1, 7), (0, 10), (1, 4), (1, 11), (0, 6), (-3, 3), (0, 1)])


@st.composite
def recipes_with_answers(draw: st.DrawFn) -> tuple[IndexRecipe, dict[str, list[float]]]:
    """Facets of up to twelve items on mixed scales, and whole answers of six people."""
    facets, answers = [], {}
    for place in range(draw(st.integers(1, 4))):
        names = tuple(f"f{place}i{item}" for item in range(draw(st.integers(1, 12))))
        scales = {name: draw(SCALES) for name in names}
        low, high = ({name: float(scale[end]) for name, scale in scales.items()} for end in (0, 1))
        turned = tuple(name for name in names if draw(st.booleans()))
        facets.append(FacetRecipe(f"f{place}", names, turned, low, high, 1, (-9.0,), ()))
        for name, scale in scales.items():
            answers[name] = draw(
                st.lists(st.sampled_from([-9.0, *range(scale[0], scale[1] + 1)]), min_size=6, max_size=6)
            )
    return IndexRecipe("made", tuple(facets), 1), answers


def exact_index(recipe: IndexRecipe, answers: dict[str, list[float]], person: int) -> float:
    """The index by fractions, rounded once."""
    means = []
    for facet in recipe.facets:
        points = []
        for item in facet.items:
            x, (low, high) = answers[item][person], facet.scale(item)
            if x != -9:
                part = Fraction(int(x - low), int(high - low))
                points.append(1 - part if item in facet.reversed_items else part)
        if points:
            means.append(sum(points, Fraction(0)) / len(points))
    return float(100 * sum(means, Fraction(0)) / len(means)) if means else np.nan


@given(recipes_with_answers())
def test_an_index_of_whole_answers_is_rounded_once(made: tuple[IndexRecipe, dict[str, list[float]]]) -> None:
    recipe, answers = made
    expected = [exact_index(recipe, answers, person) for person in range(6)]
    np.testing.assert_array_equal(score_items(recipe, answers).values, expected)


def test_people_in_the_middle_of_a_seven_point_scale_tie_at_50() -> None:
    answers = np.array(
        [[1, 7, 4, 4, 4, 4, 4], [2, 6, 3, 5, 1, 7, 4], [4, 4, 4, 4, 4, 4, 4], [5, 3, 6, 2, 7, 1, 4]], float
    )
    recipe = IndexRecipe.of_items("trust", [f"q{k}" for k in range(7)], low=1, high=7)
    values = score_items(recipe, {f"q{k}": column for k, column in enumerate(answers.T)}).values
    np.testing.assert_array_equal(values, [50.0] * 4)
