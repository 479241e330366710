"""The outcome of a logistic regression: numbers, two levels of text, or the level that counts."""

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from analysis import AnalysisError, Design, predictive_margins, regress, regress_ordinal
from analysis.errors import NotNumeric
from analysis.models import regression
from analysis.models.outcome import BadEvent, EventWithoutUse

CHANCE = np.random.default_rng(7)
VOTED = CHANCE.random(90) < 0.4
FRAME = {
    "voted": VOTED.astype(float),
    "word": np.where(VOTED, "yes", "no"),
    "three": CHANCE.choice(["left", "right", "none"], 90),
    "x": CHANCE.normal(size=90),
    "g": np.tile(["a", "b", "c"], 30),
}
DESIGN = Design.of(FRAME)
EXPECTED = regress(DESIGN, "voted", "x + g", family="logistic").coefficients
YES_FIRST = pd.Series(pd.Categorical(FRAME["word"], categories=["yes", "no"]))


@pytest.mark.parametrize("word", [FRAME["word"], pl.Series(FRAME["word"]), list(FRAME["word"])])
def test_text_of_two_levels_counts_the_second(word: Any) -> None:
    found = regress(Design.of({**FRAME, "word": word}), "word", "x + g", family="logistic").coefficients
    np.testing.assert_array_equal(found.values, EXPECTED.values)
    assert {note for row in found for note in row.notes} == {"'word' counts 'yes' as 1 and 'no' as 0"}


def test_levels_of_a_category_count_in_their_order() -> None:
    found = regress(Design.of({**FRAME, "word": YES_FIRST}), "word", "x + g", family="logistic").coefficients
    np.testing.assert_allclose(found.values, -EXPECTED.values)
    assert found[0].notes == ("'word' counts 'no' as 1 and 'yes' as 0",)


@pytest.mark.parametrize(("column", "event"), [("word", "yes"), ("voted", 1), ("voted", "1")])
def test_an_event_says_which_level_counts(column: str, event: Any) -> None:
    found = regress(DESIGN, column, "x + g", family="logistic", event=event).coefficients
    np.testing.assert_array_equal(found.values, EXPECTED.values)


def test_other_levels_than_the_event_count_as_zero() -> None:
    design = DESIGN.with_columns({"left": (FRAME["three"] == "left").astype(float)})
    expected = regress(design, "left", "x", family="logistic").coefficients
    found = regress(design, "three", "x", family="logistic", event="left").coefficients
    np.testing.assert_array_equal(found.values, expected.values)
    assert found[0].notes == ("'three' counts 'left' as 1 and 'none', 'right' as 0",)


def test_a_missing_outcome_in_words_counts_as_none() -> None:
    words = [None, *FRAME["word"][1:]]
    numbers = np.array([np.nan, *FRAME["voted"][1:]])
    design = Design.of({**FRAME, "word": words, "voted": numbers})
    expected = regress(design, "voted", "x", family="logistic").coefficients
    np.testing.assert_array_equal(regress(design, "word", "x", family="logistic").coefficients.values, expected.values)


def test_margins_take_the_outcome_in_words() -> None:
    expected = predictive_margins(DESIGN, "voted", "x", "g", family="logistic")
    found = predictive_margins(DESIGN, "word", "x", "g", family="logistic")
    np.testing.assert_array_equal(found.values, expected.values)
    assert found[0].notes == ("'word' counts 'yes' as 1 and 'no' as 0",)
    no = predictive_margins(DESIGN, "word", "x", "g", family="logistic", event="no")
    np.testing.assert_allclose(no.values, 1 - expected.values)


@pytest.mark.parametrize(
    ("column", "options", "refusal"),
    [
        ("three", {}, BadEvent),
        ("three", {"event": "center"}, BadEvent),
        ("word", {"event": "yes", "family": "linear"}, EventWithoutUse),
        ("word", {"family": "linear"}, NotNumeric),
        ("mixed", {}, NotNumeric),
    ],
)
def test_an_outcome_in_other_words_is_refused(column: str, options: Any, refusal: type[AnalysisError]) -> None:
    design = DESIGN.with_columns({"mixed": ["0", "1", "2 or more"] * 30})
    with pytest.raises(refusal):
        regress(design, column, "x", **{"family": "logistic", **options})


def test_the_columns_of_a_model_are_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    make = regression.make_matrix
    monkeypatch.setattr(regression, "make_matrix", lambda *given, **options: calls.append(1) or make(*given, **options))
    regress(DESIGN, "voted", "x + g")
    assert len(calls) == 1
    assert len(regress_ordinal(DESIGN, "three", "x").coefficients) == 3
