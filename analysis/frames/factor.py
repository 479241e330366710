"""Categories as integer codes: encoded once, so that nothing later compares text row by row."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.frames.cells import combined

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
    """

    codes: Codes
    levels: tuple[Any, ...]

    @classmethod
    def of(cls, values: Any) -> "Factor":
        """Encode an array; levels are sorted, integers within a narrow range without sorting rows.

        Examples
        --------
        >>> Factor.of(np.array(["b", "a", None], dtype=object))
        Factor(codes=array([ 1,  0, -1]), levels=('a', 'b'))
        """
        array = np.asarray(values)
        if array.dtype.kind in "iub":
            return _of_integers(array)
        if array.dtype.kind == "f":
            return _of_floats(array)
        return _of_objects(array)

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def missing(self) -> NDArray[np.bool_]:
        """(n,) true where the value is missing."""
        return self.codes < 0

    def dense(self) -> "Factor":
        """The same factor without levels that no row has."""
        present = np.bincount(self.codes + 1, minlength=len(self.levels) + 1)[1:] > 0
        if present.all():
            return self
        recode = np.append(np.cumsum(present) - 1, -1)
        return Factor(recode[self.codes], tuple(x for x, here in zip(self.levels, present, strict=True) if here))


def _of_integers(array: NDArray[Any]) -> Factor:
    if array.size == 0:
        return Factor(np.empty(0, np.int64), ())
    values = array.astype(np.int64, copy=False)
    low, high = int(values.min()), int(values.max())
    if high - low > max(1000, 4 * values.size):
        found, codes = np.unique(values, return_inverse=True)
        return Factor(codes.astype(np.int64), tuple(found.tolist()))
    shifted = values - low if low else values
    present = np.bincount(shifted, minlength=high - low + 1) > 0
    levels = tuple((np.flatnonzero(present) + low).tolist())
    if present.all():
        return Factor(shifted, levels)
    return Factor((np.cumsum(present) - 1)[shifted], levels)


def _of_floats(array: NDArray[Any]) -> Factor:
    known = ~np.isnan(array)
    filled = np.where(known, array, 0.0)
    if np.array_equal(filled, np.trunc(filled)) and np.abs(filled).max(initial=0.0) < 2**53:
        inner = _of_integers(filled[known].astype(np.int64))
        codes = np.full(array.shape, -1, np.int64)
        codes[known] = inner.codes
        return Factor(codes, inner.levels)
    levels, inverse = np.unique(array[known], return_inverse=True)
    codes = np.full(array.shape, -1, np.int64)
    codes[known] = inverse
    return Factor(codes, tuple(levels.tolist()))


def _of_objects(array: NDArray[Any]) -> Factor:
    import pandas as pd

    codes, levels = pd.factorize(array, use_na_sentinel=True)
    names = [x.item() if isinstance(x, np.generic) else x for x in levels]
    order = sorted(range(len(names)), key=lambda k: (str(type(names[k])), names[k]))
    rank = np.empty(len(names) + 1, np.int64)
    rank[order] = np.arange(len(names))
    rank[-1] = -1
    return Factor(rank[codes], tuple(names[k] for k in order))


def crossed(factors: list[Factor]) -> Factor:
    """The crossing of several factors; levels are tuples, the first factor varies fastest.

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
