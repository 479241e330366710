"""From the adjustments and replicate weights of a case to a design that has them."""

import re
from typing import Any

import numpy as np

from analysis.design import Design
from analysis.replication import attach_replicates
from analysis.weighting import (
    Amount,
    Auxiliary,
    Margin,
    PopulationTargets,
    calibrate,
    poststratify,
    rake,
    standardize,
    trim,
)
from tests.analysis.reference.cases import Case, read_data
from tests.analysis.reference.designs import make_design

EPSILON = 1e-11


def make_adjusted_design(case: Case) -> Design:
    """The design of a case, with its replicates and its adjustments."""
    design = make_design(case)
    spec = case["design"]
    if spec.get("replicates"):
        design = with_replicates(design, spec["replicates"])
    for adjustment in spec.get("adjustments") or ():
        design = ADJUST[adjustment["method"]](design, adjustment)
    return design


def with_replicates(design: Design, spec: dict[str, Any]) -> Design:
    """The replicate weights of the case's file; the degrees of freedom are ours to find."""
    columns = read_data(spec["file"])
    named = design.with_columns({f"_{name}": values for name, values in columns.items()})
    return attach_replicates(
        named,
        [f"_{name}" for name in columns],
        method=spec["kind"],
        scale=spec["scale"],
        rscales=spec["rscales"],
        mse=spec["mse"],
        combined=spec["combined"],
    )


def _margin(rows: list[dict[str, Any]]) -> Margin:
    names = [name for name in rows[0] if name != "total"]
    single = len(names) == 1
    return Margin.of_totals(
        names, {row[names[0]] if single else tuple(row[n] for n in names): row["total"] for row in rows}
    )


def _poststratified(design: Design, spec: dict[str, Any]) -> Design:
    return poststratify(design, _margin(spec["totals"]))


def _raked(design: Design, spec: dict[str, Any]) -> Design:
    targets = PopulationTargets(tuple(map(_margin, spec["margins"])))
    return rake(design, targets, tolerance=EPSILON, variance="r-rake")


def _calibrated(design: Design, spec: dict[str, Any]) -> Design:
    return calibrate(
        design,
        auxiliaries_of(design, spec["formula"], spec["totals"]),
        distance=spec["distance"],
        bounds=tuple(spec["bounds"]) if spec.get("bounds") else None,
        within_psu=bool(spec.get("aggregate_stage")),
    )


def _trimmed(design: Design, spec: dict[str, Any]) -> Design:
    return trim(design, lower=spec["lower"], upper=spec["upper"], strict=spec["strict"])


def _standardized(design: Design, spec: dict[str, Any]) -> Design:
    levels = design.table.factor(spec["by"]).levels
    return standardize(
        design, Margin.of_shares(spec["by"], dict(zip(levels, spec["population"], strict=True))), spec["over"]
    )


ADJUST = {
    "poststratify": _poststratified,
    "rake": _raked,
    "calibrate": _calibrated,
    "trim": _trimmed,
    "standardize": _standardized,
}


def auxiliaries_of(design: Design, formula: str, totals: dict[str, float]) -> list[Auxiliary]:
    """R's formula with treatment contrasts as margins and amounts."""
    terms = formula.lstrip("~").split("+")
    if "*" in formula:
        return [_crossing(design, terms[0].split("*"), totals)]
    names = [term.removesuffix("-1") for term in terms]
    parts = [_term(design, name, totals) for name in names]
    whole: list[Auxiliary] = [Amount(totals["(Intercept)"])] if "(Intercept)" in totals else []
    return [*parts, *whole]


def _term(design: Design, name: str, totals: dict[str, float]) -> Auxiliary:
    if design.table.is_numeric(name):
        return Amount(totals[name], name)
    levels = design.table.factor(name).levels
    others = {level: totals[f"{name}{level}"] for level in levels[1:]}
    return Margin.of_totals(name, {levels[0]: totals["(Intercept)"] - sum(others.values()), **others})


def _crossing(design: Design, names: list[str], totals: dict[str, float]) -> Margin:
    """The cell totals that give the totals of the model matrix of a * b."""
    first, second = (design.table.factor(name).levels for name in names)
    cells = [(a, b) for a in first for b in second]
    matrix = np.array([[_holds(column, names, cell) for cell in cells] for column in totals], float)
    values = np.linalg.solve(matrix, np.array([*totals.values()]))
    return Margin.of_totals(names, dict(zip(cells, values, strict=True)))


def _holds(column: str, names: list[str], cell: tuple[Any, ...]) -> bool:
    if column == "(Intercept)":
        return True
    present = [f"{name}{level}" for name, level in zip(names, cell, strict=True)]
    return all(part in present for part in re.split(":", column))
