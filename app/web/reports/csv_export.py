"""Export a report as one tidy table: a row for each figure, shown or hidden."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from app.language.extraction import mark
from app.web.reports.phrasing import ReportPhrasing, report_phrasing
from app.web.reports.published_document import (
    BY_INTERVAL,
    Document,
    DocumentContents,
    DocumentRow,
    DocumentSource,
    DocumentTable,
    read_document,
)
from app.web.reports.verdicts import read_difference

COLUMNS = (
    "section", "table", "source", "agency", "group", "term", "against", "label", "value", "low", "high", "se", "n",
    "n_effective", "unit", "interval", "flags", "withheld", "verdict", "wave",
)  # fmt: skip
# The same columns for people. The words are those of the pages.
COLUMN_NAMES: dict[str, str] = {
    "section": mark("Section"),
    "table": mark("Table"),
    "source": mark("Sample source"),
    "agency": mark("Agency"),
    "group": mark("Group"),
    "term": mark("Figure"),
    "against": mark("Compared with"),
    "label": mark("In words"),
    "value": mark("Value"),
    "low": mark("Lower bound"),
    "high": mark("Upper bound"),
    "se": mark("Standard error"),
    "n": mark("People (rounded)"),
    "n_effective": mark("People after weighting (rounded)"),
    "unit": mark("Unit"),
    "interval": mark("Kind of interval"),
    "flags": mark("Notes"),
    "withheld": mark("Reason why it is not shown"),
    "verdict": mark("Finding"),
    "wave": mark("Survey round"),
}
# A spreadsheet would read these as the start of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def to_csv(document: Document, words: Mapping[str, Mapping[str, str]], lang: str, *, in_words: bool = False) -> bytes:
    """Write the whole report; `label` is in the language, ids and numbers are for programs.

    `in_words` writes the name of a column for people before its name for programs: `Lower bound (low)`.
    """
    phrasing = report_phrasing(lang, words[lang])
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(name_columns(phrasing) if in_words else COLUMNS)
    writer.writerows(list_rows(read_document(document), phrasing))
    return file.getvalue().encode("utf-8-sig")  # the mark lets spreadsheets read Arabic and accents


def name_columns(phrasing: ReportPhrasing) -> list[str]:
    """Return each column's name for people with its name for programs behind it."""
    return [f"{phrasing.text(COLUMN_NAMES[name])} ({name})" for name in COLUMNS]


def list_rows(contents: DocumentContents, phrasing: ReportPhrasing) -> Iterator[list[object]]:
    """Yield a row for each figure, earlier rounds behind their source; no text is a formula."""
    for source in contents.sources:
        for table in source.tables.values():
            yield from _lines_of(source, table, contents.wave, phrasing)
        for before in contents.earlier:
            if source.id in before.headlines:
                yield from _lines_of(source, before.headlines[source.id], before.wave, phrasing)


def _lines_of(
    source: DocumentSource, table: DocumentTable, wave: str, phrasing: ReportPhrasing
) -> Iterator[list[object]]:
    for row in table.rows:
        yield [guard(value) for value in (*_row(source, table, row, phrasing), wave)]


def _row(source: DocumentSource, table: DocumentTable, row: DocumentRow, phrasing: ReportPhrasing) -> list[object]:
    cell = row.cell
    names = [table.section, table.name, source.id, row.agency, _group(row), row.term, row.against or ""]
    figures: list[object] = [cell.value, cell.low, cell.high, cell.se, cell.n, cell.n_effective]
    shown = figures if cell.shown else [None] * len(figures)
    kind = "sampling" if source.is_random else "modelled"
    return [
        *names,
        label(row, phrasing),
        *shown,
        table.unit,
        kind if cell.low is not None else "",
        " ".join(cell.flags),
        cell.reason,
        _verdict(table, row),
    ]


def _verdict(table: DocumentTable, row: DocumentRow) -> str:
    """Whether a difference is clear; empty where there is no difference or no verdict."""
    is_difference = row.cell.verdict != BY_INTERVAL or table.kind == "gap" or table.name == "drivers"
    return (read_difference(row.cell) or "") if is_difference else ""


def _group(row: DocumentRow) -> str:
    return "=".join(row.group) if row.group else ""


def label(row: DocumentRow, phrasing: ReportPhrasing) -> str:
    """Agency, group and what was measured, in words."""
    agency = (phrasing.agency(row.agency),) if row.agency else ()
    group = (phrasing.level(*row.group),) if row.group else ()
    return " · ".join((*agency, *group, *phrasing.term(row.term)))


def guard(value: object) -> object:
    """Text that a spreadsheet would run as a formula gets a sign before it; numbers stay numbers.

    >>> guard("=1+1"), guard("-3"), guard(-3.1), guard("age=2")
    ("'=1+1", "'-3", -3.1, 'age=2')
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
