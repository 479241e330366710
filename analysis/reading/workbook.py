"""Read a sheet of an .xlsx workbook as records of text."""

import io
import re
import warnings
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from zipfile import ZipFile

from analysis.frames.coding import EXACT
from analysis.reading.errors import MissingReader, UnreadableFile
from analysis.reading.records import Record

LARGEST = 1_000_000_000  # bytes, unpacked
MERGED = re.compile(r'<(?:\w+:)?mergeCell [^>]*ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
ZEROS = re.compile(r"0{2,}")
NOT_A_WORKBOOK = ("an .xlsx workbook", "something else")


def workbook_records(
    content: bytes, name: object, sheet: str | None = None
) -> tuple[Sequence[int], list[Record], tuple[str, ...]]:
    """Return row numbers, rows of text and notes, from the named sheet or the first visible one.

    Hidden sheets are never read.

    Raises
    ------
    UnreadableFile
        When the bytes are no workbook, the sheet is hidden or absent, or a formula has no stored result.
    """
    try:
        import openpyxl
    except ImportError:
        raise MissingReader(name, "openpyxl") from None
    try:
        _check_size(content, name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a date that no calendar has is an error value, which the notes name
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            chosen = _sheet(book, name, sheet)
            chosen.reset_dimensions()
            rows = [[_text(cell) for cell in cells] for cells in chosen.iter_rows()]
            _check_formulas(content, name, chosen.title, rows)
        notes = ("" if sheet is not None else _left_out(book, chosen), _merged(content, chosen))
    except UnreadableFile:
        raise
    except Exception:  # openpyxl raises whatever the first bad byte leads to
        raise UnreadableFile(name, *NOT_A_WORKBOOK) from None
    width = max((_width(row) for row in rows), default=0)
    rows = [(row + [""] * width)[:width] for row in rows]
    return range(1, len(rows) + 1), rows, tuple(note for note in notes if note)


def _left_out(book: Any, chosen: Any) -> str:
    """Return the sheet that is read and those that are not, in a few words; empty where there is one."""
    visible = _visible(book)
    others = [
        f"'{sheet.title}'{'' if sheet in visible else ' (hidden)'}" for sheet in book.worksheets if sheet is not chosen
    ]
    return f"the sheet '{chosen.title}', not {', '.join(others)}" if others else ""


def _merged(content: bytes, sheet: Any) -> str:
    """Return a note on cells that are merged over several rows: all but the first are empty."""
    with ZipFile(io.BytesIO(content)) as archive:
        found = MERGED.findall(archive.read(sheet._worksheet_path.lstrip("/")).decode("utf-8", "replace"))
    over_rows = [f"{a}{first}:{b}{last}" for a, first, b, last in found if first != last]
    if not over_rows:
        return ""
    more = f" and {len(over_rows) - 1} more" if len(over_rows) > 1 else ""
    return f"the merged cells {over_rows[0]}{more} hold a value in their first row only, the others are missing"


def _check_size(content: bytes, name: object) -> None:
    with ZipFile(io.BytesIO(content)) as archive:
        size = sum(part.file_size for part in archive.infolist())
    if size > LARGEST:
        raise UnreadableFile(name, f"a workbook of at most {LARGEST:,} bytes unpacked", f"{size:,}")


def _visible(book: Any) -> list[Any]:
    return [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]


def _sheet(book: Any, name: object, wanted: str | None) -> Any:
    visible = _visible(book)
    found = [sheet for sheet in visible if wanted in (None, sheet.title)]
    if found:
        return found[0]
    names = ", ".join(f"'{sheet.title}'" for sheet in visible) or "none"
    expected = "a visible sheet" if wanted is None else f"a visible sheet '{wanted}'"
    raise UnreadableFile(name, expected, names)


def _text(cell: Any) -> str:
    """Return a cell as text.

    Whole numbers have no point, dates read 2024-01-31, codes have the zeros that Excel shows.
    """
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        return _number_text(value, str(cell.number_format or ""))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).replace("_x000D_", "")


def _number_text(value: float, shown: str) -> str:
    if isinstance(value, float) and (not value.is_integer() or abs(value) > EXACT):
        return repr(value)  # a whole number beyond 2^53 keeps the exponent, because digits of it are lost
    text = str(int(value))
    return text.zfill(len(shown)) if ZEROS.fullmatch(shown) and value >= 0 else text


def _width(row: Record) -> int:
    return next((k + 1 for k in range(len(row) - 1, -1, -1) if row[k].strip()), 0)


def _check_formulas(content: bytes, name: object, sheet: str, rows: Sequence[Record]) -> None:
    """Refuse a formula without a stored result: its cell would be read as missing."""
    if b"<f" not in _sheets_xml(content):
        return
    import openpyxl

    formulas = openpyxl.load_workbook(io.BytesIO(content), read_only=True)[sheet]
    formulas.reset_dimensions()
    for number, (cells, texts) in enumerate(zip(formulas.iter_rows(), rows, strict=True), 1):
        for cell, text in zip(cells, texts, strict=False):
            if not text and cell.data_type == "f":
                found = f"a formula without one in cell {cell.coordinate} (row {number})"
                raise UnreadableFile(
                    name, "the result of each formula", found, "open and save it in a spreadsheet program"
                )


def _sheets_xml(content: bytes) -> bytes:
    with ZipFile(io.BytesIO(content)) as archive:
        names = [part for part in archive.namelist() if part.startswith("xl/worksheets/")]
        return b"".join(archive.read(part) for part in names if part.endswith(".xml"))
