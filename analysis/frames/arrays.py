"""Columns from numpy arrays, masked arrays and Python sequences."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.frames.coding import code_objects
from analysis.frames.factor import Factor
from analysis.frames.numbers import Numbers

Mask = NDArray[np.bool_]
NUMERIC = {"integer": np.int64, "floating": np.float64, "mixed-integer-float": np.float64, "decimal": np.float64}
UNSURE = ("mixed", "mixed-integer")  # pandas says so too of text or booleans beside NA and NaT


def encode_array(array: NDArray[Any]) -> Numbers | Factor:
    """Encode a numpy array; what a mask hides is missing.

    Examples
    --------
    >>> encode_array(np.ma.array([1, 999], mask=[False, True])).floats()
    array([ 1., nan])
    """
    if isinstance(array, np.ma.MaskedArray):
        return _encode(np.ma.getdata(array), np.ma.getmaskarray(array))
    return _encode(array, None)


def encode_sequence(values: tuple[Any, ...]) -> Numbers | Factor:
    """Encode Python values without letting numpy turn a missing value into the text ``nan``.

    Examples
    --------
    >>> encode_sequence(("b", float("nan"), None, "a")).levels
    ('a', 'b')
    """
    return encode_array(np.fromiter(values, dtype=object, count=len(values)))


def _encode(values: NDArray[Any], hidden: Mask | None) -> Numbers | Factor:
    if values.dtype.kind in "iubf":
        return Numbers(values, hidden if hidden is not None and hidden.any() else None)
    if values.dtype.kind in "Mm":
        return _encode_objects(values, hidden)
    return encode_objects(values.astype(object, copy=False), hidden)


def encode_objects(values: NDArray[Any], hidden: Mask | None = None) -> Numbers | Factor:
    """Encode Python objects: numbers or booleans if all known values are, otherwise categories."""
    import pandas as pd

    kind = pd.api.types.infer_dtype(values, skipna=True)
    if hidden is None and kind not in (*UNSURE, *NUMERIC, "boolean", "empty"):
        return _encode_objects(values, None)
    missing = pd.isna(values) if hidden is None else pd.isna(values) | hidden
    known = values[~missing]
    kind = pd.api.types.infer_dtype(known, skipna=False) if len(known) else "empty"
    numbers = _numbers_of(known, kind)
    if numbers is None:
        return _encode_objects(values, missing)
    return _spread(numbers, missing)


def _numbers_of(known: NDArray[Any], kind: str) -> NDArray[Any] | None:
    if kind == "empty":
        return np.empty(0, np.float64)
    if kind == "boolean":
        return known.astype(np.bool_)
    if kind not in NUMERIC:
        return None
    try:
        return known.astype(NUMERIC[kind])
    except OverflowError:
        return _unsigned(known)


def _unsigned(known: NDArray[Any]) -> NDArray[Any] | None:
    """Integers beyond 63 bits; None for those beyond 64, which stay categories because floats would merge them."""
    try:
        return known.astype(np.uint64)
    except OverflowError:
        return None


def _spread(known: NDArray[Any], missing: Mask) -> Numbers:
    if not missing.any():
        return Numbers(known)
    values = np.zeros(missing.shape, known.dtype)
    values[~missing] = known
    return Numbers(values, missing)


def _encode_objects(values: NDArray[Any], missing: Mask | None) -> Factor:
    if missing is None or not missing.any():
        return Factor(*code_objects(values), declared=False)
    codes = np.full(values.shape, -1, np.int64)
    codes[~missing], levels = code_objects(values[~missing])
    return Factor(codes, levels, declared=False)
