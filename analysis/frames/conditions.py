"""Filters as one boolean for each row, from conditions or from masks of any make."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError
from analysis.frames.condition import Condition as Condition
from analysis.frames.encoding import encoded, held, package_of
from analysis.frames.errors import BadMask, OtherIndex, make_of
from analysis.frames.numbers import Numbers
from analysis.frames.table import Table

Mask = NDArray[np.bool_]


def rows_where(table: Table, where: Any) -> Mask | None:
    """Find the rows that meet a filter.

    Parameters
    ----------
    where
        None (all rows), a `Condition`, several conditions or masks that must all hold, or one mask: n booleans or
        0/1 as a list, a numpy, pandas, Polars or Arrow array. A missing value does not meet a filter.

    Raises
    ------
    BadMask
        When it is neither, or when the mask has another length than the table.
    OtherIndex
        When a pandas mask has an index that is not the table's.

    Examples
    --------
    >>> rows_where(Table({"age": [70, 30, None]}), [True, None, False])
    array([ True, False, False])
    """
    if where is None:
        return None
    if isinstance(where, Condition):
        return where.holds(table)
    if isinstance(where, (Iterator, set, frozenset)):
        where = list(where)
    if isinstance(where, (list, tuple)) and not any(_is_truth(part) for part in where):
        masks = [_part(table, part) for part in where]
        return np.logical_and.reduce(masks) if masks else None
    return _mask(table, where)


def _is_truth(part: Any) -> bool:
    """Whether a part of a list is one row's value, so that the list is a mask."""
    return not isinstance(part, Condition) and not hasattr(part, "__len__")


def _part(table: Table, part: Any) -> Mask:
    if isinstance(part, (str, bytes)):
        raise BadMask(table.rows, f"the text {part!r}")
    found = rows_where(table, part)
    return np.ones(table.rows, bool) if found is None else found


def _mask(table: Table, where: Any) -> Mask:
    values = _values(table, where)
    if len(values) != table.rows:
        raise BadMask(table.rows, f"a mask of {len(values)}")
    numbers = values.floats()
    if not np.isin(numbers[~np.isnan(numbers)], (0.0, 1.0)).all():
        raise BadMask(table.rows, "numbers other than 0 and 1")
    return np.asarray(numbers == 1.0)


def _values(table: Table, where: Any) -> Numbers:
    try:
        values = encoded("filter", held("filter", _aligned(table, where)))
    except OtherIndex:
        raise
    except AnalysisError:
        raise BadMask(table.rows, make_of(where)) from None
    if not isinstance(values, Numbers):
        raise BadMask(table.rows, "text or other values")
    return values


def _aligned(table: Table, where: Any) -> Any:
    """A pandas Series in the order of the table's rows: by its index, as pandas itself filters."""
    if package_of(where) != "pandas" or not hasattr(where, "iloc") or len(where) != table.rows:
        return where
    import pandas as pd

    index = pd.RangeIndex(table.rows) if table.index is None else table.index
    if where.index.equals(index):
        return where
    if not (index.is_unique and where.index.is_unique and index.isin(where.index).all()):
        raise OtherIndex("the filter")
    return where.reindex(index)
