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


@pytest.mark.parametrize(
    ("asked", "places"),
    [
        ("factor(code)", [1, 2]), ("code", [1, 2]), ("x", [3]), ("g", [4, 5]), ("x:g", [6, 7]), ("g:x", [6, 7]),
        ("g*x", [3, 4, 5, 6, 7]), ("g=b", [4]), (["x", "g=c"], [3, 5]),
    ],
)  # fmt: skip
def test_terms_are_tested_under_every_name_they_have(asked: str | list[str], places: list[int]) -> None:
    found = regress(DESIGN, "y", ["factor(code)", "x*g"])
    b, v = found.coefficients.values[places], found.coefficients.covariance[np.ix_(places, places)]
    test = found.term_test(asked)
    assert (test.df, test.f) == (len(places), pytest.approx(b @ np.linalg.solve(v, b) / len(places)))


@pytest.mark.parametrize("asked", ["z", "x*z", "g:code", [], ["x", "z"], "g=a"])
def test_terms_that_the_model_lacks_are_refused(asked: str | list[str]) -> None:
    with pytest.raises(AnalysisError, match=r"which are '\(Intercept\)', 'code', 'x', 'g', 'x:g', but got"):
        regress(DESIGN, "y", ["factor(code)", "x*g"]).term_test(asked)


NOISE = 80.0 + 1e-13 * CHANCE.normal(size=ROWS)  # what arithmetic leaves of a constant


@pytest.mark.parametrize("y", [np.full(ROWS, 80.0), np.full(ROWS, 0.1) * 3, NOISE, 2 + 0.1 * FRAME["x"]])
def test_rounding_is_no_information_about_coefficients(y: np.ndarray) -> None:
    design = Design.of({**FRAME, "y": y, "w": CHANCE.uniform(0.3, 3, ROWS)}, weights="w")
    found = regress(design, "y", ["x", "g"])
    assert np.isnan(found.statistics).all()
    assert np.isnan(found.term_test("g").p_value)
    assert not any(row.interval.is_known for row in found.coefficients)
    assert found.coefficients[1].notes == ("no information about the uncertainty",)
    known = [row.interval.is_known for row in predictive_margins(design, "y", ["x"], "g")]
    assert not any(known) or np.ptp(y) > 1e-9


def test_large_outcomes_keep_their_error_beside_their_size() -> None:
    found = regress(Design.of({**FRAME, "y": 1e9 + FRAME["z"]}), "y", ["x", "g"])
    expected = regress(Design.of({**FRAME, "y": FRAME["z"]}), "y", ["x", "g"])
    np.testing.assert_allclose(found.coefficients.se, expected.coefficients.se, rtol=1e-6)


def test_constant_group_has_no_error_beside_one_that_varies() -> None:
    y = np.where(FRAME["g"] == "a", 0.1 * 3, FRAME["x"])
    found = regress(Design.of({**FRAME, "y": y, "w": CHANCE.uniform(0.3, 3, ROWS)}, weights="w"), "y", "g")
    assert np.isnan(found.statistics).tolist() == [True, False, False]


def test_small_effects_beside_large_columns_keep_their_error() -> None:
    design = Design.of({**FRAME, "year": 2020 + FRAME["x"], "y": 1e-4 * FRAME["x"] + 1e-6 * FRAME["z"] + 70})
    assert regress(design, "y", ["year"]).statistics[1] > 100


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
