"""Filters as values: a column, an operator and what it is compared with."""

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import UnknownChoice
from analysis.frames.table import Table

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Condition:
    """`column` compared with `value` by `op` (one of ==, !=, <, <=, >, >=, in).

    A missing value meets no condition, not even ``!=``.

    Examples
    --------
    >>> Condition("age", ">=", 65).holds(Table({"age": [70, 30, None]}))
    array([ True, False, False])
    """

    column: str
    op: str
    value: Any

    def __post_init__(self) -> None:
        if self.op not in (*_ORDERED, "==", "!=", "in"):
            raise UnknownChoice("the operator of a condition", (*_ORDERED, "==", "!=", "in"), self.op)

    def holds(self, table: Table) -> Mask:
        """(n,) true where the condition holds."""
        if self.op in _ORDERED:
            return _ORDERED[self.op](table.numbers(self.column), float(self.value))
        factor = table.factor(self.column)
        wanted = self.value if self.op == "in" else [self.value]
        chosen = [_same(level, wanted) for level in factor.levels]
        meets = np.array([*chosen, False])[factor.codes]
        return ~meets & ~factor.missing if self.op == "!=" else meets


def _same(level: Any, wanted: Sequence[Any]) -> bool:
    return any(level == x or str(level) == str(x) for x in wanted)


_ORDERED: dict[str, Callable[[Any, float], Mask]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def rows_where(table: Table, where: Any) -> Mask | None:
    """The rows that meet `where`: None (all), a boolean array, a condition, or several that must all hold."""
    if where is None:
        return None
    if isinstance(where, Condition):
        return where.holds(table)
    if isinstance(where, np.ndarray):
        return where.astype(np.bool_)
    masks = [condition.holds(table) for condition in where]
    return np.logical_and.reduce(masks) if masks else None
