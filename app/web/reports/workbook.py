"""Export a report as a workbook: a sheet of notes, then one sheet for each kind of table. No cell holds a formula.

The same report gives the same bytes: the file has the day of the report in place of the moment when it was made.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import datetime, time

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from app.web.reports.csv_export import COLUMN_NAMES, COLUMNS, guard, list_rows
from app.web.reports.method_box import method_box, source_title, statement
from app.web.reports.page_set import ReportContext, make_frame
from app.web.reports.zip_moment import at_moment

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_NAME = 31  # letters in the name of a sheet
FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
FAMILY = re.compile(r"_[0-9]+$")


def to_workbook(context: ReportContext) -> bytes:
    """Return the file: notes, then tables by name, with the same columns as the CSV table."""
    book = Workbook(write_only=True)
    _write_notes(book, context)
    sheets: dict[str, list[list[object]]] = {}
    place = COLUMNS.index("table")
    for row in list_rows(context.contents, context.phrasing):
        sheets.setdefault(sheet_name(str(row[place])), []).append(row)
    for name, rows in sheets.items():
        _write_table(_add_sheet(book, name, context), context, rows)
    day = datetime.combine(context.frozen.published_on, time())
    book.properties.created = book.properties.modified = day
    book.properties.creator = context.phrasing.name("community")
    book.properties.title = make_frame(context).title
    file = io.BytesIO()
    book.save(file)
    return at_moment(day, file.getvalue())


def sheet_name(table: str) -> str:
    """Return the name of a table's sheet; the answers of a question with several share one.

    >>> sheet_name("rest_gaps_by_race_3"), sheet_name("item_B1")
    ('rest_gaps_by_race', 'item_B1')
    """
    return FORBIDDEN.sub("-", FAMILY.sub("", table))[:LONGEST_NAME]


def _add_sheet(book: Workbook, name: str, context: ReportContext) -> WriteOnlyWorksheet:
    sheet = book.create_sheet(name)
    assert isinstance(sheet, WriteOnlyWorksheet)
    sheet.sheet_view.rightToLeft = context.phrasing.turned
    return sheet


def _write_notes(book: Workbook, context: ReportContext) -> None:
    frame, text = make_frame(context), context.phrasing.text
    sheet = _add_sheet(book, FORBIDDEN.sub("-", text("Summary"))[:LONGEST_NAME], context)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 110
    lines: list[tuple[str, str]] = [
        (frame.community, frame.title),
        *((each, "") for each in (frame.simulated, frame.survey, frame.dates, frame.version) if each),
        (text("Fingerprint"), frame.fingerprint),
        *_method_lines(context),
        ("", ""),
        *zip(COLUMNS, (text(COLUMN_NAMES[name]) for name in COLUMNS), strict=True),
    ]
    for line in lines:
        sheet.append([to_cell(each) for each in line])


def _method_lines(context: ReportContext) -> Iterator[tuple[str, str]]:
    for writer in (context.main, *context.others):
        yield source_title(writer), statement(writer)
        for each in method_box(writer):
            yield each.name, " ".join(each.paragraphs)


def _write_table(sheet: WriteOnlyWorksheet, context: ReportContext, rows: list[list[object]]) -> None:
    """Write the column names for people, those for programs, then a row for each figure."""
    sheet.freeze_panes = "A3"
    sheet.column_dimensions["H"].width = 60
    sheet.append([context.phrasing.text(COLUMN_NAMES[name]) for name in COLUMNS])
    sheet.append(COLUMNS)
    for row in rows:
        sheet.append([to_cell(value) for value in row])


def to_cell(value: object) -> object:
    """Return a value for a cell: a text is never a formula and holds no letter that XML forbids.

    >>> to_cell("=1+1"), to_cell("-3"), to_cell(-3.1), to_cell("")
    ("'=1+1", "'-3", -3.1, None)
    """
    if not isinstance(value, str):
        return value
    return ILLEGAL_CHARACTERS_RE.sub("", str(guard(value))) or None
