"""Nonresponse, post-stratification, raking, calibration, trimming and standardization against R survey 4.5."""

from typing import Any

import numpy as np
import pytest

import analysis
from analysis.design import Design
from analysis.weighting import calibrate, nonresponse_classes, nonresponse_propensity, response_propensity
from tests.analysis.reference.adjustments import auxiliaries_of, make_adjusted_design
from tests.analysis.reference.cases import Case, check, load_cases, read_data
from tests.analysis.reference.designs import make_design, make_table
from tests.analysis.reference.test_estimates import linear

GROUPS = ("poststratify", "rake", "calibrate", "trim", "standardize")
FRAME = "trust_a_frame.csv"


@pytest.mark.parametrize("case", [c for group in GROUPS for c in load_cases(group, fn=("mean", "total"))])
def test_estimates_after_adjustment_agree_with_r(case: Case) -> None:
    check(case, linear(make_adjusted_design(case), case))


@pytest.mark.parametrize("case", [c for group in GROUPS for c in load_cases(group, fn="weights")])
def test_adjusted_weights_agree_with_r(case: Case) -> None:
    weights = make_adjusted_design(case).weights
    rows = [int(row["label"]["row"]) for row in case["expected"].get("rows", [])]
    got = {
        "vectors": {"weights": weights.tolist()},
        "rows": [{"label": {"row": row}, "value": weights[row - 1]} for row in rows],
        "scalars": {
            "n": len(weights),
            "sum": weights.sum(),
            "min": weights.min(),
            "max": weights.max(),
            "sum_squares": (weights**2).sum(),
            "median": np.median(weights),
        },
    }
    check(case, got)


@pytest.mark.parametrize("case", load_cases("calibrate", fn="calibrate_infeasible"))
def test_bounds_that_are_too_tight_are_refused_as_in_r(case: Case) -> None:
    design = make_design(case)
    totals = {"(Intercept)": 6194.0, "stypeH": 755.0, "stypeM": 1018.0, "api99": 3914069.0}
    auxiliaries = auxiliaries_of(design, "~stype+api99", totals)
    with pytest.raises(analysis.AnalysisError, match=r"weight ratios from 0\.95 to 1\.05"):
        calibrate(design, auxiliaries, distance="logit", bounds=tuple(case["call"]["bounds"]))


def frame_design(case: Case) -> Design:
    return Design.of(make_table(read_data(case)), weights=case["call"]["weight"])


@pytest.mark.parametrize("case", load_cases("nonresponse", fn="nonresponse_class"))
def test_weighting_classes_agree_with_r(case: Case) -> None:
    design, call = frame_design(case), case["call"]
    adjusted = nonresponse_classes(design, call["responded"], call["vars"])
    weights = adjusted.weights
    factors = weights / design.weights
    names = [design.table.factor(name) for name in call["vars"]]
    classes = {
        ".".join(str(f.levels[f.codes[row]]) for f in names): factors[row] for row in np.flatnonzero(weights).tolist()
    }
    got: dict[str, Any] = {
        "rows": [{"label": {"class": name}, "factor": factor} for name, factor in classes.items()],
        "scalars": {
            "sum": weights.sum(),
            "sum_squares": (weights**2).sum(),
            "max": weights.max(),
            "n_eff": weights.sum() ** 2 / (weights**2).sum(),
        },
    }
    check(case, got)


@pytest.mark.parametrize("case", load_cases("nonresponse", fn="nonresponse_propensity"))
def test_response_propensities_agree_with_r(case: Case) -> None:
    design, call = frame_design(case), case["call"]
    responded, predictors = formula_of(call["formula"])
    weighted = call["weighted_fit"]
    fit = response_propensity(design, responded, predictors, weighted=weighted)
    direct = nonresponse_propensity(design, responded, predictors, weighted=weighted).weights
    classed = nonresponse_propensity(design, responded, predictors, weighted=weighted, classes=call["classes"])
    in_classes = classed.weights
    held = in_classes > 0
    rates = in_order_of_propensity(design.weights[held] / in_classes[held], fit.values[held])
    got: dict[str, Any] = {
        "rows": [
            {"label": {"term": term}, "est": value} for term, value in zip(fit.terms, fit.coefficients, strict=True)
        ],
        "scalars": {
            "min_p": fit.values.min(),
            "max_p": fit.values.max(),
            "mean_p": fit.values.mean(),
            "direct_sum": direct.sum(),
            "direct_sum_squares": (direct**2).sum(),
            "class_sum": in_classes.sum(),
            "class_sum_squares": (in_classes**2).sum(),
        },
        "vectors": {"class_response_rate": rates},
    }
    check(case, got)


def formula_of(formula: str) -> tuple[str, list[str]]:
    left, right = formula.replace(" ", "").split("~")
    return left, right.split("+")


def in_order_of_propensity(rates: Any, propensity: Any) -> list[float]:
    """The distinct response rates from the class of the lowest propensities to that of the highest."""
    order = np.argsort(propensity, kind="stable")
    return list(dict.fromkeys(np.round(rates[order], 12).tolist()))
