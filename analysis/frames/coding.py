"""Coding: from an array of values to integer codes and the levels that they stand for."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.frames.levels import plain_levels, sorted_levels

Codes = NDArray[np.int64]
Mask = NDArray[np.bool_]
Coded = tuple[Codes, tuple[Any, ...]]

INT64_MOST = 2**63 - 1
EXACT = 2.0**53  # whole numbers below this are exact as floats


def code_array(array: NDArray[Any]) -> Coded:
    """Code an array of any kind; missing values get -1 and levels ascend.

    Examples
    --------
    >>> code_array(np.array([2.0, np.nan, 1.0]))
    (array([ 1, -1,  0]), (1, 2))
    """
    if array.dtype.kind in "iubf":
        return code_numbers(array, None)
    return code_objects(array)


def code_numbers(values: NDArray[Any], missing: Mask | None) -> Coded:
    """Code numbers or booleans; integers within a narrow range without sorting rows."""
    if values.dtype.kind == "f":
        unknown = np.isnan(values)
        missing = unknown if missing is None else missing | unknown
    if missing is None or not missing.any():
        return _code_known(values)
    known = ~missing
    inner, levels = _code_known(values[known])
    codes = np.full(values.shape, -1, np.int64)
    codes[known] = inner
    return codes, levels


def _code_known(values: NDArray[Any]) -> Coded:
    if values.size == 0:
        return np.empty(0, np.int64), ()
    if values.dtype.kind == "b":
        codes, levels = _code_integers(values.astype(np.int64))
        return codes, tuple(bool(level) for level in levels)
    if values.dtype.kind == "f":
        return _code_floats(values)
    if values.dtype.kind == "u" and int(values.max()) > INT64_MOST:
        return _ranked(values)
    return _code_integers(values.astype(np.int64, copy=False))


def _code_integers(values: NDArray[np.int64]) -> Coded:
    low, high = int(values.min()), int(values.max())
    if high - low > max(1000, 4 * values.size):
        return _ranked(values)
    shifted = values - low if low else values
    present = np.bincount(shifted, minlength=high - low + 1) > 0
    levels = tuple((np.flatnonzero(present) + low).tolist())
    if present.all():
        return shifted, levels
    return (np.cumsum(present) - 1)[shifted], levels


def _code_floats(values: NDArray[Any]) -> Coded:
    values = values.astype(np.float64, copy=False)
    if np.abs(values).max() < EXACT and np.array_equal(values, np.trunc(values)):
        return _code_integers(values.astype(np.int64))
    return _ranked(values)


def _ranked(values: NDArray[Any]) -> Coded:
    levels, codes = np.unique(values, return_inverse=True)
    return codes.astype(np.int64), tuple(levels.tolist())


def code_objects(values: Any) -> Coded:
    """Code text, dates or other hashable values with pandas; None, NaN, NaT, NA are missing.

    Raises
    ------
    TypeError
        When a value cannot be hashed, such as a list.
    """
    import pandas as pd

    codes, levels = pd.factorize(values, use_na_sentinel=True)
    return sorted_levels(np.asarray(codes, np.int64), plain_levels(list(levels)))
