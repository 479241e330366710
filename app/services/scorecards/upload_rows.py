"""Read the rows of an uploaded table: CSV, a workbook, or the rows of a program."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from app.errors import BadTable

Row = Mapping[str, str]
Rows = list[tuple[int, Row]]

LARGEST_WORKBOOK = 200_000_000  # bytes, unpacked


def load_rows(path: Path, needed: Collection[str]) -> Rows:
    """Read the rows of a file with their line numbers. A workbook is recognized by its extension."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadTable(str(path), [f"expected a readable file ({error.strerror})"]) from None
    return read_rows(path.name, content, needed)


def read_rows(name: str, content: bytes, needed: Collection[str]) -> Rows:
    """Read the rows of a file's bytes and check that it has the needed columns."""
    lines = _workbook(name, content) if name.lower().endswith(".xlsx") else _text(name, content)
    number, head = next(lines, (1, []))
    columns = [each.strip() for each in head]
    missing = [each for each in needed if each not in columns]
    if missing:
        found = ", ".join(filter(None, columns)) or "none"
        raise BadTable(name, [f"line {number}: expected the columns {', '.join(needed)}, found {found}"])
    empty = [""] * len(columns)
    rows: Rows = [(line, dict(zip(columns, cells + empty, strict=False))) for line, cells in lines if any(cells)]
    if not rows:
        raise BadTable(name, [f"line {number + 1}: expected at least one row, found none"])
    return rows


def is_workbook(content: bytes) -> bool:
    """Return whether the bytes begin like those of an .xlsx workbook."""
    return content.startswith(b"PK\x03\x04")


def workbook_text(name: str, content: bytes) -> str:
    """Return the first sheet of a workbook as CSV text."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(cells for _, cells in _workbook(name, content))
    return file.getvalue()


def to_rows(sent: Sequence[Mapping[str, Any]]) -> Rows:
    """Return the rows sent by a program, numbered from 1."""
    return [(number, {name: _to_text(value) for name, value in row.items()}) for number, row in enumerate(sent, 1)]


def _text(name: str, content: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadTable(name, [f"expected text in UTF-8 ({error.reason})"]) from None
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        for cells in reader:
            yield reader.line_num, [each.strip() for each in cells]
    except csv.Error as error:
        raise BadTable(name, [f"line {reader.line_num}: expected a CSV table ({error})"]) from None


def _workbook(name: str, content: bytes) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import load_workbook

    try:
        with ZipFile(io.BytesIO(content)) as archive:
            size = sum(part.file_size for part in archive.infolist())
        if size > LARGEST_WORKBOOK:
            raise BadTable(
                name, [f"expected a workbook of at most {LARGEST_WORKBOOK:,} bytes unpacked, found {size:,}"]
            )
        sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
        for line, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            yield line, [_to_text(each) for each in cells]
    except (BadZipFile, KeyError, ValueError, OSError, SyntaxError, EOFError, IndexError):
        raise BadTable(name, ["expected an .xlsx workbook, found something else"]) from None


def _to_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
