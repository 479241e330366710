"""Make the matrix of groups by agencies, in which only clear differences have a color and a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.web.reports.chart_geometry import Axis
from app.web.reports.group_gaps import gap_tables, is_to_rest, may_name
from app.web.reports.index_figures import GAPS, in_order
from app.web.reports.phrasing import family_of
from app.web.reports.published_document import DocumentRow
from app.web.reports.row_writer import RowWriter
from app.web.reports.verdicts import AMONG_ALL, needs_reason, read_difference
from app.web.reports.views import Chart

Place = tuple[str, str]  # variable and level


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """A difference: drawn with its interval, in words for a screen reader, and as a number where it is clear."""

    agency: str
    tone: str = ""
    number: str = ""
    words: str = ""
    chart: Chart | None = None
    withheld: str = ""


@dataclass(frozen=True, slots=True)
class MatrixLine:
    """One group with a cell for each agency; `withheld` where no agency has a figure, for one reason."""

    label: str
    cells: tuple[MatrixCell, ...]
    withheld: str = ""


@dataclass(frozen=True, slots=True)
class MatrixBlock:
    """The groups of one question."""

    heading: str
    lines: tuple[MatrixLine, ...]


@dataclass(frozen=True, slots=True)
class GroupMatrix:
    """The whole matrix; `levels` is the index of each agency, in words, and `notes` explain what looks wrong."""

    agencies: tuple[str, ...]
    levels: tuple[str, ...]
    blocks: tuple[MatrixBlock, ...]
    notes: tuple[str, ...] = ()


def make_matrix(writer: RowWriter) -> GroupMatrix | None:
    """Return the matrix of a source, or None where the report has no differences of groups."""
    rows = [row for _, table in gap_tables(writer) for row in table.rows if row.group]
    if not rows:
        return None
    axis = writer.even(row.cell for row in rows)
    families = dict.fromkeys(family_of(row.group[0]) for row in rows if row.group)
    blocks = tuple(_block(writer, family, rows, axis) for family in families)
    levels = _levels(writer)
    agencies = writer.contents.agencies
    names = tuple(writer.phrasing.short(agency) for agency in agencies)
    return GroupMatrix(names, tuple(levels.get(agency, "–") for agency in agencies), blocks, _notes(writer, rows))


def _notes(writer: RowWriter, rows: Sequence[DocumentRow]) -> tuple[str, ...]:
    """Return why a difference is not clear although its interval leaves out zero, if there is one."""
    needed = writer.source.is_random and needs_reason(row.cell for row in rows)
    return (writer.text(AMONG_ALL),) if needed else ()


def make_rounds_matrix(writers: Sequence[RowWriter], agency: str, rounds: Sequence[str]) -> GroupMatrix | None:
    """Return the groups of one agency by survey rounds, the last of which is the newest; None without groups.

    A round that compared its groups with everyone has no cell beside rounds that compared them with the others.
    """
    newest = writers[-1]
    found: dict[Place, list[DocumentRow | None]] = {}
    for k, writer in enumerate(writers):
        for _, table in gap_tables(writer) if is_to_rest(writer) == is_to_rest(newest) else ():
            for row in table.of(agency=agency):
                if row.group:
                    found.setdefault(row.group, [None] * len(writers))[k] = row
    if not found:
        return None
    axis = newest.even(row.cell for rows in found.values() for row in rows if row)
    blocks = []
    for family in dict.fromkeys(family_of(variable) for variable, _ in found):
        places = {place: rows for place, rows in found.items() if family_of(place[0]) == family}
        lines = tuple(
            _joined(
                newest.phrasing.level(*place),
                tuple(_cell(writer, agency, row, axis) for writer, row in zip(writers, rows, strict=True)),
            )
            for place, rows in places.items()
        )
        blocks.append(MatrixBlock(newest.phrasing.heading(family), lines))
    levels = tuple(_levels(writer).get(agency, "–") for writer in writers)
    notes = {note for writer in writers for note in _notes(writer, _rows_about(writer, agency))}
    return GroupMatrix(tuple(rounds), levels, tuple(blocks), tuple(notes))


def _rows_about(writer: RowWriter, agency: str) -> list[DocumentRow]:
    return [row for _, table in gap_tables(writer) for row in table.of(agency=agency)]


def _levels(writer: RowWriter) -> dict[str, str]:
    table = writer.find("index")
    shown = [row for row in in_order(writer, table) if row.cell.shown] if table else []
    return {row.agency: writer.phrasing.value(row.cell, "points") for row in shown}


def _block(writer: RowWriter, family: str, rows: Sequence[DocumentRow], axis: Axis) -> MatrixBlock:
    found: dict[Place, dict[str, DocumentRow]] = {}
    for row in rows:
        if row.group and family_of(row.group[0]) == family:
            found.setdefault(row.group, {})[row.agency] = row
    lines = tuple(_line(writer, place, by_agency, axis) for place, by_agency in found.items())
    return MatrixBlock(writer.phrasing.heading(family), lines)


def _line(writer: RowWriter, place: Place, rows: dict[str, DocumentRow], axis: Axis) -> MatrixLine:
    agencies = writer.contents.agencies
    cells = tuple(_cell(writer, agency, rows.get(agency), axis) for agency in agencies)
    return _joined(writer.phrasing.level(*place), cells)


def _joined(label: str, cells: tuple[MatrixCell, ...]) -> MatrixLine:
    """Make a line; one reason stands for all cells where they share it."""
    reasons = {cell.withheld for cell in cells}
    return MatrixLine(label, cells, reasons.pop() if len(reasons) == 1 else "")


def _cell(writer: RowWriter, agency: str, row: DocumentRow | None, axis: Axis) -> MatrixCell:
    if row is None:
        return MatrixCell(agency, words="–")
    if not row.cell.shown:
        return MatrixCell(agency, withheld=writer.phrasing.withheld(row.cell))
    phrasing, cell = writer.phrasing, row.cell
    reading = read_difference(cell) if may_name(writer, row) else None
    number = phrasing.number(cell.value, "points", signed=True)
    is_clear = reading in ("higher", "lower")
    said = (writer.text(GAPS[reading]),) if reading else ()
    words = (*said, number, phrasing.interval(cell, "points", signed=True), *phrasing.notes(cell))
    marks = (axis.rule(0), *axis.dot(cell.value, cell.interval, "dot" if is_clear else "ring"))
    return MatrixCell(
        agency,
        tone=str(reading) if is_clear else "",
        number=number if is_clear else "",
        words=", ".join(word for word in words if word),
        chart=Chart("", marks),
    )
