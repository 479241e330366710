"""Quantiles against R survey 4.5: twelve rules, six intervals, groups, the index, and replicate designs."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.design import Design
from analysis.errors import AnalysisError
from analysis.estimation.quantile_rules import RULES, weighted_quantile
from analysis.estimation.quantiles import quantile
from tests.analysis.reference.adjustments import make_adjusted_design
from tests.analysis.reference.cases import Case, check, load_cases
from tests.analysis.reference.designs import conditions, make_design

CASES = [c for group in ("quantiles", "domains", "index") for c in load_cases(group, fn="quantile")]


def to_got(case: Case, design: Design) -> dict[str, Any]:
    call = case["call"]
    interval = {"quantile": "replicates"}.get(call.get("interval", "mean"), call.get("interval", "mean"))
    result = quantile(
        design,
        call["y"],
        call["p"],
        by=call.get("by"),
        where=conditions(call),
        rule=call.get("qrule", "math"),
        interval=interval,
    )
    return {"rows": [to_row(row, call["y"]) for row in result], "scalars": {"df": result.df}}


def to_row(row: Any, y: str) -> dict[str, Any]:
    label = dict(row.group) if row.group else {"variable": y, "p": float(row.term.split(" at ")[1])}
    return {
        "label": label,
        "est": row.value,
        "se": row.se,
        "ci": [row.interval.low, row.interval.high],
        "df_domain": row.df,
    }


@pytest.mark.parametrize("case", CASES)
def test_quantiles_agree_with_r(case: Case) -> None:
    check(case, to_got(case, make_design(case)))


@pytest.mark.parametrize("case", load_cases("replicates", fn="quantile"))
def test_quantiles_of_replicate_designs_agree_with_r(case: Case) -> None:
    check(case, to_got(case, make_adjusted_design(case)))


VALUES = st.lists(st.integers(-9, 9), min_size=1, max_size=12)


@given(x=VALUES, p=st.floats(0, 1), rule=st.sampled_from(sorted(RULES)), seed=st.integers(0, 99))
def test_quantile_lies_between_minimum_and_maximum(x: list[int], p: float, rule: str, seed: int) -> None:
    weights = np.random.default_rng(seed).integers(1, 5, len(x)).astype(float)
    assert min(x) <= weighted_quantile(np.array(x, float), weights, p, rule) <= max(x)


STEPS = ("math", "school", "hf1", "hf2", "hf3")


@given(x=VALUES, p=st.floats(0, 1), rule=st.sampled_from(STEPS), seed=st.integers(0, 99))
def test_the_order_of_rows_does_not_matter_to_a_step_rule(x: list[int], p: float, rule: str, seed: int) -> None:
    random = np.random.default_rng(seed)
    values, weights = np.array(x, float), random.integers(1, 5, len(x)).astype(float)
    order = random.permutation(len(x))
    again = weighted_quantile(values[order], weights[order], p, rule)
    assert again == weighted_quantile(values, weights, p, rule)


@pytest.mark.parametrize("rule", sorted(RULES))
def test_whole_weights_of_one_give_the_unweighted_quantile(rule: str) -> None:
    numpy_names = {
        "math": "inverted_cdf",
        "school": "averaged_inverted_cdf",
        "hf1": "inverted_cdf",
        "hf2": "averaged_inverted_cdf",
        "hf4": "interpolated_inverted_cdf",
        "hf5": "hazen",
        "hf6": "weibull",
        "hf7": "linear",
        "hf8": "median_unbiased",
        "hf9": "normal_unbiased",
    }
    x = np.array([3.0, 8.0, 1.0, 5.0, 13.0])
    if rule not in numpy_names:
        assert weighted_quantile(x, np.ones(5), 0.5, rule) in x
        return
    for p in (0.1, 0.25, 0.37, 0.5, 0.9):
        expected = np.quantile(x, p, method=numpy_names[rule])
        assert weighted_quantile(x, np.ones(5), p, rule) == pytest.approx(expected)


def test_an_interval_that_the_design_cannot_give_is_refused() -> None:
    design = Design.of({"y": [1.0, 2.0, 3.0]})
    with pytest.raises(AnalysisError, match="without replicates to be one of"):
        quantile(design, "y", interval="replicates")
    with pytest.raises(AnalysisError, match=r"between 0 and 1, such as 0\.5, but got 50"):
        quantile(design, "y", 50)


def test_group_without_values_has_no_median() -> None:
    design = Design.of({"y": [1.0, 2.0, 3.0, np.nan], "g": ["a", "a", "a", "b"]})
    first, second = quantile(design, "y", by="g")
    assert first.value == 2.0
    assert np.isnan(second.value)
    assert not second.interval.is_known
