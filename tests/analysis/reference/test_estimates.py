"""Means, totals, ratios, shares, domains, design effects and lonely PSUs against R survey 4.5."""

from typing import Any

import numpy as np
import pytest

import analysis
from analysis.design import Design
from analysis.estimation import count, kish_design_effect, kish_effective_n, mean, ratio, share, total
from analysis.frames import Table
from tests.analysis.reference.cases import Case, check, expects_error, load_cases, read_data
from tests.analysis.reference.designs import conditions, labels_of, make_design, make_table, to_got

LINEAR = {"mean": mean, "total": total}
GROUPS = ("means_totals", "domains", "deff", "lonely_psu", "edge")


def linear(design: Design, case: Case) -> dict[str, Any]:
    call = case["call"]
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


def in_order(got: dict[str, Any], case: Case) -> dict[str, Any]:
    """The covariance in the row order of the case."""
    wanted = [
        frozenset((k, str(v)) for k, v in row["label"].items()) for row in case["expected"].get("rows", [])
    ]
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
    prefix = call["y"] if call["y"] in data.levels else f"factor({call['y']})"
    return [{"term": f"{prefix}{name}"} for name in names]


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
    if call.get("cross"):
        names = [part for part in call["cross"]]
        pytest.fail(f"crossing {names} is not covered")
    result = method(
        design, call["y"], by=call.get("by"), missing="omit" if call.get("na_rm") else "propagate"
    )
    check(case, in_order(to_got(result, level_labels(result, call, data)), case))


@pytest.mark.parametrize("case", load_cases("deff", fn="kish"))
def test_kish_agrees_with_r(case: Case) -> None:
    table, call = make_table(read_data(case)), case["call"]
    weights = table.numbers(call["weights"])
    groups = kish_groups(table, call.get("by"))
    rows = [
        {
            "label": label,
            "n": int((weights[rows] > 0).sum()),
            "n_eff": kish_effective_n(weights[rows]),
            "deff_weights": kish_design_effect(weights[rows]),
        }
        for label, rows in groups
    ]
    check(case, {"rows": rows, "scalars": {k: v for k, v in rows[0].items() if k != "label"}})


def kish_groups(table: Table, by: list[str] | None) -> list[tuple[dict[str, Any], Any]]:
    if not by:
        return [({}, np.ones(table.rows, bool))]
    factor = table.factor(by[0])
    return [({by[0]: level}, factor.codes == k) for k, level in enumerate(factor.levels)]
