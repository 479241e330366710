"""Means, totals, ratios, shares, domains, design effects and lonely PSUs against R survey 4.5."""

from typing import Any

import numpy as np
import pytest

import analysis
from analysis.design import Design
from analysis.estimation import Kish, count, kish, mean, ratio, share, total, variance
from tests.analysis.reference.cases import Case, check, expects_error, load_cases, read_data
from tests.analysis.reference.designs import conditions, labels_of, make_design, make_table, to_got

LINEAR = {"mean": mean, "total": total}
GROUPS = ("means_totals", "domains", "deff", "lonely_psu", "edge", "index")


def linear(design: Design, case: Case) -> dict[str, Any]:
    call = case["call"]
    if not design.table.is_numeric(call["y"][0]) or case["r"]["call"].startswith(
        ("svymean(~factor", "svytotal(~factor")
    ):
        return by_level(design, case)
    result = LINEAR[call["fn"]](
        design,
        call["y"],
        by=call.get("by"),
        where=conditions(call),
        missing="omit" if call.get("na_rm") else "propagate",
        deff=call.get("deff"),
    )
    if call.get("where"):
        return to_got(result, labels_of(result, call), df=result[0].df)
    return in_order(to_got(result, labels_of(result, call)), case)


def by_level(design: Design, case: Case) -> dict[str, Any]:
    call = case["call"]
    method = {"mean": share, "total": count}[call["fn"]]
    result = method(design, call["y"][0], deff=call["deff"])
    return to_got(result, level_labels(result, call, read_data(case)))


def in_order(got: dict[str, Any], case: Case) -> dict[str, Any]:
    """The covariance in the row order of the case."""
    wanted = [frozenset((k, str(v)) for k, v in row["label"].items()) for row in case["expected"].get("rows", [])]
    have = [frozenset((k, str(v)) for k, v in row["label"].items()) for row in got["rows"]]
    order = [have.index(key) for key in wanted if key in have]
    matrix = np.array(got["matrices"]["vcov"])
    return {**got, "matrices": {"vcov": matrix[np.ix_(order, order)].tolist()}}


@pytest.mark.parametrize("case", [c for group in GROUPS for c in load_cases(group, fn=("mean", "total"))])
def test_means_and_totals_agree_with_r(case: Case) -> None:
    design = make_design(case)
    if expects_error(case):
        with pytest.raises(analysis.errors.AnalysisError):
            linear(design, case)
        return
    check(case, linear(design, case))


@pytest.mark.parametrize("case", [*load_cases("ratios"), *load_cases("domains", fn="ratio")])
def test_ratios_agree_with_r(case: Case) -> None:
    call = case["call"]
    result = ratio(make_design(case), call["num"], call["den"], by=call.get("by"))
    labels = [dict(row.group) if row.group else {"term": "ratio"} for row in result]
    check(case, in_order(to_got(result, labels), case))


def level_labels(result: analysis.Estimates, call: dict[str, Any], data: Any) -> list[dict[str, Any]]:
    names = [row.term.split("=", 1)[1] for row in result]
    if call.get("by"):
        return [{**dict(row.group), "level": name} for row, name in zip(result, names, strict=True)]
    if call.get("cross"):
        inner = ", ".join(term_of(y, data) for y in call["y"])
        return [{"term": f"interaction({inner}){name.replace(' × ', '.')}"} for name in names]
    y = call["y"][0] if isinstance(call["y"], list) else call["y"]
    return [{"term": f"{term_of(y, data)}{name}"} for name in names]


def term_of(y: str, data: Any) -> str:
    return y if y in data.levels else f"factor({y})"


SHARES = [
    *load_cases("proportions", fn=("prop", "count")),
    *load_cases("domains", fn="prop"),
    *load_cases("edge", fn="prop"),
]


@pytest.mark.parametrize("case", SHARES)
def test_shares_and_counts_agree_with_r(case: Case) -> None:
    call, data = case["call"], read_data(case)
    design = make_design(case)
    method = {"prop": share, "count": count}[call["fn"]]
    result = method(design, call["y"], by=call.get("by"), missing="omit" if call.get("na_rm") else "propagate")
    check(case, in_order(to_got(result, level_labels(result, call, data)), case))


@pytest.mark.parametrize("case", load_cases("proportions", fn="table"))
def test_weighted_tables_agree_with_r(case: Case) -> None:
    call = case["call"]
    result = count(make_design(case), call["cols"], by=call["rows"])
    rows = [{"label": {**dict(row.group), call["cols"]: row.term.split("=", 1)[1]}, "est": row.value} for row in result]
    check(case, {"rows": rows})


@pytest.mark.parametrize("case", load_cases("deff", fn="variance"))
def test_population_variances_agree_with_r(case: Case) -> None:
    names = case["call"]["y"]
    result = variance(make_design(case), names)
    labels = [k + 1 for k in range(len(result))] if len(names) > 1 else names
    rows = [
        {"label": {"term": label}, "est": row.value, "se": row.se} for row, label in zip(result, labels, strict=True)
    ]
    matrix = result.values.reshape(len(names), len(names)).tolist()
    check(case, {"rows": rows, "matrices": {"variance": matrix}})


@pytest.mark.parametrize("case", load_cases("deff", fn="kish"))
def test_kish_agrees_with_r(case: Case) -> None:
    table, call = make_table(read_data(case)), case["call"]
    weights = table.numbers(call["weights"])
    if not call.get("by"):
        check(case, {"scalars": kish_names(kish(weights))})
        return
    factor = table.factor(call["by"][0])
    rows = [
        {"label": {call["by"][0]: level}, **kish_names(kish(weights[factor.codes == k]))}
        for k, level in enumerate(factor.levels)
    ]
    check(case, {"rows": rows})


def kish_names(found: Kish) -> dict[str, float]:
    return {
        "n": found.n,
        "sum": found.total,
        "sum_squares": found.squares,
        "n_eff": found.n_effective,
        "deff_weights": found.design_effect,
        "cv2": found.cv2,
        "max_over_mean": found.largest,
    }
