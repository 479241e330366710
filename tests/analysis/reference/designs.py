"""From a reference case to a `Design`, and from `Estimates` to the rows a case expects."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from analysis.design import Design
from analysis.frames import Condition, Factor, Table
from analysis.intervals.interval import t_interval
from analysis.results import Estimate, Estimates
from tests.analysis.reference.cases import Case, Columns, read_data

LONELY = {"fail": "error"}


def make_table(data: Columns) -> Table:
    """The file's columns, factors with the levels in R's order."""
    columns: dict[str, Any] = dict(data)
    for name, levels in data.levels.items():
        place = {level: k for k, level in enumerate(levels)}
        columns[name] = Factor(np.array([place.get(x, -1) for x in data[name]], np.int64), levels)
    return Table(columns)


def make_design(case: Case) -> Design:
    """Return the linearized design of a case, without its adjustments."""
    spec = case["design"]
    table = make_table(read_data(case))
    if "weights_constant" in spec:
        table = table.with_columns({"_weight": np.full(table.rows, float(spec["weights_constant"]))})
    return Design.of(
        table,
        weights="_weight" if "weights_constant" in spec else spec["weights"],
        strata=spec.get("strata"),
        psu=spec.get("clusters") or (),
        fpc=spec.get("fpc") or (),
        nest=spec.get("nest", False),
        lonely=LONELY.get(lonely := spec.get("lonely_psu", "fail"), lonely),
        domain_lonely=spec.get("adjust_domain_lonely", False),
    )


def conditions(call: dict[str, Any]) -> list[Condition] | None:
    """The filter of a call."""
    where = call.get("where")
    return [Condition(c["var"], c["op"], c["value"]) for c in where] if where else None


def to_row(row: Estimate, label: dict[str, Any], df: float) -> dict[str, Any]:
    """An estimate with all the intervals that a case may ask for."""
    return {
        "label": label,
        "est": row.value,
        "se": row.se,
        "ci_norm": _bounds(row, np.inf),
        "ci_df": _bounds(row, df),
        "ci_df_domain": _bounds(row, row.df),
        "df_domain": row.df,
        "deff": row.deff,
    }


def _bounds(row: Estimate, df: float) -> list[float]:
    interval = t_interval(row.value, row.se, df)
    return [interval.low, interval.high]


def to_got(result: Estimates, labels: Sequence[dict[str, Any]], df: float | None = None) -> dict[str, Any]:
    """The shape of `expected`; `df` is the one for ``ci_df`` (the whole design's unless given)."""
    own = result.df if df is None else df
    return {
        "rows": [to_row(row, label, own) for row, label in zip(result, labels, strict=True)],
        "scalars": {"df": own},
        "matrices": {"vcov": result.covariance.tolist()},
    }


def labels_of(result: Estimates, call: dict[str, Any]) -> list[dict[str, Any]]:
    """Labels as the cases write them: the group, and the term where there is no group or several terms."""
    several = isinstance(call.get("y"), list) and len(call["y"]) > 1
    return [{**dict(row.group), **({"term": row.term} if several or not row.group else {})} for row in result]
