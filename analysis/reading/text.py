"""CSV and its relatives: which encoding, separator and decimal sign a text file has, and its columns."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import UnknownChoice
from analysis.reading.errors import UnreadableFile

MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
SEPARATORS = (",", ";", "\t", "|")
MISSING = ("", "NA", "NaN", "nan", "N/A", ".", "NULL", "null")
LOOKED_AT = 200  # lines that decide the decimal sign
SAMPLE = 100_000  # characters that decide the separator
CONTROL = frozenset(range(32)) - {9, 10, 12, 13}


@dataclass(frozen=True, slots=True)
class TextForm:
    """How a text file is written; None = to be found out.

    Parameters
    ----------
    encoding
        Such as ``utf-8``, ``utf-16`` or ``cp1252``.
    separator
        Comma, semicolon, tab or bar.
    decimal
        ``.`` or ``,``.
    """

    encoding: str | None = None
    separator: str | None = None
    decimal: str | None = None

    def __post_init__(self) -> None:
        if self.separator not in (None, *SEPARATORS):
            raise UnknownChoice("the separator", SEPARATORS, self.separator)
        if self.decimal not in (None, ".", ","):
            raise UnknownChoice("the decimal sign", (".", ","), self.decimal)


def load_text(path: Path, form: TextForm) -> tuple[dict[str, NDArray[Any]], TextForm]:
    """The columns of a text file, and how it turned out to be written.

    Raises
    ------
    UnreadableFile
        An empty or binary file, bytes that are not of the encoding, no header, or lines of unequal width.
    """
    raw = path.read_bytes()
    if not raw.strip():
        raise UnreadableFile(path, "a header line and data", "an empty file")
    encoding = form.encoding or detected_encoding(raw)
    if encoding is None:
        raise UnreadableFile(path, "text with columns", "binary data")
    text = _decoded(path, raw, encoding)
    separator = form.separator or detected_separator(text)
    rows = _rows(path, text, separator)
    if not rows:
        raise UnreadableFile(path, "a header line and data", "empty lines only")
    header = _header(path, rows[0])
    columns = dict(zip(header, zip(*rows[1:], strict=True), strict=True)) if len(rows) > 1 else {}
    if not columns:
        raise UnreadableFile(path, "at least one line below the header", "none")
    decimal = form.decimal or _detected_decimal(list(columns.values()), separator)
    values = {name: _to_array(column, decimal) for name, column in columns.items()}
    return values, replace(form, encoding=encoding, separator=separator, decimal=decimal)


def detected_encoding(raw: bytes) -> str | None:
    r"""The encoding by its mark, by the zero bytes of UTF-16, or by trial; None for binary data.

    Examples
    --------
    >>> [detected_encoding(raw) for raw in ("id;né".encode("utf-16-le"), b"id;n\xe9", b"\x00\x01\x02")]
    ['utf-16-le', 'cp1252', None]
    """
    for mark, encoding in MARKS:
        if raw.startswith(mark):
            return encoding
    sample = raw[:4000]
    if b"\x00" in sample:
        return _unmarked_utf16(sample)
    if CONTROL & set(sample):
        return None
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _unmarked_utf16(sample: bytes) -> str | None:
    """Text in a Latin script has its zero bytes on one side only, and no control characters on the other."""
    sides = {"utf-16-le": (sample[1::2], sample[0::2]), "utf-16-be": (sample[0::2], sample[1::2])}
    for encoding, (high, low) in sides.items():
        if high.count(0) > 0.6 * len(high) and not CONTROL & set(low):
            return encoding
    return None


def _decoded(path: Path, raw: bytes, encoding: str) -> str:
    try:
        text = raw.decode(encoding)
    except LookupError:
        raise UnknownChoice("the encoding", ("utf-8", "utf-16", "cp1252"), encoding) from None
    except UnicodeDecodeError as error:
        found = f"bytes that are not, at {error.start}"
        raise UnreadableFile(path, f"text in the encoding {encoding}", found) from None
    return text.removeprefix("\ufeff")


def detected_separator(text: str) -> str:
    r"""The separator that splits the lines into the same number of fields, the more the better.

    Examples
    --------
    >>> detected_separator("a;b;c\n1,5;2,5;3\n")
    ';'
    """
    sample = text if len(text) <= SAMPLE else text[: text.rfind("\n", 0, SAMPLE) + 1]

    def merit(separator: str) -> tuple[bool, int]:
        lines = csv.reader(io.StringIO(sample, newline=""), delimiter=separator)
        try:
            widths = [len(row) for row in lines if row]
        except csv.Error:
            return False, 0
        return len(set(widths)) == 1 and widths[0] > 1, widths[0] if widths else 0

    return max(SEPARATORS, key=merit)


def _rows(path: Path, text: str, separator: str) -> list[list[str]]:
    rows = []
    width = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for row in reader:
            if not row:
                continue
            width = width or len(row)
            if len(row) != width:
                name = {"\t": "tab"}.get(separator, separator)
                expected = f"{width} fields separated by '{name}' on each line, as in the header"
                raise UnreadableFile(path, expected, f"{len(row)} on line {reader.line_num}")
            rows.append(row)
    except csv.Error as error:
        raise UnreadableFile(path, "lines of fields", f"{error} on line {reader.line_num}") from None
    return rows


def _header(path: Path, names: Sequence[str]) -> list[str]:
    header = [name.strip() for name in names]
    if len(header) > 1 and header[0] == "":
        header[0] = "row"
    repeated = sorted({name for name in header if header.count(name) > 1})
    if repeated:
        raise UnreadableFile(path, "each column name once in the header", f"'{repeated[0]}' several times")
    if "" in header:
        raise UnreadableFile(path, "a name for each column in the header", f"none for column {header.index('') + 1}")
    return header


def _detected_decimal(columns: Sequence[Sequence[str]], separator: str) -> str:
    """A comma where some column reads as numbers with it and none does with a point."""
    if separator == ",":
        return "."
    texts = [[x for x in column[:LOOKED_AT] if x.strip() not in MISSING] for column in columns]
    with_comma = any(any("," in x for x in part) and _all_numbers(part, ",") for part in texts if part)
    with_point = any(any("." in x for x in part) and _all_numbers(part, ".") for part in texts if part)
    return "," if with_comma and not with_point else "."


def _all_numbers(texts: Sequence[str], decimal: str) -> bool:
    try:
        np.array([x.replace(",", ".") if decimal == "," else x for x in texts], np.float64)
    except ValueError:
        return False
    return True


def _to_array(texts: Sequence[str], decimal: str) -> NDArray[Any]:
    """Numbers where all that is not missing is a number; text otherwise, with None for nothing.

    Codes with leading zeros, such as 00123, stay text.
    """
    meanings: dict[str, str | None] = {x: x.strip() or None for x in set(texts)}
    known = [x for x in meanings.values() if x is not None and x not in MISSING]
    if known and _all_numbers(known, decimal) and not any(_is_padded(x) for x in known):
        values = {raw: _number(x, decimal) for raw, x in meanings.items()}
        return np.fromiter((values[x] for x in texts), np.float64, len(texts))
    return np.array([meanings[x] for x in texts], dtype=object)


def _number(text: str | None, decimal: str) -> float:
    if text is None or text in MISSING:
        return np.nan
    return float(text.replace(",", ".") if decimal == "," else text)


def _is_padded(text: str) -> bool:
    return len(text) > 1 and text[0] == "0" and text[1].isdigit()
