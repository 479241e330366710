"""Regressions and their Wald tests against R survey 4.5."""

import re
from typing import Any

import numpy as np
import pytest

from analysis.design import Design
from analysis.estimation import variance
from analysis.models import Regression, predictive_margins, regress
from tests.analysis.reference.adjustments import make_adjusted_design
from tests.analysis.reference.cases import Case, check, load_cases

FAMILIES = {"gaussian": "linear", "quasibinomial": "logistic", "quasipoisson": "poisson"}


def fit(case: Case) -> tuple[Regression, Design, str]:
    call, design = case["call"], make_adjusted_design(case)
    left, right = call["formula"].split("~")
    design, y = outcome(design, left.strip())
    return regress(design, y, right, family=FAMILIES[call.get("family", "gaussian")]), design, y


def dispersion(design: Design, y: str, model: Regression, family: str) -> float:
    """R's population variance of the Pearson residuals, scaled by the weights of all rows; over n with replicates."""
    mu, w = model.fitted, design.weights
    spread = {"gaussian": np.ones_like(mu), "quasibinomial": mu * (1 - mu), "quasipoisson": mu}[family]
    used = ~np.isnan(mu)
    scale = np.sqrt(w[used].mean() / w.mean())
    residuals = (design.table.numbers(y) - mu) / np.sqrt(spread) * scale
    found = float(variance(design.with_columns({"_r": residuals}), "_r")[0].value)
    n = int(used.sum())
    return found * (n - 1) / n if design.replicates else found


def outcome(design: Design, text: str) -> tuple[Design, str]:
    found = re.fullmatch(r"I\((\S+?)(?:=='(\w+)')?\)", text)
    if not found:
        return design, text
    name, level = found.groups()
    if level is None:
        return design, name
    factor = design.table.factor(name)
    values = (factor.codes == factor.levels.index(level)).astype(float)
    return design.with_columns({"_y": np.where(factor.missing, np.nan, values)}), "_y"


def as_r_writes(name: str, call: dict[str, Any]) -> str:
    """The name of a coefficient in R: `factor(race)1:sexM` for ours, `race=1:sex=M`."""
    parts = (part.partition("=") for part in name.split(":"))
    written = (f"{f'factor({c})' if f'factor({c})' in call['formula'] else c}{level}" for c, _, level in parts)
    return ":".join(written)


@pytest.mark.parametrize("case", [*load_cases("models", fn="glm"), *load_cases("index", fn="glm")])
def test_regressions_agree_with_r(case: Case) -> None:
    model, design, y = fit(case)
    rows = []
    for row, t, p in zip(model.coefficients, model.statistics, model.p_values, strict=True):
        label = {"term": as_r_writes(row.term, case["call"])}
        bounds = [row.interval.low, row.interval.high]
        rows.append({"label": label, "est": row.value, "se": row.se, "t": t, "p_value": p, "ci_df": bounds})
    scalars = {
        "df_residual": model.df,
        "df_design": design.df,
        "deviance": model.deviance,
        "dispersion": dispersion(design, y, model, case["call"]["family"]),
    }
    check(case, {"rows": rows, "scalars": scalars, "matrices": {"vcov": model.coefficients.covariance.tolist()}})


@pytest.mark.parametrize("case", load_cases("models", fn="term_test"))
def test_wald_tests_of_terms_agree_with_r(case: Case) -> None:
    names = [term.strip() for term in case["call"]["terms"].lstrip("~").split("+")]
    found = fit(case)[0].term_test(names)
    check(case, {"scalars": {"F": found.f, "df": found.df, "ddf": found.df_residual, "p_value": found.p_value}})


@pytest.mark.parametrize("case", load_cases("models", fn="predictive_margins"))
def test_predictive_margins_agree_with_r(case: Case) -> None:
    y, x = (side.strip() for side in case["call"]["formula"].split("~"))
    groups = case["call"]["groups"].lstrip("~")
    found = predictive_margins(make_adjusted_design(case), y, x, groups)
    rows = [{"label": {"term": row.term.split("=", 1)[1]}, "est": row.value, "se": row.se} for row in found]
    check(case, {"rows": rows})
