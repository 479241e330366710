"""The distribution of a column whose rows stay in an engine, and the shares at or below a limit of each group."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design, LazyDesign
from analysis.estimation.domains import By, Group
from analysis.frames.table import columns_named

Floats = NDArray[np.float64]
MERGING = ("math", "school", "hf1", "hf2", "hf3")  # rules that do not ask how many rows have a value


def distribution_of(design: Design, y: str, by: By, where: Any, rule: str, interval: str) -> tuple[Design, Any, bool]:
    """Return a design in memory whose rows have values and weights, its filter, and whether they lack their PSUs.

    Examples
    --------
    >>> design = Design.of({"y": [1.0, 2.0]})
    >>> distribution_of(design, "y", None, None, "math", "mean") == (design, None, False)
    True
    """
    if not isinstance(design, LazyDesign):
        return design, where, False
    found = design.distribution(y, columns_named(by) if by else (), where) if _merges(rule, interval) else None
    return (design.whole, where, False) if found is None else (*found, design.repeated is None)


def _merges(rule: str, interval: str) -> bool:
    return rule in MERGING and interval != "score"


def shares_in_engine(
    design: LazyDesign, y: str, names: Sequence[str], found: Floats, groups: Sequence[Group], by: By, where: Any
) -> tuple[Design, Any]:
    """Return the sums of columns `names`: 1 where a value is at or below its group's limit (k, groups), else 0."""
    import narwhals as nw

    value = design.source.number(y)
    columns = {}
    for name, limits in zip(names, found, strict=True):
        below = nw.when(value <= _limit(groups, limits)).then(nw.lit(1.0)).otherwise(nw.lit(0.0))
        columns[name] = nw.when(~value.is_null()).then(below)
    gathered = design.scored(columns).gathered(names, columns_named(by) if by else (), where)
    assert gathered is not None  # the distribution was there
    return gathered


def _limit(groups: Sequence[Group], limits: Floats) -> Any:
    """The limit of a row's group; the least number there is outside all of them."""
    import narwhals as nw

    found: Any = nw.lit(-np.inf)
    for group, limit in zip(groups, limits.tolist(), strict=True):
        if np.isnan(limit):
            continue
        inside = [nw.col(name) == level for name, level in group]
        met = nw.all_horizontal(*inside, ignore_nulls=False) if inside else nw.lit(True)
        found = nw.when(met).then(nw.lit(limit)).otherwise(found)
    return found
