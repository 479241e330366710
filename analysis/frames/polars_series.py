"""Columns from Polars Series of any type."""

from typing import Any

import numpy as np

from analysis.frames.arrays import encode_sequence
from analysis.frames.coding import code_numbers
from analysis.frames.factor import Factor
from analysis.frames.levels import sorted_levels, tidied
from analysis.frames.numbers import Numbers

HEAD = 4096  # rows among which most columns show all of their levels


def encode_polars(series: Any) -> Numbers | Factor:
    """Encode a Polars Series.

    Examples
    --------
    >>> import polars as pl
    >>> encode_polars(pl.Series(["b", None, "a"]))
    Factor(codes=array([ 1, -1,  0]), levels=('a', 'b'))
    """
    import polars as pl

    dtype = series.dtype
    if isinstance(dtype, pl.Decimal):
        series = series.cast(pl.Float64)
    if series.dtype.is_numeric() or dtype == pl.Boolean:
        return _from_numbers(series)
    if dtype == pl.Enum:
        codes, missing = _physical(series)
        return Factor(np.where(missing, -1, codes), tuple(dtype.categories.to_list()), ordered=True)
    if dtype == pl.String:
        return _from_text(series)
    if dtype == pl.Categorical or dtype.is_temporal():
        return _from_physical(series)
    return encode_sequence(tuple(series.to_list()))


def _from_numbers(series: Any) -> Numbers:
    missing = series.is_null().to_numpy() if series.null_count() else None
    filled = series if missing is None else series.fill_null(strategy="zero") if series.dtype.is_numeric() else None
    return Numbers((series.fill_null(False) if filled is None else filled).to_numpy(), missing)


def _physical(series: Any) -> tuple[Any, Any]:
    """(n,) the integers by which Polars holds the values, and which of them are missing."""
    codes = series.to_physical().fill_null(0).to_numpy().astype(np.int64)
    return codes, series.is_null().to_numpy()


def _from_text(series: Any) -> Factor:
    """Codes from Polars' own hashes of the texts; only the levels are sorted."""
    import pandas as pd
    import polars as pl

    codes, held = pd.factorize(_hashes(series))
    occurring = series.gather(_first_rows(_shortest(codes, len(held)), len(held)))
    if not occurring.gather(codes).equals(series):  # two texts of one hash
        return _from_physical(series.cast(pl.Categorical))
    order = occurring.arg_sort(nulls_last=True).to_numpy()[: len(held) - occurring.null_count()]
    rank = np.full(len(held), -1, np.int64)
    rank[order] = np.arange(len(order))
    return Factor(rank[codes], tuple(occurring.gather(order).to_list()), declared=False)


def _shortest(codes: Any, count: int) -> Any:
    """The first rows, if they hold all codes."""
    head = codes[:HEAD]
    return head if len(np.unique(head)) == count else codes


def _hashes(series: Any) -> Any:
    """(n,) an integer for each text, equal for equal ones."""
    return series.hash().to_numpy()


def _from_physical(series: Any) -> Factor:
    """Categorical and temporal values: integers that are read as what they stand for once for each level."""
    codes, held = code_numbers(*_physical(series))
    occurring = series.gather(_first_rows(codes, len(held)))
    return Factor(*sorted_levels(*tidied(codes, occurring.to_list())), declared=False)


def _first_rows(codes: Any, count: int) -> Any:
    rows = np.empty(count, np.int64)
    known = np.flatnonzero(codes >= 0)[::-1]
    rows[codes[known]] = known
    return rows
