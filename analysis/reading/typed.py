"""Columns of typed files (Parquet, SPSS, Stata): one rule for what is missing, whatever the type."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.frames import Factor
from analysis.reading.number_text import EXACT


def typed_column(values: Any, missing: frozenset[str]) -> NDArray[Any] | Factor:
    """Turn values of any type into floats with NaN, whole numbers, a factor of booleans, or text with None.

    None, NaN, NaT, `pandas.NA` and the words for missing are missing. Whole numbers that a float cannot hold become
    text where one is missing, so that ids keep their digits.

    Examples
    --------
    >>> typed_column(["a", "NA", " ", None], frozenset(("", "NA")))
    array(['a', None, None, None], dtype=object)
    >>> typed_column([True, None, False], frozenset()).levels
    (False, True)
    """
    array = values if isinstance(values, np.ndarray) else _objects(values)
    if array.dtype.kind == "b":
        return Factor(array.astype(np.int64), (False, True)).dense()
    if array.dtype.kind in "iu":
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


def _of_objects(values: list[Any]) -> NDArray[Any] | Factor:
    known = [x for x in values if x is not None]
    if known and all(isinstance(x, bool) for x in known):
        return Factor(np.array([-1 if x is None else int(x) for x in values], np.int64), (False, True)).dense()
    if known and all(isinstance(x, int | float) and not isinstance(x, bool) for x in known):
        if all(isinstance(x, int) for x in known) and max(map(abs, known)) > EXACT:
            return _texts(values)
        return np.array([np.nan if x is None else float(x) for x in values])
    return _texts(values)


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
