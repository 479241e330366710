"""Tests and regressions of a plan: the same figures as the functions give, and refusals."""

import json
from typing import Any

import pytest

from analysis.hypotheses import goodness_of_fit, independence, rank_test, t_test
from analysis.hypotheses.correlation import correlation
from analysis.models import regress
from analysis.plan import load_plan
from analysis.plan.sample import PlanSample, make_sample
from tests.analysis.command.plans import PLAN, Desk

Rows = list[dict[str, Any]]
R_CORRELATION = (0.39558, 0.194)


def tables(desk: Desk, command: str, section: str) -> tuple[list[Rows], PlanSample]:
    """The tables of a command below the record of the weighting, and the sample they are of."""
    path = desk.write("plan.yaml", PLAN + section)
    status, out, err = desk.run(command, "--format", "json")
    assert status == 0, err
    return [s["rows"] for s in json.loads(out)["sections"][2:]], make_sample(load_plan(path))


TESTS = {
    "independence: [sex, voted]": lambda d: independence(d, "sex", "voted"),
    "independence: [sex, voted], statistic: wald": lambda d: independence(d, "sex", "voted", statistic="wald"),
    "fit: voted, shares: {0: 60, 1: 40}": lambda d: goodness_of_fit(d, "voted", {0: 60, 1: 40}),
    "difference: income, between: sex": lambda d: t_test(d, "income", "sex"),
    "difference: trust, against: 50, level: 0.9": lambda d: t_test(d, "trust", against=50, level=0.9),
    "ranks: income, between: wave, test: median": lambda d: rank_test(d, "income", "wave", test="median"),
    "correlation: [a1, income]": lambda d: correlation(d, "a1", "income"),
}


@pytest.mark.parametrize("written", TESTS)
def test_test_of_a_plan_equals_the_function(desk: Desk, written: str) -> None:
    ((row,),), sample = tables(desk, "test", f"tests: [{{{written}}}]\n")
    expected = TESTS[written](sample.labelled(["sex"]))
    assert row["statistic"] == pytest.approx(expected.statistic)
    assert row["p"] == pytest.approx(expected.p_value)
    assert row["n"] == expected.n


def test_correlation_has_the_error_that_r_gives(desk: Desk) -> None:
    """R survey 4.5: svycontrast(svymean(~vx + vy + vxy), quote(vxy / sqrt(vx * vy))) without raking."""
    plan = (
        "data: answers.csv\ndesign: {weights: w, strata: district, psu: block}\ntests: [{correlation: [a1, income]}]\n"
    )
    desk.write("plan.yaml", plan)
    (row,) = json.loads(desk.run("test", "--format", "json")[1])["sections"][-1]["rows"]
    assert (row["estimate"], row["se"]) == (
        pytest.approx(R_CORRELATION[0], abs=5e-5),
        pytest.approx(R_CORRELATION[1], abs=5e-4),
    )


def test_model_of_a_plan_equals_the_function(desk: Desk) -> None:
    written = "models: [{linear: trust, on: [income, sex, income:sex], margins: sex}]\n"
    (rows, terms, margins), sample = tables(desk, "model", written)
    expected = regress(sample.labelled(["sex"]), "trust", ["income", "sex", "income:sex"], factors=["sex"])
    assert [row["term"] for row in rows] == ["(Intercept)", "income", "sex=men", "income:sex=men"]
    assert [row["p"] for row in rows] == pytest.approx(expected.p_values.tolist())
    assert terms[1]["p"] == pytest.approx(expected.term_test("sex").p_value)
    assert [row["term"] for row in margins] == ["sex=women", "sex=men"]


def test_model_shows_labels_of_text_columns(desk: Desk) -> None:
    (rows, _), _ = tables(desk, "model", "models: [{poisson: a1, on: sex}]\n")
    assert rows[1]["term"] == "sex=men"


REFUSED = [
    ("tests: [{independence: sex}]", "test", "expected two columns in 'tests.independence'"),
    ("tests: [{rank: sex}]", "test", "expected one test, one of 'independence', 'fit'"),
    ("tests: [{fit: sex}]", "test", "expected the key 'shares'"),
    ("tests: [{difference: sex, between: voted}]", "test", "expected numbers in column 'sex', but row 1 holds 'F'"),
    ("tests: [{correlation: [a1, region]}]", "test", "expected a column named 'region'"),
    ("models: [{linear: trust}]", "model", "expected the key 'on'"),
    ("models: [{probit: voted, on: sex}]", "model", "with one of linear, logistic, poisson"),
    ("models: [{logistic: income, on: sex}]", "model", "expected"),
    ("models: [{linear: trust, on: [sex, 'sex:']}]", "model", "expected terms such as"),
    ("title2: x", "test", "unknown key"),
]


@pytest.mark.parametrize(("section", "command", "expected"), REFUSED)
def test_inference_that_cannot_be_done_is_refused(desk: Desk, section: str, command: str, expected: str) -> None:
    desk.write("plan.yaml", f"{PLAN}{section}\n")
    assert expected in desk.refusal(command)


@pytest.mark.parametrize(("command", "section"), [("test", "tests"), ("model", "models")])
def test_plan_without_the_section_is_refused(desk: Desk, command: str, section: str) -> None:
    assert f"expected a section '{section}' in the plan" in desk.refusal(command)


def test_model_of_a_plan_counts_an_event(desk: Desk) -> None:
    rows = [f"{'yes' if k % 3 else 'no'},{k * 7 % 11},{'yes' if k % 5 else 'no'}" for k in range(60)]
    desk.write("words.csv", "\n".join(["voted,age,met", *rows]))
    for written, event, note in (("", None, "'voted' counts 'yes' as 1"), ("event: no, ", "no", "counts 'no' as 1")):
        path = desk.write(
            "plan.yaml", f"data: words.csv\nmodels: [{{logistic: voted, {written}on: age, margins: met}}]\n"
        )
        status, out, err = desk.run("model", "--format", "json")
        assert status == 0, err
        coefficients, *_, margins = (section["rows"] for section in json.loads(out)["sections"] if section["rows"])
        design = make_sample(load_plan(path)).design
        expected = regress(design, "voted", ["age"], family="logistic", event=event)
        assert note in coefficients[0]["notes"]
        assert [row["estimate"] for row in coefficients] == pytest.approx(expected.coefficients.values.tolist())
        assert note in margins[0]["notes"]
    desk.write("plan.yaml", "data: words.csv\nmodels: [{linear: age, event: no, on: met}]\n")
    assert "an event only in a logistic regression" in desk.refusal("model")
