"""The complete answers of each group, as factor models take them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.errors import UnknownChoice
from analysis.frames.conditions import rows_where

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def find_group_rows(
    design: Design, items: Sequence[str], groups: str | None, levels: Sequence[Any] | None, where: Any
) -> tuple[Floats, dict[str, Mask]]:
    """Return (n, k) answers, and (n,) the complete rows with weight of each group, in the order of `levels`.

    Examples
    --------
    >>> design = Design.of({"a": [1.0, 2.0, None], "g": ["x", "y", "y"]})
    >>> {name: rows.tolist() for name, rows in find_group_rows(design, ["a"], "g", None, None)[1].items()}
    {'x': [True, False, False], 'y': [False, True, False]}
    """
    answers = np.column_stack([design.table.numbers(name) for name in items])
    keep = rows_where(design.table, where)
    used = ~np.isnan(answers).any(axis=1) & (design.weights > 0) & (True if keep is None else keep)
    masks = {"all": used}
    if groups is not None:
        factor = design.table.factor(groups)
        named = {str(level): code for code, level in enumerate(factor.levels)}
        names = [str(level) for level in (factor.dense().levels if levels is None else levels)]
        for name in names:
            if name not in named:
                raise UnknownChoice(f"a group of '{groups}'", list(named), name)
        masks = {name: used & (factor.codes == named[name]) for name in names}
    return answers, masks
