"""Compare the index with and without answers that have an automatic quality flag."""

from __future__ import annotations

from collections.abc import Iterator

from app.web.reports.index_figures import in_order
from app.web.reports.phrasing import CLEAR
from app.web.reports.published_document import DocumentRow
from app.web.reports.row_writer import RowWriter
from app.web.reports.views import Block, ReportFigure, ReportLine, ReportPart


def quality_part(writer: RowWriter) -> ReportPart | None:
    """Show both figures of each agency. A large difference calls for a closer look at the answers."""
    every, clear = writer.find("index"), writer.find("index_without_doubtful")
    if every is None or clear is None:
        return None
    text = writer.text
    blocks = tuple(
        Block(writer.phrasing.agency(row.agency), tuple(_lines(writer, row, next(clear.of(agency=row.agency), None))))
        for row in in_order(writer, every)
    )
    figure = ReportFigure(
        writer.id("quality-figure"),
        text("With and without flagged answers"),
        text("Answers"),
        (text("Points"), writer.interval_name, writer.people_name),
        blocks,
        writer.how("index"),
        writer.ticks(writer.points, "points"),
    )
    paragraphs = (
        text(
            "Some answers have an automatic quality flag: they look as if a program gave them, or a person in great "
            "haste. None was removed. The index is shown with them and without them."
        ),
        _flagged(writer),
    )
    return ReportPart(writer.id("quality"), text("With and without flagged answers"), paragraphs, figures=(figure,))


def _lines(writer: RowWriter, every: DocumentRow, clear: DocumentRow | None) -> Iterator[ReportLine]:
    yield writer.dotted(writer.text("All answers"), every.cell, "points", writer.points)
    if clear is not None:
        yield writer.dotted(writer.text(CLEAR), clear.cell, "points", writer.points)


def _flagged(writer: RowWriter) -> str:
    n = writer.source.facts.get("doubtful")
    if n is None:
        return writer.text("Answers with a quality flag: too few to show.")
    return writer.text("Answers with a quality flag, rounded: {n}.", n=writer.phrasing.people(n))
