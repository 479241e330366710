"""Regression: terms and products, the p column, and refusals in one sentence."""

import numpy as np
import pytest

from analysis import AnalysisError, Design, calibrate, predictive_margins, regress
from analysis.models.terms import make_matrix
from analysis.weighting import Amount

ROWS = 80
CHANCE = np.random.default_rng(4)
FRAME = {
    "y": CHANCE.normal(50, 10, ROWS),
    "x": CHANCE.normal(0, 1, ROWS),
    "z": CHANCE.normal(0, 1, ROWS),
    "g": np.array(["a", "b", "c", "a"] * 20, object),
    "code": np.arange(ROWS) % 3,
    "late": (np.arange(ROWS) > 40).astype(float),
    "order": np.arange(ROWS, dtype=float),
    "coin": (CHANCE.random(ROWS) < 0.5).astype(float),
    "one": np.ones(ROWS),
    "twice": 2 * np.arange(ROWS, dtype=float),
    "minus": -np.ones(ROWS),
}
DESIGN = Design.of(FRAME)


def test_a_product_equals_a_column_of_products() -> None:
    made = DESIGN.with_columns({"xz": FRAME["x"] * FRAME["z"]})
    expected, found = regress(made, "y", ["x", "z", "xz"]), regress(DESIGN, "y", "x*z")
    assert [row.term for row in found.coefficients] == ["(Intercept)", "x", "z", "x:z"]
    np.testing.assert_allclose(found.coefficients.covariance, expected.coefficients.covariance)
    assert found.terms == ("(Intercept)", "x", "z", "x:z")


def test_a_product_without_its_parts_keeps_all_levels() -> None:
    assert make_matrix(DESIGN.table, ["g:x"]).names == ("(Intercept)", "g=a:x", "g=b:x", "g=c:x")
    names = make_matrix(DESIGN.table, ["x", "g:x"]).names
    assert names == ("(Intercept)", "x", "g=b:x", "g=c:x")


@pytest.mark.parametrize("x", ["factor(code)", ["factor(code)"]])
def test_a_code_as_factor_has_a_column_for_each_level(x: str | list[str]) -> None:
    found = regress(DESIGN, "y", x)
    assert [row.term for row in found.coefficients] == ["(Intercept)", "code=1", "code=2"]
    assert found.term_test("code").df == 2


def test_the_p_column_is_two_sided_on_the_models_df() -> None:
    found = regress(DESIGN, "y", "x + g")
    row = found.to_rows()[1]
    assert row["t"] == pytest.approx(row["estimate"] / row["se"])
    wald = found.term_test(["x"])
    assert row["p"] == pytest.approx(wald.p_value)
    assert wald.f == pytest.approx(row["t"] ** 2)


REFUSED = [
    ("code", ["x"], "logistic", r"numbers from 0 to 1 in column 'code' for a logistic regression, but row 3 holds 2"),
    ("minus", ["x"], "poisson", r"numbers of 0 or more in column 'minus' for a poisson regression, but row 1 holds -1"),
    ("late", ["order"], "logistic", "without error"),
    ("one", ["x"], "logistic", "without error"),
    ("y", ["order", "twice"], "linear", "one column of the model follows from the others"),
    ("y", ["x:"], "linear", "expected terms such as 'age'"),
    ("y", [3], "linear", "expected terms such as 'age'"),
    ("y", ["nobody"], "linear", "a column named 'nobody'"),
]


@pytest.mark.parametrize(("y", "x", "family", "words"), REFUSED)
def test_a_model_that_cannot_be_fitted_says_why(y: str, x: list[str], family: str, words: str) -> None:
    with pytest.raises(AnalysisError, match=words):
        regress(DESIGN, y, x, family=family)


@pytest.mark.parametrize("columns", [["nobody"], [], "x:z"])
def test_a_test_of_an_unknown_term_names_the_terms(columns: str | list[str]) -> None:
    with pytest.raises(AnalysisError, match=r"terms of the model, which are '\(Intercept\)', 'x', 'g'"):
        regress(DESIGN, "y", ["x", "g"]).term_test(columns)


def test_a_regression_with_negative_weights_is_refused() -> None:
    total = float(FRAME["order"].sum())
    design = calibrate(DESIGN, [Amount(ROWS), Amount(3 * total, "order")])
    assert (design.weights < 0).any()
    with pytest.raises(AnalysisError, match="weights of zero or more for a regression"):
        regress(design, "y", ["x"])


def test_margins_of_a_saturated_model_are_the_groups_means() -> None:
    found = predictive_margins(DESIGN, "y", [], "g")
    means = [FRAME["y"][FRAME["g"] == level].mean() for level in "abc"]
    assert found.values == pytest.approx(means)
    assert [row.term for row in found] == ["g=a", "g=b", "g=c"]
