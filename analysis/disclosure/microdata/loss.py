"""Measure the cost of protection: missing values, changed distributions, and public minus official figures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.cells import rounded_count, rounded_value, shown_count
from analysis.disclosure.microdata.codes import SUPPRESSED
from analysis.disclosure.microdata.draft import DraftMicrodata, DraftSource
from analysis.disclosure.microdata.rules import MicrodataRules
from analysis.disclosure.microdata.variables import AGENCY, SOURCE, Variable
from analysis.disclosure.microdata.weights import PublicWeights
from analysis.disclosure.rules import Rules
from analysis.estimation import mean
from analysis.frames import Factor

Codes = NDArray[np.int16]
Floats = NDArray[np.float64]

WITHIN: Mapping[str, float] = {"within_a_quarter_se": 0.25, "within_half_se": 0.5, "within_one_se": 1.0}
STEP = 0.05  # finer figures would disclose how many people a hidden level has


@dataclass(frozen=True, slots=True, eq=False)
class Released:
    """Hold one source of the file: its released columns and weights.

    Parameters
    ----------
    source
        The draft's source.
    merged
        Key variable -> (n,) codes of all records of the source at the released step, nothing blank.
    columns
        Name -> (m,) released columns.
    weights
        The weights of the released records.
    most_missing
        Number of its records that may be missing from the file, as its document states.
    """

    source: DraftSource
    merged: Mapping[str, Codes]
    columns: Mapping[str, NDArray[Any]]
    weights: PublicWeights
    most_missing: int


def hellinger(before: Codes, after: Codes) -> float:
    """Return the distance (0-1) between distributions of a variable without suppressed values, in steps of 0.05.

    Examples
    --------
    >>> hellinger(np.array([1, 1, 2, 2], np.int16), np.array([1, 2], np.int16))
    0.0
    """
    stated = [column[column >= 0] for column in (before, after)]
    width = max(int(column.max(initial=0)) for column in stated) + 1
    shares = [np.bincount(column, minlength=width) / max(len(column), 1) for column in stated]
    return rounded_value(float(np.sqrt(max(0.0, 1 - np.sqrt(shares[0] * shares[1]).sum()))), STEP)


def correlation_distance(before: list[Floats], after: list[Floats]) -> float | None:
    """Return the largest change of a correlation between two indices."""
    if len(before) < 2:
        return None
    found = [_correlations(columns) for columns in (before, after)]
    return rounded_value(float(np.nanmax(np.abs(found[0] - found[1]))), STEP)


def _correlations(columns: list[Floats]) -> Floats:
    count = len(columns)
    found = np.eye(count)
    for i in range(count):
        for j in range(i):
            both = ~np.isnan(columns[i]) & ~np.isnan(columns[j])
            spread = both.sum() > 2 and np.ptp(columns[i][both]) > 0 and np.ptp(columns[j][both]) > 0
            found[i, j] = np.corrcoef(columns[i][both], columns[j][both])[0, 1] if spread else 0.0
    return found


def differences(draft: DraftMicrodata, released: Released, rules: MicrodataRules) -> Iterator[dict[str, Any]]:
    """Return public minus official mean of each index by group, in official standard errors and steps of 0.05.

    The groups are everyone, each agency, and each level of a key variable with enough records in both. Not all of them
    may be published.
    """
    stated = [variable for variable in draft.variables if variable.name in released.columns]
    indices = [variable.name for variable in stated if variable.kind == "index"]
    groups = [v.name for v in stated if v.name == AGENCY or (v.kind == "key" and v.name != SOURCE)]
    for index in indices:
        for group in [None, *groups]:
            yield from _by_group(draft, released, index, group, rules)


def _by_group(
    draft: DraftMicrodata, released: Released, index: str, group: str | None, rules: MicrodataRules
) -> Iterator[dict[str, Any]]:
    official = _official(draft, released, index, group)
    public = _public(released, index, group)
    for code, (value, se, n) in official.items():
        found = public.get(code)
        if found is None or min(n, found[2]) < rules.fewest_in_domain or not se > 0 or not found[1] > 0:
            continue
        yield {
            "source": released.source.name,
            "index": index,
            "variable": group,
            "code": code,
            "n": rounded_count(min(n, found[2]), Rules().rounding_base),
            "difference": rounded_value((found[0] - value) / se, STEP),
            "se_ratio": round(found[1] / se, 2),
        }


Figures = dict[int | None, tuple[float, float, int]]


def _official(draft: DraftMicrodata, released: Released, index: str, group: str | None) -> Figures:
    source = released.source
    columns: dict[str, Any] = {"value": draft.columns[index][source.rows]}
    if not (~np.isnan(columns["value"])).any():
        return {}
    if group is not None:
        codes = released.merged[group] if group in released.merged else draft.columns[group][source.rows]
        found = Factor.of(codes)
        columns["group"] = Factor(np.where(codes >= 0, found.codes, -1), found.levels)
    rows = mean(source.design.with_columns(columns), "value", by="group" if group else ())
    return {dict(row.group).get("group"): (row.value, row.se, row.n) for row in rows}


def _public(released: Released, index: str, group: str | None) -> Figures:
    """Return the mean, its jackknife standard error, and n from the sums of weight cells by group."""
    values = released.columns[index]
    codes = released.columns[group] if group else np.zeros(len(values), np.int16)
    scored = np.flatnonzero(~np.isnan(values) & (codes >= 0))
    level = Factor.of(codes[scored])
    width, cells = len(level.levels), len(released.weights.values)
    joint = released.weights.cell[scored] * width + level.codes
    factor = released.weights.factor[scored]
    counts = np.bincount(joint, weights=factor, minlength=cells * width).reshape(cells, width)
    sums = np.bincount(joint, weights=factor * values[scored], minlength=cells * width).reshape(cells, width)
    people = np.bincount(level.codes, minlength=width)
    weights = released.weights.values.T
    means = (weights @ sums) / np.maximum(weights @ counts, 1e-12)
    errors = np.sqrt(released.weights.scale * ((means[1:] - means[0]) ** 2).sum(axis=0))
    return {
        (int(code) if group else None): (float(means[0, k]), float(errors[k]), int(people[k]))
        for k, code in enumerate(level.levels)
    }


def closeness(found: Sequence[Mapping[str, Any]]) -> dict[str, float | None]:
    """Return the part (0-1) of the figures within each distance of the official ones."""
    return {
        name: round(sum(abs(each["difference"]) <= most for each in found) / len(found), 2) if found else None
        for name, most in WITHIN.items()
    }


def variables_lost(draft: DraftMicrodata, released: Sequence[Released]) -> dict[str, dict[str, Any]]:
    """Return, for each key variable and item, the number of suppressed values and the change of its distribution."""
    return {
        variable.name: _lost(variable, released, draft)
        for variable in draft.variables
        if variable.kind in ("key", "item") and variable.name in released[0].columns
    }


def _lost(variable: Variable, released: Sequence[Released], draft: DraftMicrodata) -> dict[str, Any]:
    after = np.concatenate([each.columns[variable.name] for each in released])
    before = np.concatenate(
        [
            each.merged[variable.name]
            if variable.name in each.merged
            else draft.columns[variable.name][each.source.rows]
            for each in released
        ]
    )
    suppressed = int((after == SUPPRESSED).sum() - (before == SUPPRESSED).sum()) if variable.kind == "key" else 0
    stated = shown_count(suppressed, Rules()) if suppressed > 0 else 0
    return {"suppressed": stated, "hellinger": hellinger(before.astype(np.int16), after)}
