"""The sheets of a workbook (.xlsx, or .xls of older programs) as rows of text by the names of their columns."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

from openpyxl import load_workbook

from app.questionnaire.definition import Row
from app.questionnaire.xlsform_columns import column_name, settings_name
from app.questionnaire.xlsform_problems import FILE, SURVEY, FormReport
from app.questionnaire.xlsform_words import WORDED, language_key

LARGEST_WORKBOOK = 20_000_000
OLD_FORMAT = b"\xd0\xcf\x11\xe0"
ROW = "row"  # the number of the row, beside its cells

# How the columns of a sheet are named; other sheets keep their names.
NAMING: dict[str, Callable[[str], str]] = {"survey": column_name, "choices": column_name, "settings": settings_name}
UNREAD = ("", "media", "constraint_message", "required_message", "guidance_hint", "default", "calculation", "trigger")
Cells = Iterable[Sequence[object]]


class Unreadable(Exception):
    """A file that is no workbook."""


def read_sheets(content: bytes, report: FormReport) -> dict[str, list[Row]]:
    """The rows of every sheet by its name in lower case; what is no workbook goes to the report."""
    try:
        sheets = read_cells(content)
    except Unreadable as problem:
        report.refuse(1, "file", str(problem), FILE)
        return {}
    found = {name: list(_rows(name, cells, report)) for name, cells in _by_name(sheets)}
    if "survey" not in found:
        report.refuse(1, "file", f"expected a sheet named survey, found {', '.join(found) or 'none'}", FILE)
    return found


def _by_name(sheets: Mapping[str, Cells]) -> Iterator[tuple[str, Cells]]:
    return ((name.strip().lower(), cells) for name, cells in sheets.items())


def read_cells(content: bytes) -> dict[str, Cells]:
    """The cells of every sheet; raises `Unreadable`."""
    try:
        return _read_old(content) if content.startswith(OLD_FORMAT) else _read_new(content)
    except Unreadable:
        raise
    except Exception:  # a damaged file fails anywhere inside a reader, with any error
        raise Unreadable("expected an .xlsx workbook, found something else") from None


def _read_new(content: bytes) -> dict[str, Cells]:
    with ZipFile(BytesIO(content)) as archive:
        size = sum(part.file_size for part in archive.infolist())
    if size > LARGEST_WORKBOOK:
        raise Unreadable(f"expected a workbook of at most {LARGEST_WORKBOOK:,} bytes unpacked, found {size:,}")
    book = load_workbook(BytesIO(content), read_only=True, data_only=True)
    sheets: dict[str, Cells] = {}
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # some programs write a size that is too small
        sheets[sheet.title] = list(sheet.iter_rows(values_only=True))
    return sheets


def _read_old(content: bytes) -> dict[str, Cells]:
    if len(content) > LARGEST_WORKBOOK:
        raise Unreadable(f"expected a workbook of at most {LARGEST_WORKBOOK:,} bytes, found {len(content):,}")
    try:
        xlrd = importlib.import_module("xlrd")
    except ImportError:
        sentence = "expected an .xlsx workbook, found .xls: save it as .xlsx, or install commontrust[xls]"
        raise Unreadable(sentence) from None
    book = xlrd.open_workbook(file_contents=content, logfile=StringIO())
    return {
        sheet.name: [
            [_old_value(cell, book.datemode, xlrd) for cell in sheet.row(number)] for number in range(sheet.nrows)
        ]
        for sheet in book.sheets()
    }


def _old_value(cell: Any, datemode: int, xlrd: Any) -> object:
    match cell.ctype:
        case xlrd.XL_CELL_BOOLEAN:
            return bool(cell.value)
        case xlrd.XL_CELL_ERROR:
            return None
        case xlrd.XL_CELL_DATE:
            return xlrd.xldate_as_datetime(cell.value, datemode)
    return cell.value


def _rows(sheet: str, cells: Cells, report: FormReport) -> Iterator[Row]:
    """Each row by its column names, with its number; the first row that is not empty holds the names."""
    columns: list[str] = []
    keys: list[str] = []
    for number, values in enumerate(cells, start=1):
        texts = [to_text(value) for value in (values[: len(columns)] if columns else values)]
        if not columns:
            columns = _columns(texts, NAMING.get(sheet, str.lower)) if any(texts) else []
            keys = [_key(column, place) for place, column in enumerate(columns)]
            _check_columns(sheet, number, columns, texts, report)
            continue
        row: Row = {}
        held: dict[str, str] = {}
        for column, key, text in zip(columns, keys, texts, strict=False):
            if text and held.setdefault(key, text) != text:
                message = f"expected one column {column}, found two with different cells"
                report.refuse(number, column, message, sheet)
            if column and text:
                row[column] = text
        if row:
            yield {**row, ROW: str(number)}


def _check_columns(sheet: str, number: int, columns: Sequence[str], texts: Sequence[str], report: FormReport) -> None:
    """Refuse a sheet `survey` whose first row holds no names of columns."""
    if sheet == SURVEY and columns and "type" not in columns:
        found = ", ".join(filter(None, texts))
        report.refuse(number, "names", f"expected the names of the columns with type among them, found {found}", sheet)


def _key(column: str, place: int) -> str:
    """Return a name under which a column has one meaning, whichever way its language is written.

    Columns that are not kept may stand beside each other, such as those of pictures and recordings.
    """
    name, _, language = column.partition("::")
    if name in UNREAD:
        return f"{place}"
    return f"{name}::{language_key(language)}" if language and name in WORDED else column


def _columns(headers: Sequence[str], naming: Callable[[str], str]) -> list[str]:
    """Their names; a column under another name gives way to one that has the name itself."""
    last = max(place for place, header in enumerate(headers, start=1) if header)
    headers = headers[:last]
    plain = [" ".join(header.split()).lower() for header in headers]
    names = [naming(header) for header in headers]
    taken = set(plain)
    return [
        word if name != word and name in taken and name not in word.split("::") else name
        for word, name in zip(plain, names, strict=True)
    ]


def to_text(value: object) -> str:
    """A cell as text: whole numbers without a point, days as 2026-11-30.

    >>> to_text(1.0), to_text(None), to_text(" yes ")
    ('1', '', 'yes')
    """
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
    return str(value).replace("\u00a0", " ").strip()
