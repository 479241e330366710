"""Categories as integer codes: encoded once, so that nothing later compares text row by row."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.frames.cells import combined
from analysis.frames.coding import code_array

Codes = NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class Factor:
    """A categorical column.

    Parameters
    ----------
    codes
        (n,) integers; -1 marks a missing value, k stands for ``levels[k]``.
    levels
        The categories in their order.
    ordered
        Whether the container says that this order has a meaning (an ordered category, an Enum).
    declared
        Whether the levels were given, so that one without rows stays; False where they were found among the rows.
    """

    codes: Codes
    levels: tuple[Any, ...]
    ordered: bool = field(default=False, repr=False)
    declared: bool = field(default=True, repr=False)

    @classmethod
    def of(cls, values: Any) -> "Factor":
        """Encode an array; levels ascend, and None, NaN, NaT and NA are missing.

        Examples
        --------
        >>> Factor.of(np.array(["b", "a", None], dtype=object))
        Factor(codes=array([ 1,  0, -1]), levels=('a', 'b'))
        """
        return cls(*code_array(np.asarray(values)), declared=False)

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def missing(self) -> NDArray[np.bool_]:
        """(n,) true where the value is missing."""
        return self.codes < 0

    def dense(self) -> "Factor":
        """Leave out the levels that no row has; a factor whose levels were found among its rows has none such."""
        if not self.declared:
            return self
        return self._without_absent()

    def _without_absent(self) -> "Factor":
        present = np.bincount(self.codes + 1, minlength=len(self.levels) + 1)[1:] > 0
        if present.all():
            return self
        recode = np.append(np.cumsum(present) - 1, -1)
        levels = tuple(x for x, here in zip(self.levels, present, strict=True) if here)
        return replace(self, codes=recode[self.codes], levels=levels)

    def without(self, absent: NDArray[np.bool_]) -> "Factor":
        """Make the rows of some levels missing and drop these levels; `absent` (k,) is true for each of them.

        Examples
        --------
        >>> Factor.of(np.array(["", "a"], dtype=object)).without(np.array([True, False]))
        Factor(codes=array([-1,  0]), levels=('a',))
        """
        rank = np.array([*np.where(absent, -1, np.cumsum(~absent) - 1), -1], np.int64)
        levels = tuple(level for level, gone in zip(self.levels, absent, strict=True) if not gone)
        return replace(self, codes=rank[self.codes], levels=levels)

    def at(self, positions: NDArray[Any]) -> "Factor":
        """Take the rows at `positions`; levels that were found among the rows are found anew."""
        part = replace(self, codes=self.codes[positions])
        return part if self.declared else part._without_absent()


def crossed(factors: list[Factor]) -> Factor:
    """Cross several factors; levels are tuples, the first factor varies fastest.

    Combinations that no row has are left out; a row missing in any factor is missing in the crossing.

    Examples
    --------
    >>> crossed([Factor(np.array([0, 1]), ("a", "b")), Factor(np.array([0, 0]), ("x",))]).levels
    (('a', 'x'), ('b', 'x'))
    """
    known = np.flatnonzero(~np.logical_or.reduce([factor.missing for factor in factors]))
    cells = combined([factor.codes[known] for factor in factors], [len(factor.levels) for factor in factors])
    codes = np.full(len(factors[0]), -1, np.int64)
    codes[known] = cells.codes
    rows = known[cells.rows]
    return Factor(codes, tuple(tuple(factor.levels[factor.codes[row]] for factor in factors) for row in rows))
