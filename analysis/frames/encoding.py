"""Encoding: a column of any make becomes numbers or a factor, by the engine that holds it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from analysis.frames.arrays import encode_array, encode_sequence
from analysis.frames.arrow_arrays import encode_arrow
from analysis.frames.errors import NotAColumn, make_of
from analysis.frames.factor import Factor
from analysis.frames.numbers import Numbers
from analysis.frames.pandas_series import encode_pandas
from analysis.frames.polars_series import encode_polars

Encoder = Callable[[Any], Numbers | Factor]
BY_PACKAGE: Mapping[str, Encoder] = MappingProxyType(
    {"pandas": encode_pandas, "polars": encode_polars, "pyarrow": encode_arrow}
)


def package_of(value: Any) -> str:
    """Name the package that an object comes from, without importing it."""
    return type(value).__module__.split(".")[0]


def held(column: str, values: Any) -> Any:
    """Check that a column is a sequence of values and keep it as it is; a list is copied, because it may change.

    Raises
    ------
    NotAColumn
        When it is a single value, or has several dimensions.
    """
    if isinstance(values, (Factor, Numbers)) or package_of(values) in BY_PACKAGE:
        return _with_length(column, values)
    if isinstance(values, (list, tuple, range)):
        return tuple(values)
    if isinstance(values, (str, bytes)) or not (hasattr(values, "__array__") or hasattr(values, "__len__")):
        raise NotAColumn(column, make_of(values))
    array = values if isinstance(values, np.ndarray) else np.asarray(values)
    if array.ndim != 1:
        raise NotAColumn(column, f"{make_of(values)} of {array.ndim} dimensions")
    return array


def _with_length(column: str, values: Any) -> Any:
    if not hasattr(values, "__len__") or getattr(values, "ndim", 1) != 1:
        raise NotAColumn(column, make_of(values))
    return values


def encoded(column: str, values: Any) -> Numbers | Factor:
    """Encode a column that was `held`; text that is empty or blank is missing, as in an empty cell of a file.

    Raises
    ------
    NotAColumn
        When its values are lists or other things that cannot be compared.
    """
    if isinstance(values, (Factor, Numbers)):
        return values
    encode = encode_sequence if isinstance(values, tuple) else BY_PACKAGE.get(package_of(values), encode_array)
    try:
        found = encode(values)
    except TypeError:
        raise NotAColumn(column, "lists or other values that are neither text, numbers nor dates") from None
    return _without_blank(found) if isinstance(found, Factor) else found


def _without_blank(factor: Factor) -> Factor:
    blank = np.array([isinstance(level, str) and not level.strip() for level in factor.levels], np.bool_)
    return factor.without(blank) if blank.any() else factor
