"""Intervals of survey shares against R's svyciprop: share, variance and df from `analysis.mean`, interval from here."""

import math
from typing import Any

import numpy as np
import pytest

from analysis.estimation import mean
from analysis.intervals import InterceptFit, fit_intercept, share_interval
from tests.analysis.reference.cases import Case, check, holds, load_cases, read_data
from tests.analysis.reference.designs import make_design

TRAIT = "_trait"


def read_trait(case: Case) -> np.ndarray[Any, Any]:
    """(n,) 1.0, 0.0 or NaN."""
    data, call = read_data(case), case["call"]
    return holds(data, call["condition"]) if call["condition"] else np.asarray(data[call["y"]], np.float64)


def fit_of(case: Case, weights: np.ndarray[Any, Any]) -> InterceptFit | None:
    trait = read_trait(case)
    known = ~np.isnan(trait)
    return fit_intercept(trait[known], weights[known], weights.mean())


@pytest.mark.parametrize("case", load_cases("ciprop"))
def test_share_intervals_agree_with_r(case: Case) -> None:
    call = case["call"]
    design = make_design(case).with_columns({TRAIT: read_trait(case)})
    result = mean(design, TRAIT, by=call.get("by"))
    fit = fit_of(case, design.weights) if call["method"] == "likelihood" else None
    rows = []
    for row in result:
        df = {"design": result.df, "domain": row.df, "Infinity": math.inf}.get(call["df"], call["df"])
        n = row.n if row.group else design.rows  # R counts the rows without a value, too
        interval = share_interval(call["method"], row.value, row.se**2, df, n, call["level"], fit)
        label = dict(row.group) or case["expected"]["rows"][0]["label"]
        bounds = [interval.low, interval.high]
        rows.append({"label": label, "est": row.value, "se": row.se, "df_domain": row.df, "ci": bounds})
    check(case, {"rows": rows, "scalars": {"df": result.df}})


@pytest.mark.parametrize("case", load_cases("ciprop", fn="ciprop", where=lambda c: c["call"]["method"] == "likelihood"))
def test_likelihood_interval_without_fit_is_near_r(case: Case) -> None:
    row, call = case["expected"]["rows"][0], case["call"]
    df = {"design": case["expected"]["scalars"]["df"], "Infinity": math.inf}.get(call["df"], call["df"])
    n = int((~np.isnan(read_trait(case))).sum())
    for method in ("likelihood", "likelihood_exact"):
        interval = share_interval(method, row["est"], row["se"] ** 2, df, n, call["level"])
        assert [interval.low, interval.high] == pytest.approx(row["ci"], abs=0.003)
