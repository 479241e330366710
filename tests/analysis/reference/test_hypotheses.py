"""Tests of independence, fit, means and ranks against R survey 4.5."""

import re

import numpy as np
import pytest

from analysis.hypotheses import goodness_of_fit, independence, rank_test, t_test
from tests.analysis.reference.adjustments import make_adjusted_design
from tests.analysis.reference.cases import Case, check, load_cases

# R's ``lincom`` integrates only where the package CompQuadForm is installed, and takes the saddlepoint otherwise: these
# p-values are saddlepoints.
STATISTICS = {
    "F": "F",
    "Chisq": "chi_square",
    "Wald": "wald",
    "adjWald": "adjusted_wald",
    "lincom": "saddlepoint",
    "saddlepoint": "saddlepoint",
}
RANKS = {
    "wilcoxon": "wilcoxon",
    "KruskalWallis": "kruskal_wallis",
    "vanderWaerden": "van_der_waerden",
    "median": "median",
}


@pytest.mark.parametrize("case", load_cases("tests", fn="chisq"))
def test_tests_of_independence_agree_with_r(case: Case) -> None:
    call, design = case["call"], make_adjusted_design(case)
    found = independence(design, call["rows"], call["cols"], statistic=STATISTICS[call["statistic"]])
    statistic = found.statistic
    if STATISTICS[call["statistic"]] in ("chi_square", "saddlepoint"):
        statistic *= design.rows / found.n  # R's n counts the rows without a value, too
    scalars = {
        "statistic": statistic,
        "p_value": found.p_value,
        "df": found.df,
        "df1": found.df,
        "df2": found.df_residual,
    }
    check(case, {"scalars": scalars})


@pytest.mark.parametrize("case", load_cases("tests", fn="gof"))
def test_goodness_of_fit_agrees_with_r(case: Case) -> None:
    design, call = make_adjusted_design(case), case["call"]
    levels = design.table.factor(call["y"]).levels
    found = goodness_of_fit(design, call["y"], dict(zip(levels, call["p"], strict=True)))
    # R's parameters are the scale and the degrees of freedom.
    scalars = {"statistic": found.statistic, "p_value": found.p_value, "df1": found.scale, "df2": found.df}
    check(case, {"scalars": scalars})


@pytest.mark.parametrize("case", load_cases("tests", fn="ttest"))
def test_t_tests_agree_with_r(case: Case) -> None:
    design = make_adjusted_design(case)
    y, groups = case["call"]["formula"].split("~")
    if groups == "0":
        first, second = re.fullmatch(r"I\((\w+)-(\w+)\)", y).groups()  # type: ignore[union-attr]
        design = design.with_columns({"_y": design.table.numbers(first) - design.table.numbers(second)})
        found = t_test(design, "_y", df=design.df - 1)  # R takes one degree less for one mean, too
    else:
        found = t_test(design, y, groups)
    assert found.interval is not None
    scalars = {"statistic": found.statistic, "p_value": found.p_value, "df": found.df, "estimate": found.estimate}
    check(case, {"scalars": {**scalars, "ci": [found.interval.low, found.interval.high]}})


@pytest.mark.parametrize("case", load_cases("tests", fn="ranktest"))
def test_rank_tests_agree_with_r(case: Case) -> None:
    call = case["call"]
    y, groups = call["formula"].split("~")
    found = rank_test(make_adjusted_design(case), y, groups, test=RANKS[call["test"]], ties="r")
    scalars = {"statistic": found.statistic, "p_value": found.p_value, "df": found.df, "estimate": found.estimate}
    if np.isfinite(found.df_residual):  # R shows the degrees of freedom first, and then the chi-square
        scalars |= {"statistic": found.df, "df": found.statistic * found.df}
    check(case, {"scalars": scalars})
