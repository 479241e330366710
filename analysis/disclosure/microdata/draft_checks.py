"""Check the content of a draft: one rule at a time, each with its refusal."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.microdata.draft import DraftMicrodata
from analysis.disclosure.microdata.refusals import (
    ColumnMissing,
    DateFound,
    FreeText,
    IdKept,
    MicrodataRefused,
    NoHierarchy,
    NotInCodebook,
    NotWhole,
    OffScaleIndex,
    RawWeight,
    SensitiveKey,
    TooManyKeys,
    TwiceInCodebook,
    UndeclaredKey,
    UnequalColumns,
    UnknownCode,
)
from analysis.disclosure.microdata.rules import MicrodataRules
from analysis.disclosure.microdata.variables import SOURCE, UNSTATED, Variable

Column = NDArray[Any]
FEW = 100  # with fewer records any column can differ in all of them by chance


def check_draft(draft: DraftMicrodata, rules: MicrodataRules) -> None:
    """Raise the first refusal, if there is one."""
    for refusals in CHECKS:
        for refusal in refusals(draft, rules):
            raise refusal


def _codebook(draft: DraftMicrodata, rules: MicrodataRules) -> Iterator[MicrodataRefused]:
    names = [variable.name for variable in draft.variables]
    yield from (TwiceInCodebook(name) for name in names if names.count(name) > 1)
    yield from (ColumnMissing(name) for name in names if name not in draft.columns)
    for name, column in draft.columns.items():
        if name not in draft.by_name:
            yield _stranger(draft, name, column)
        elif len(column) != draft.rows:
            yield UnequalColumns(name, draft.rows, len(column))


def _stranger(draft: DraftMicrodata, name: str, column: Column) -> MicrodataRefused:
    """Return the refusal of a column without a description, by its kind where the values show it."""
    return next(_forbidden(draft, name, column), None) or NotInCodebook(name, draft.by_name)


def _contents(draft: DraftMicrodata, rules: MicrodataRules) -> Iterator[MicrodataRefused]:
    for variable in draft.variables:
        column = draft.columns[variable.name]
        yield from _forbidden(draft, variable.name, column, scores=variable.kind == "index")
        yield from _off_scale(variable, column) if variable.kind == "index" else _unexplained(variable, column)


def _forbidden(draft: DraftMicrodata, name: str, column: Column, *, scores: bool = False) -> Iterator[MicrodataRefused]:
    """Return the refusal of a forbidden kind of column. Scores may differ in each record of a small sample."""
    if column.dtype.kind == "M":
        yield DateFound(name)
    elif column.dtype.kind not in "iufb":
        yield DateFound(name) if _looks_like_dates(column) else FreeText(name)
    elif len(column) == draft.rows >= FEW:
        if not scores and _differs_everywhere(column):
            yield RawWeight(name) if _orders_as(column, draft.weights) else IdKept(name)
        elif _is_weight(column, draft.weights):
            yield RawWeight(name)


def _looks_like_dates(column: Column) -> bool:
    from datetime import date, datetime

    return any(isinstance(value, date | datetime) for value in column[:FEW].tolist())


def _differs_everywhere(column: Column) -> bool:
    """Return whether no two records agree, and read only as many as needed."""
    some = column[: 10 * FEW]
    return len(np.unique(some)) == len(some) and len(np.unique(column)) == len(column)


def _orders_as(column: Column, weights: NDArray[np.float64]) -> bool:
    return bool((np.diff(weights[np.argsort(column, kind="stable")]) >= 0).all()) and bool(np.ptp(weights) > 0)


def _is_weight(column: Column, weights: NDArray[np.float64]) -> bool:
    """Return whether a column of fractions rises with the design weights and separates at least half of them."""
    if column.dtype.kind != "f" or np.isnan(column).any() or not np.ptp(weights):
        return False
    return _orders_as(column, weights) and 2 * len(np.unique(column)) >= len(np.unique(weights))


def _off_scale(variable: Variable, column: Column) -> Iterator[MicrodataRefused]:
    wrong = np.flatnonzero((column < 0) | (column > 100) | np.isinf(column))
    yield from (OffScaleIndex(variable.name, float(column[k])) for k in wrong[:1])


def _unexplained(variable: Variable, column: Column) -> Iterator[MicrodataRefused]:
    if column.dtype.kind not in "iu":
        yield NotWhole(variable.name, column.dtype.name)
        return
    known = np.zeros(2**16, bool)
    known[[*variable.codes, *UNSTATED]] = True
    inside = (column >= -(2**15)) & (column < 2**15)
    strange = column[~inside] if not inside.all() else column[~known[column.astype(np.int64)]]
    yield from (UnknownCode(variable.name, int(code)) for code in strange[:1])


def _keys(draft: DraftMicrodata, rules: MicrodataRules) -> Iterator[MicrodataRefused]:
    names = [variable.name for variable in draft.variables if variable.kind == "key"]
    if len(names) > rules.most_keys:
        yield TooManyKeys(rules.most_keys, names)
    for variable in draft.variables:
        if variable.kind != "key" and variable.name in draft.marked | {SOURCE}:
            yield UndeclaredKey(variable.name)
        if variable.kind == "key" and variable.sensitive:
            yield SensitiveKey(variable.name)
        if variable.kind == "key" and variable.name != SOURCE and not variable.hierarchy.steps:
            yield NoHierarchy(variable.name)


CHECKS: tuple[Callable[[DraftMicrodata, MicrodataRules], Iterator[MicrodataRefused]], ...] = (
    _codebook,
    _contents,
    _keys,
)
