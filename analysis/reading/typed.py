"""Columns of typed files (Parquet, SPSS, Stata): one rule for what is missing, whatever the type."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray


def typed_column(values: Any, missing: frozenset[str]) -> NDArray[Any]:
    """Turn values of any type into numbers or booleans, masked where one is missing, or text with None.

    None, NaN, NaT, `pandas.NA` and the words for missing are missing. Whole numbers stay whole, so that long ids keep
    their digits.

    Examples
    --------
    >>> typed_column(["a", "NA", " ", None], frozenset(("", "NA")))
    array(['a', None, None, None], dtype=object)
    >>> typed_column([True, None, False], frozenset())
    masked_array(data=[True, --, False],
                 mask=[False,  True, False],
           fill_value=True)
    """
    array = values if isinstance(values, np.ndarray) else _objects(values)
    if array.dtype.kind in "biu":
        return array
    if array.dtype.kind == "f":
        return array.astype(np.float64)
    return _of_objects([_known(x, missing) for x in array.tolist()])


def _objects(values: Iterable[Any]) -> NDArray[Any]:
    held = list(values)
    array = np.empty(len(held), dtype=object)
    array[:] = held
    return array


def _known(value: Any, missing: frozenset[str]) -> Any:
    if value is None or _is_nothing(value):
        return None
    if isinstance(value, str):
        text = value.strip()
        return None if text in missing else text
    return value.item() if isinstance(value, np.generic) else value


def _is_nothing(value: Any) -> bool:
    """NaN and NaT differ from themselves; `pandas.NA` does not know whether it does."""
    try:
        return bool(value != value)
    except (TypeError, ValueError):
        return not isinstance(value, list | dict | tuple | np.ndarray)


def _of_objects(values: list[Any]) -> NDArray[Any]:
    known = [x for x in values if x is not None]
    for kind, made in ((bool, np.bool_), (int, np.int64)):
        if known and all(type(x) is kind for x in known) and (kind is bool or max(map(abs, known)) < 2**63):
            return _masked(values, made)
    if known and all(isinstance(x, int | float) and not isinstance(x, bool) for x in known):
        return np.array([np.nan if x is None else float(x) for x in values])
    return _texts(values)


def _masked(values: list[Any], kind: Any) -> NDArray[Any]:
    """Values of one type, masked where one is missing; without a mask where none is."""
    missing = [x is None for x in values]
    array = np.array([0 if x is None else x for x in values], kind)
    return np.ma.array(array, mask=missing) if any(missing) else array


def _texts(values: list[Any]) -> NDArray[Any]:
    array = np.empty(len(values), dtype=object)
    array[:] = [None if x is None else _text(x) for x in values]
    return array


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        whole = value.time() == value.time().min
        return (
            value.date().isoformat()
            if whole
            else value.isoformat(" ", "microseconds" if value.microsecond else "seconds")
        )
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return str(value)
