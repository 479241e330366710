"""Levels of a categorical column as plain Python values, the same whatever container they come from."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]


def plain_levels(levels: Sequence[Any]) -> list[Any]:
    """Turn levels into text, numbers, booleans, dates or times.

    Numbers without a fraction become integers, and times that are all midnight become dates, because one and the same
    column is held as whole numbers or days by one container and as floats or times by another.

    Examples
    --------
    >>> plain_levels([1.0, 2.0]), plain_levels([np.datetime64("2024-01-31")])
    ([1, 2], [datetime.date(2024, 1, 31)])
    """
    found = [_plain(level) for level in levels]
    if found and all(isinstance(x, float) for x in found) and all(x.is_integer() for x in found):
        return [int(x) for x in found]
    if found and all(_is_midnight(x) for x in found):
        return [x.date() for x in found]
    return found


def _plain(level: Any) -> Any:
    import pandas as pd

    if isinstance(level, (np.datetime64, pd.Timestamp)):
        return _time(pd.Timestamp(level))
    if isinstance(level, (np.timedelta64, pd.Timedelta)):
        return pd.Timedelta(level).to_pytimedelta()
    if isinstance(level, np.generic):
        level = level.item()
    if isinstance(level, (bytes, bytearray)):
        return _decoded(bytes(level))
    return float(level) if isinstance(level, Decimal) else level


def _time(moment: Any) -> Any:
    """A `datetime`, unless nanoseconds would be lost."""
    return moment if moment.nanosecond else moment.to_pydatetime()


def _decoded(raw: bytes) -> str | bytes:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw


def _is_midnight(level: Any) -> bool:
    whole = isinstance(level, dt.datetime) and level.tzinfo is None and level.time() == dt.time()
    return whole and not getattr(level, "nanosecond", 0)  # pandas leaves nanoseconds out of `time`


def sorted_levels(codes: Codes, levels: Sequence[Any]) -> tuple[Codes, tuple[Any, ...]]:
    """Put levels into ascending order, numbers before dates before text, and let the codes follow.

    Examples
    --------
    >>> sorted_levels(np.array([0, 1, -1]), ["b", "a"])
    (array([ 1,  0, -1]), ('a', 'b'))
    """
    order = _order(levels)
    if order == list(range(len(order))):
        return codes, tuple(levels)
    rank = np.empty(len(levels) + 1, np.int64)
    rank[order] = np.arange(len(levels))
    rank[-1] = -1
    return rank[codes], tuple(levels[k] for k in order)


def _order(levels: Sequence[Any]) -> list[int]:
    places = range(len(levels))
    try:
        return sorted(places, key=lambda k: (_kind(levels[k]), levels[k]))
    except TypeError:
        return sorted(places, key=lambda k: (_kind(levels[k]), str(levels[k])))


def _kind(level: Any) -> str:
    return "" if isinstance(level, (bool, int, float)) else type(level).__name__


def tidied(codes: Codes, levels: Sequence[Any]) -> tuple[Codes, tuple[Any, ...]]:
    """Make levels plain, merge those that are equal and drop those that are missing; their order stays.

    Examples
    --------
    >>> tidied(np.array([0, 1, 2]), ["a", None, "a"])
    (array([ 0, -1,  0]), ('a',))
    """
    import pandas as pd

    held = [not _is_missing(level, pd.isna) for level in levels]
    kept = plain_levels([level for level, here in zip(levels, held, strict=True) if here])
    unique = list(dict.fromkeys((type(level), level) for level in kept))
    if len(unique) == len(levels):
        return codes, tuple(kept)
    place = {level: k for k, level in enumerate(unique)}
    found = iter([place[type(level), level] for level in kept])
    recode = np.array([*(next(found) if here else -1 for here in held), -1], np.int64)
    return recode[codes], tuple(level for _, level in unique)


def _is_missing(level: Any, isna: Any) -> bool:
    found = isna(level)
    return found is True or (isinstance(found, np.bool_) and bool(found))
