"""SPSS and Stata files: codes stay numbers, their labels travel beside them, user-missing codes become missing."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.reading.errors import MissingReader, UnreadableFile

Labels = dict[str, dict[Any, str]]
Ranges = Sequence[Any]  # single values, or mappings with `lo` and `hi`


def load_labelled(path: Path) -> tuple[dict[str, NDArray[Any]], Labels]:
    """The columns of a .sav, .zsav or .dta file, and value labels by column.

    A user-missing code, declared in the file, is missing; its label goes with it.
    """
    try:
        import pyreadstat
    except ImportError:
        raise MissingReader(path, "pyreadstat") from None
    stata = path.suffix.lower() == ".dta"
    read = pyreadstat.read_dta if stata else pyreadstat.read_sav
    try:
        frame, facts = read(str(path), user_missing=True)
    except (pyreadstat.ReadstatError, ValueError, UnicodeDecodeError, OSError):
        raise UnreadableFile(path, f"a file of {'Stata' if stata else 'SPSS'}", "something else") from None
    columns, labels = {}, {}
    for name in frame.columns:
        ranges = facts.missing_ranges.get(name, ())
        own = facts.missing_user_values.get(name, ())
        values = _without(frame[name].to_numpy(dtype=object), ranges, own)
        columns[name] = values
        given = facts.variable_value_labels.get(name, {})
        shown = {code: str(text) for code, text in given.items() if not _is_missing(code, ranges, own)}
        if shown:
            labels[name] = shown
    return columns, labels


def _without(values: NDArray[Any], ranges: Ranges, own: Sequence[Any]) -> NDArray[Any]:
    """Numbers with NaN, or text with None, where a code is user-missing."""
    cleaned = [None if x is None or x != x or x == "" or _is_missing(x, ranges, own) else x for x in values]
    if all(isinstance(x, int | float | np.number) for x in cleaned if x is not None):
        return np.array([np.nan if x is None else float(x) for x in cleaned])
    return np.array([x if x is None or isinstance(x, str) else str(x) for x in cleaned], dtype=object)


def _is_missing(value: Any, ranges: Ranges, own: Sequence[Any]) -> bool:
    if value in own:
        return True
    for span in ranges:
        low, high = (span["lo"], span["hi"]) if isinstance(span, dict) else (span, span)
        if isinstance(value, str) == isinstance(low, str) and low <= value <= high:
            return True
    return False
