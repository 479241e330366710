"""SPSS and Stata files: codes stay numbers, their labels stay with them, user-missing codes become missing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from analysis.frames import Factor
from analysis.reading.calendar_text import dated
from analysis.reading.errors import MissingReader, UnreadableFile
from analysis.reading.typed import typed_column

MOST_VALUES = 200_000_000
ZLIB = 1100  # how many bytes one byte can become
Labels = dict[str, dict[Any, str]]
Ranges = Sequence[Any]  # single values, or mappings with `lo` and `hi`


@dataclass(frozen=True, eq=False, slots=True)
class LabelledColumns:
    """The columns, value labels by column, and column -> the question in words."""

    values: Mapping[str, NDArray[Any] | Factor]
    labels: Labels = field(default_factory=dict)
    questions: Mapping[str, str] = field(default_factory=dict)


def load_labelled(path: Path, missing: frozenset[str]) -> LabelledColumns:
    """Read the columns of a .sav, .zsav or .dta file, and value labels by column.

    A user-missing code of SPSS and a tagged missing value of Stata are missing; their labels go with them.

    Raises
    ------
    UnreadableFile, MissingReader
    """
    frame, facts = _read(path)
    columns: dict[str, NDArray[Any] | Factor] = {}
    labels: Labels = {}
    for name in frame.columns:
        ranges = facts.missing_ranges.get(name, ())
        own = facts.missing_user_values.get(name, ())
        values = [None if _is_missing(x, ranges, own) else x for x in frame[name].to_numpy(dtype=object)]
        moments = dated(values, facts.original_variable_types.get(name) or "")
        columns[name] = typed_column(values, missing) if moments is None else moments
        given = facts.variable_value_labels.get(name, {})
        shown = {code: str(text) for code, text in given.items() if not _is_missing(code, ranges, own)}
        if shown:
            labels[name] = shown
    questions = {name: str(text) for name, text in facts.column_names_to_labels.items() if text}
    return LabelledColumns(columns, labels, questions)


def _read(path: Path) -> tuple[Any, Any]:
    """The frame of the file with its facts; dates stay numbers, because the calendar of Python ends in 9999."""
    try:
        import pyreadstat
    except ImportError:
        raise MissingReader(path, "pyreadstat") from None
    stata = path.suffix.lower() == ".dta"
    read = pyreadstat.read_dta if stata else pyreadstat.read_sav
    _check_size(path, read)
    try:
        return read(str(path), user_missing=True, disable_datetime_conversion=True)
    except Exception:  # pyreadstat raises whatever the first bad byte leads to
        raise UnreadableFile(path, f"a file of {'Stata' if stata else 'SPSS'}", "something else") from None


def _check_size(path: Path, read: Callable[..., tuple[Any, Any]]) -> None:
    """Refuse a head that promises more values than its file can hold: the reader would make room for all of them."""
    try:
        _, facts = read(str(path), metadataonly=True)
    except Exception:  # as in `_read`, which says so
        return
    promised = max(facts.number_rows or 0, 0) * max(facts.number_columns or 0, 1)
    packed = ZLIB if path.suffix.lower() == ".zsav" or _is_packed(path) else 1
    if promised > min(path.stat().st_size * packed, MOST_VALUES):
        found = f"a head that promises {promised:,} values in {path.stat().st_size:,} bytes"
        raise UnreadableFile(path, f"a whole file of at most {MOST_VALUES:,} values", found)


def _is_packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"$FL3"


def _is_missing(value: Any, ranges: Ranges, own: Sequence[Any]) -> bool:
    if value is None or value != value or value in own:
        return True
    for span in ranges:
        low, high = (span["lo"], span["hi"]) if isinstance(span, dict) else (span, span)
        if isinstance(value, str) == isinstance(low, str) and low <= value <= high:
            return True
    return False
