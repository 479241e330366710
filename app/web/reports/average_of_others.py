"""Show how each part of the index, or each institution, differs from the average of the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.language.extraction import mark
from app.web.reports.published_document import DocumentRow, DocumentTable
from app.web.reports.row_writer import RowWriter
from app.web.reports.verdicts import Reading
from app.web.reports.views import Block, ReportFigure, ReportLine

GAPS: dict[Reading, str] = {
    "higher": mark("clearly more trust"),
    "lower": mark("clearly less trust"),
    "unclear": mark("no clear difference"),
}


def gap_words(writer: RowWriter) -> dict[Reading, str]:
    """Return the readings of a difference in trust, in words."""
    return {reading: writer.text(word) for reading, word in GAPS.items()}


def average_figure(
    writer: RowWriter,
    table: DocumentTable,
    blocks: Sequence[tuple[str, Sequence[DocumentRow]]],
    subject: str,
    label_of: Callable[[DocumentRow], str],
    how: str,
) -> ReportFigure:
    """Return the figure of differences; `blocks` pairs a heading with its rows."""
    text = writer.text
    axis = writer.even(row.cell for row in table.rows)

    def line(row: DocumentRow) -> ReportLine:
        made = writer.dotted(label_of(row), row.cell, table.unit, axis, signed=True, rule=0)
        more = (writer.reading(row.cell, gap_words(writer)),) if row.cell.shown else ()
        return ReportLine(made.label, made.chart, (*made.entries, *more), made.withheld)

    return ReportFigure(
        writer.id(f"{table.name}-figure"),
        text("Compared with the average of the others"),
        subject,
        (text("Difference in points"), writer.simultaneous_name, writer.people_name, text("Finding")),
        tuple(Block(heading, tuple(map(line, rows))) for heading, rows in blocks),
        writer.how(how),
        writer.ticks(axis, table.unit, signed=True),
    )
