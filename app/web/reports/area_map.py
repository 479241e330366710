"""Show trust in one agency in each part of the city: a list of direct estimates, and a map where there are shapes.

A map is not mirrored in languages that run from right to left. Screen readers skip it, because the list says the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.web.reports.average_of_others import GAPS
from app.web.reports.cards import card_axis
from app.web.reports.chart_geometry import Axis
from app.web.reports.group_gaps import GAP_TABLES, INDEX_TABLES, is_to_rest, may_name
from app.web.reports.phrasing import AREAS
from app.web.reports.published_document import DocumentRow
from app.web.reports.row_writer import RowWriter
from app.web.reports.verdicts import read_difference
from app.web.reports.views import AreaLine, AreaShape, DrawnMap, ReportPart

VARIABLE = AREAS[0]
HIDDEN = "withheld"
BAR = 0.26  # width of an interval's scale as a part of the width of the map
Shapes = Mapping[str, Any]


def areas_part(writer: RowWriter, agency: str, shapes: Shapes | None) -> ReportPart | None:
    """Return the part, or None where the report has no figures by area."""
    table = writer.find(f"{INDEX_TABLES}{VARIABLE}")
    rows = [row for row in table.of(agency=agency) if row.group] if table else []
    if not rows:
        return None
    gaps = _gaps(writer, agency)
    lines = tuple(_line(writer, row, gaps.get(row.levels[VARIABLE])) for row in rows)
    text = writer.text
    compared = (
        (text("Each group is compared with all others who were asked about the same agency."),)
        if gaps and is_to_rest(writer)
        else ()
    )
    drawn = tuple(_shapes(rows, lines, shapes, card_axis(rows, False))) if shapes else ()
    hatched = (text("Hatched areas are not shown."),) if any(shape.tone == HIDDEN for shape in drawn) else ()
    place = DrawnMap(int(shapes["width"]), int(shapes["height"]), drawn) if shapes and drawn else None
    title = writer.phrasing.heading(VARIABLE)
    return ReportPart(writer.id(f"areas-{agency}"), title, (*compared, *hatched), areas=lines, map=place)


def _gaps(writer: RowWriter, agency: str) -> dict[str, DocumentRow]:
    table = writer.find(f"{GAP_TABLES}{VARIABLE}")
    return {row.levels[VARIABLE]: row for row in table.of(agency=agency)} if table else {}


def _line(writer: RowWriter, row: DocumentRow, gap: DocumentRow | None) -> AreaLine:
    label = writer.phrasing.group(row)
    if not row.cell.shown:
        return AreaLine(label, writer.phrasing.withheld(row.cell), tone=HIDDEN)
    entry = writer.entry(row.cell, "points")
    reading = read_difference(gap.cell) if gap and may_name(writer, gap) else None
    finding = writer.text(GAPS[reading]) if reading else ""
    return AreaLine(label, entry.words, entry.interval, entry.notes, finding, reading or "")


def _shapes(rows: list[DocumentRow], lines: tuple[AreaLine, ...], shapes: Shapes, axis: Axis) -> Iterator[AreaShape]:
    """Yield a shape for each area of the list that the map has, with its number in the list and its interval."""
    half = BAR * float(shapes["width"]) / 2
    for number, (row, line) in enumerate(zip(rows, lines, strict=True), 1):
        shape = shapes["areas"].get(row.levels[VARIABLE])
        if shape is None:
            continue
        x, y = map(float, shape["mark"])

        def place(value: float, x: float = x) -> float:
            return round(x - half + axis.place(value) / 100 * 2 * half, 1)

        cell = row.cell
        low, high = cell.interval or (cell.value, cell.value)
        bar = (place(low), place(high), place(cell.value), round(x - half, 1), round(x + half, 1)) if cell.shown else ()
        yield AreaShape(number, shape["path"], line.tone, x, y, bar)
