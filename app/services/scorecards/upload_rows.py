"""Read the rows of an uploaded table: CSV, a workbook, or the rows of a program."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from analysis.errors import AnalysisError
from analysis.reading import Grid, read_grid
from analysis.reading.encodings import decoded, detected_encoding
from app.errors import BadTable
from app.services.common.limited_process import TooCostly, run_limited
from app.services.common.operator_table import Columns, load_bytes, read_operator_table, to_problem

Row = Mapping[str, str]
Rows = list[tuple[int, Row]]

LARGEST_WORKBOOK = 64_000_000  # bytes, unpacked
MOST_COLUMNS, MOST_CELLS = 200, 500_000  # of an uploaded table
SEPARATORS = (",", ";", "\t", "|")
MOST_SIGNS = 5_000  # in a line: a cell of text holds some too
NO_WORKBOOK = "expected an .xlsx workbook, found something else"
NUMBERS = ("numerator", "denominator", "unknown", "value")
TRUTHS = {"True": "yes", "False": "no"}  # a cell of a workbook that is true or false


def load_noted(path: Path, needed: Collection[str]) -> tuple[Rows, tuple[str, ...]]:
    """Read the rows of a file with their line numbers, and what the reader assumed."""
    return read_noted(path.name, load_bytes(path), needed)


def read_rows(name: str, content: bytes, needed: Collection[str]) -> Rows:
    """Read the rows of a file's bytes and check that it has the needed columns."""
    return read_noted(name, content, needed)[0]


def read_noted(name: str, content: bytes, needed: Collection[str]) -> tuple[Rows, tuple[str, ...]]:
    """Read the rows, and what the reader assumed. A workbook is known by its extension or its first bytes."""
    if name.lower().endswith(".xlsx"):
        _check_workbook(name, content)
    found = read_operator_table(name, content, Columns(needed, needed, NUMBERS))
    if found.problems:
        raise BadTable(name, [f"line {line}: {problem}" for line, problem in found.problems])
    truths = TRUTHS if is_workbook(content) else {}
    return [(line, {key: truths.get(cell, cell) for key, cell in row.items()}) for line, row in found.rows], found.notes


def is_workbook(content: bytes) -> bool:
    """Return whether the bytes begin like those of an .xlsx workbook."""
    return content.startswith(b"PK\x03\x04")


def upload_text(name: str, content: bytes) -> tuple[str, tuple[str, ...]]:
    """Return an uploaded file as text, and what the reader assumed; a workbook becomes CSV with the same lines.

    A workbook is read in a limited process.
    """
    if is_workbook(content):
        return _workbook_text(name, content)
    try:
        encoding = detected_encoding(content) or "utf-8"
        text = decoded(name, content, encoding)
    except AnalysisError as refused:
        raise BadTable(name, [to_problem(refused)]) from None
    check_size(name, text)
    return text, (f"encoding {encoding}",) if not encoding.startswith("utf-8") else ()


def check_size(name: str, text: str) -> None:
    """Refuse a text of more columns or cells than a table can need, before anything reads it."""
    for sign in SEPARATORS:
        widest = max((line.count(sign) for line in text.split("\n")), default=0)
        cells = text.count(sign) + text.count("\n")
        if widest > MOST_SIGNS or cells > MOST_CELLS:
            raise BadTable(name, [f"expected at most {MOST_COLUMNS} columns and {MOST_CELLS:,} cells, found more"])


def _workbook_text(name: str, content: bytes) -> tuple[str, tuple[str, ...]]:
    _check_workbook(name, content)
    try:
        answer = run_limited(convert_workbook, content, name=name)
    except TooCostly as refused:
        raise BadTable(
            name, [f"expected a file that can be read {refused.expected}, found {refused.arrived}"]
        ) from None
    if answer["problems"]:
        raise BadTable(name, answer["problems"])
    return answer["text"], tuple(answer["notes"])


def convert_workbook(content: bytes, name: str) -> dict[str, Any]:
    """Return a workbook as CSV with notes, or its problems, as plain data."""
    try:
        grid = read_grid(content, name)
    except AnalysisError as refused:
        return {"problems": [to_problem(refused)]}
    if len(grid.header) > MOST_COLUMNS or len(grid.header) * len(grid.lines) > MOST_CELLS:
        found = f"{len(grid.header):,} columns and {len(grid.lines):,} rows"
        return {"problems": [f"expected at most {MOST_COLUMNS} columns and {MOST_CELLS:,} cells, found {found}"]}
    return {"problems": [], "text": _grid_text(grid), "notes": list(grid.notes)}


def _grid_text(grid: Grid) -> str:
    """Return the rows as CSV, each on its own line where no cell has a line break."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(grid.header)
    at = 2
    for line, row in grid.rows:
        file.write("\n" * max(line - at, 0))
        writer.writerow([TRUTHS.get(cell, cell) for cell in row.values()])
        at = max(line, at) + 1
    return file.getvalue()


def _check_workbook(name: str, content: bytes) -> None:
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            size = sum(part.file_size for part in archive.infolist())
    except (BadZipFile, ValueError, OSError, EOFError):
        raise BadTable(name, [NO_WORKBOOK]) from None
    if size > LARGEST_WORKBOOK:
        raise BadTable(name, [f"expected a workbook of at most {LARGEST_WORKBOOK:,} bytes unpacked, found {size:,}"])


def to_rows(sent: Sequence[Mapping[str, Any]]) -> Rows:
    """Return the rows sent by a program, numbered from 1."""
    return [(number, {name: _to_text(value) for name, value in row.items()}) for number, row in enumerate(sent, 1)]


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
