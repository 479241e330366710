"""Columns from pandas Series of any dtype."""

from typing import Any

import numpy as np

from analysis.frames.arrays import encode_objects
from analysis.frames.arrow_arrays import encode_arrow
from analysis.frames.coding import code_objects
from analysis.frames.factor import Factor
from analysis.frames.levels import tidied
from analysis.frames.numbers import Numbers


def encode_pandas(series: Any) -> Numbers | Factor:
    """Encode a pandas Series, Index or extension array.

    Examples
    --------
    >>> import pandas as pd
    >>> encode_pandas(pd.Series(["b", "a"], dtype="category").cat.set_categories(["b", "a"]))
    Factor(codes=array([0, 1]), levels=('b', 'a'))
    """
    import pandas as pd

    series = pd.Series(series)
    dtype = series.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return _from_categories(series)
    if isinstance(dtype, pd.ArrowDtype):
        return _from_arrow(series)
    if dtype.kind in "iubf":
        return _from_numbers(series)
    if dtype.kind == "O" and isinstance(dtype, np.dtype):
        return encode_objects(series.to_numpy())
    return Factor(*code_objects(series), declared=False)


def _from_categories(series: Any) -> Factor:
    """The codes belong to `categories` as the Series lists them, occurring or not."""
    codes = series.cat.codes.to_numpy().astype(np.int64)
    return Factor(*tidied(codes, series.cat.categories.tolist()), ordered=bool(series.cat.ordered))


def _from_arrow(series: Any) -> Numbers | Factor:
    import pyarrow as pa

    return encode_arrow(pa.array(series.array))


def _from_numbers(series: Any) -> Numbers:
    """Numpy, nullable or sparse numbers."""
    target = getattr(series.dtype, "numpy_dtype", None)
    if target is None:
        return Numbers(np.asarray(series))
    missing = series.isna().to_numpy()
    values = series.to_numpy(dtype=target, na_value=0)
    return Numbers(values, missing if missing.any() else None)
