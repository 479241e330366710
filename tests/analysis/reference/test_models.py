"""Regressions and their Wald tests against R survey 4.5."""

import re
from typing import Any

import numpy as np
import pytest

from analysis.design import Design
from analysis.estimation import variance
from analysis.intervals.interval import t_interval
from analysis.models import Regression, regress
from tests.analysis.reference.cases import Case, check, load_cases
from tests.analysis.reference.designs import make_design

FAMILIES = {"gaussian": "linear", "quasibinomial": "logistic", "quasipoisson": "poisson"}


def plain(case: Case) -> bool:
    return case["design"]["type"] == "linearised" and not case["design"]["adjustments"]


def fit(case: Case) -> tuple[Regression, Design, str]:
    call, design = case["call"], make_design(case)
    left, right = call["formula"].split("~")
    terms = [term.strip() for term in right.split("+")]
    factors = {term[7:-1] for term in terms if term.startswith("factor(")}
    names = [term[7:-1] if term.startswith("factor(") else term for term in terms]
    design, y = outcome(design, left.strip())
    return regress(design, y, names, family=FAMILIES[call["family"]], factors=factors), design, y


def dispersion(design: Design, y: str, model: Regression, family: str) -> float:
    """R's: the population variance of the Pearson residuals; the weights of all rows set their scale."""
    mu, w = model.fitted, design.weights
    spread = {"gaussian": np.ones_like(mu), "quasibinomial": mu * (1 - mu), "quasipoisson": mu}[family]
    used = ~np.isnan(mu)
    scale = np.sqrt(w[used].mean() / w.mean())
    residuals = (design.table.numbers(y) - mu) / np.sqrt(spread) * scale
    return float(variance(design.with_columns({"_r": residuals}), "_r")[0].value)


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
    column, _, level = name.partition("=")
    return f"{f'factor({column})' if f'factor({column})' in call['formula'] else column}{level}"


@pytest.mark.parametrize("case", [*load_cases("models", fn="glm", where=plain), *load_cases("index", fn="glm")])
def test_regressions_agree_with_r(case: Case) -> None:
    model, design, y = fit(case)
    rows = []
    for row in model.coefficients:
        interval = t_interval(row.value, row.se, model.df)
        t = row.value / row.se
        rows.append(
            {
                "label": {"term": as_r_writes(row.term, case["call"])},
                "est": row.value,
                "se": row.se,
                "t": t,
                "p_value": two_sided(t, model.df),
                "ci_df": [interval.low, interval.high],
            }
        )
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


def two_sided(t: float, df: float) -> float:
    from scipy.special import stdtr

    return float(2 * stdtr(df, -abs(t)))
