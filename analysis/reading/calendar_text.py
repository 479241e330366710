"""Dates and times of typed files as text, also those beyond the calendar of Python."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

SPSS_START = 12_219_379_200  # seconds from 1582-10-14 to 1970-01-01
STATA_START = 3653  # days from 1960-01-01 to 1970-01-01
LARGEST = 2e11  # days: numpy counts no further in seconds
SPSS_DAYS = ("DATE", "ADATE", "EDATE", "SDATE", "JDATE")


def date_texts(values: Any, unit: str, absent: NDArray[np.bool_]) -> NDArray[Any]:
    """Return moments counted since 1970, in a unit of numpy, as text such as 2024-01-31 or 2024-01-31 13:05:00.

    Parameters
    ----------
    values
        (n,) whole numbers.
    unit
        ``D``, ``s``, ``ms``, ``us`` or ``ns``.
    absent
        (n,) true where there is none; the text is None there.

    Examples
    --------
    >>> date_texts([19724, 3300000], "D", np.array([False, False]))
    array(['2024-01-02', '11005-02-04'], dtype=object)
    """
    moments = np.where(absent, 0, values).astype(np.int64).astype(f"datetime64[{unit}]")
    texts = [_trimmed(text) for text in np.datetime_as_string(moments).tolist()]
    midnight = all(text.endswith(" 00:00:00") for text, gone in zip(texts, absent, strict=True) if not gone)
    shown = np.array([text.removesuffix(" 00:00:00") if midnight else text for text in texts], dtype=object)
    shown[absent] = None
    return shown


def _trimmed(text: str) -> str:
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("T", " ")


def dated(values: list[Any], kind: str) -> NDArray[Any] | None:
    """Return a column of SPSS or Stata as text where its format is a date or a time; None for any other format.

    Examples
    --------
    >>> dated([23377.0, None, 3303653.0], "%td")
    array(['2024-01-02', None, '11005-02-04'], dtype=object)
    >>> dated([13923532800.0], "DATE11"), dated([3720.0], "TIME8"), dated([1.0], "F8.2")
    (array(['2024-01-02'], dtype=object), array(['01:02:00'], dtype=object), None)
    """
    convert = next((convert for is_kind, convert in KINDS.items() if is_kind(kind)), None)
    if convert is None or any(isinstance(x, str) for x in values):
        return None
    numbers = np.array([np.nan if x is None else float(x) for x in values])
    absent = ~(np.abs(numbers) < LARGEST * 1000)
    return convert(np.where(absent, 0.0, numbers), absent)


def _is_spss_day(kind: str) -> bool:
    return kind.rstrip("0123456789") in SPSS_DAYS


def _is_clock(kind: str) -> bool:
    return kind.rstrip("0123456789.") == "TIME" or (
        kind.startswith(("%tc", "%tC")) and kind[3:].startswith(("HH", "hh"))
    )


def _clock(numbers: NDArray[np.float64], absent: NDArray[np.bool_]) -> NDArray[Any]:
    seconds = [int(x) for x in numbers]
    texts = [f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in seconds]
    return np.array([None if gone else text for text, gone in zip(texts, absent, strict=True)], dtype=object)


Convert = Callable[[NDArray[np.float64], NDArray[np.bool_]], NDArray[Any]]
KINDS: Mapping[Callable[[str], bool], Convert] = MappingProxyType(
    {
        _is_spss_day: lambda x, gone: date_texts((x - SPSS_START) // 86_400, "D", gone),
        lambda kind: kind.startswith(("DATETIME", "YMDHMS")): lambda x, gone: date_texts(x - SPSS_START, "s", gone),
        _is_clock: lambda x, gone: _clock(x if x.max(initial=0) <= 86_400 else x / 1000, gone),
        lambda kind: kind.startswith(("%td", "%d")): lambda x, gone: date_texts(x - STATA_START, "D", gone),
        lambda kind: kind.startswith(("%tc", "%tC")): lambda x, gone: date_texts(
            x // 1000 - STATA_START * 86_400, "s", gone
        ),
    }
)
