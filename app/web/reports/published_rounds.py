"""Compare the published reports of a community: its agencies, and the survey rounds of one agency.

Every figure and every word about a difference is that of a frozen report: the difference between two rounds is the one
that the later report published, with the interval that it has there. Rounds whose people came in another way are left
out, and nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from app.web.reports.average_of_others import gap_words
from app.web.reports.cards import change_entry
from app.web.reports.chart_geometry import Axis
from app.web.reports.findings import index_changes
from app.web.reports.index_figures import in_order, other_agency
from app.web.reports.matrix import GroupMatrix, make_rounds_matrix
from app.web.reports.page_set import ReportContext
from app.web.reports.published_document import DocumentRow
from app.web.reports.row_writer import RowWriter
from app.web.reports.tidy_figures import tidy_figure
from app.web.reports.trend import find_break
from app.web.reports.views import Block, ChartEntry, ReportFigure, ReportLine, ReportPart


@dataclass(frozen=True)
class Comparison:
    """A page of comparisons; the one about an agency has a matrix of its groups by rounds."""

    title: str
    parts: tuple[ReportPart, ...]
    matrix: GroupMatrix | None = None


def comparable(contexts: Sequence[ReportContext]) -> tuple[RowWriter, ...]:
    """Return the main sources of the reports, the oldest first: those whose people came as in the newest one."""
    if not contexts:
        return ()
    newest = contexts[-1].main
    return tuple(context.main for context in contexts if context.main.source.id == newest.source.id)


def compare_agencies(contexts: Sequence[ReportContext]) -> Comparison | None:
    """Return every agency's level in every round, and the differences between agencies."""
    writers = comparable(contexts)
    newest = writers[-1] if writers else None
    if newest is None or newest.find("index") is None:
        return None
    blocks = tuple(
        Block(newest.phrasing.agency(agency), tuple(_level_lines(writers, agency)))
        for agency in newest.contents.agencies
    )
    parts = [
        ReportPart(
            "agencies",
            newest.text("Trust in each agency"),
            (newest.text("We say there is a change only when we can be quite sure that it is not chance."),),
            figures=(_levels_figure(newest, "levels", newest.text("Trust in each agency"), blocks),),
        )
    ]
    if pairs := _pairs(writers):
        parts.append(_pairs_part(newest, pairs))
    return Comparison(newest.phrasing.name("community"), tuple(parts))


def has_rounds(contexts: Sequence[ReportContext], agency: str) -> bool:
    """Return whether a round has a level of the agency, so that `compare_rounds` has a page about it."""
    return any(_cell_row(writer, agency) for writer in comparable(contexts))


def compare_rounds(contexts: Sequence[ReportContext], agency: str) -> Comparison | None:
    """Return the rounds of one agency: its level, its parts and its groups in each."""
    writers = tuple(writer for writer in comparable(contexts) if _cell_row(writer, agency))
    if not writers:
        return None
    newest = writers[-1]
    level = _levels_figure(
        newest, "levels", newest.phrasing.agency(agency), (Block("", tuple(_level_lines(writers, agency))),)
    )
    careful = newest.text("We say there is a change only when we can be quite sure that it is not chance.")
    parts = [ReportPart("rounds", newest.text("All survey rounds"), (careful,), figures=(level,))]
    facets = tuple(_facet_blocks(writers, agency))
    if facets:
        figure = _levels_figure(newest, "facets", newest.text("Parts of the index"), facets)
        parts.append(ReportPart("parts", newest.text("Parts of trust"), figures=(figure,)))
    names = [_round(writer) for writer in writers]
    matrix = make_rounds_matrix(writers, agency, names) if len(writers) > 1 else None
    return Comparison(newest.phrasing.agency(agency), tuple(parts), matrix)


# --- levels and changes


def _levels_figure(writer: RowWriter, id: str, title: str, blocks: tuple[Block, ...]) -> ReportFigure:
    text = writer.text
    columns = (
        text("Points"), writer.interval_name, writer.people_name, text("Change since the previous survey round"),
    )  # fmt: skip
    ticks = writer.ticks(writer.points, "points")
    return ReportFigure(id, title, text("Survey round"), columns, blocks, writer.how("index"), ticks)


def _round(writer: RowWriter) -> str:
    """The days of a round, in words."""
    fielded = writer.contents.facts.get("fielded")
    return writer.phrasing.dates(str(fielded)) if fielded else writer.contents.wave


def _cell_row(writer: RowWriter, agency: str) -> DocumentRow | None:
    table = writer.find("index")
    return next(table.of(agency=agency), None) if table else None


def _level_lines(writers: Sequence[RowWriter], agency: str) -> Iterator[ReportLine]:
    for writer in writers:
        row = _cell_row(writer, agency)
        if row:
            changes = {each.agency: each for each in index_changes(writer)}
            yield _line(writer, row, changes.get(agency), is_first=writer is writers[0])


def _line(writer: RowWriter, row: DocumentRow, change: DocumentRow | None, *, is_first: bool) -> ReportLine:
    line = writer.dotted(_round(writer), row.cell, "points", writer.points)
    if line.withheld:
        return line
    return replace(line, entries=(*line.entries, _change(writer, change, is_first)))


def _change(writer: RowWriter, change: DocumentRow | None, is_first: bool) -> ChartEntry:
    """The change as the round's own report published it, or why it has none."""
    if change:
        return change_entry(writer, change)
    reason = "" if is_first else find_break(writer)
    return ChartEntry("–", notes=(writer.text(reason),) if reason else ())


def _facet_blocks(writers: Sequence[RowWriter], agency: str) -> Iterator[Block]:
    """A block for each part of the newest index, with a line for each round that has the part."""
    newest = writers[-1]
    table = newest.find("facets")
    for facet in dict.fromkeys(row.term for row in table.rows) if table else ():
        lines = tuple(
            _line(writer, row, _change_of(writer, agency, facet), is_first=writer is writers[0])
            for writer in writers
            for row in _rows(writer, "facets", agency, facet)
        )
        yield Block(newest.phrasing.index(facet), lines)


def _rows(writer: RowWriter, name: str, agency: str, term: str) -> list[DocumentRow]:
    table = writer.find(name)
    return list(table.of(agency=agency, term=term)) if table else []


def _change_of(writer: RowWriter, agency: str, term: str) -> DocumentRow | None:
    return next(iter(_rows(writer, "changes", agency, term)), None)


# --- differences between agencies

Pair = tuple[str, str]


def _pairs_part(writer: RowWriter, found: Mapping[Pair, Sequence[tuple[RowWriter, DocumentRow]]]) -> ReportPart:
    text = writer.text
    axis = writer.even(row.cell for rows in found.values() for _, row in rows)
    blocks = tuple(
        Block(_pair_name(writer, pair), tuple(_pair_line(each, row, axis) for each, row in rows))
        for pair, rows in found.items()
    )
    columns = (text("Difference in points"), writer.simultaneous_name, writer.people_name, text("Finding"))
    title = text("Differences between agencies")
    ticks = writer.ticks(axis, "points", signed=True)
    figure = ReportFigure("pairs", title, text("Survey round"), columns, blocks, writer.how("agencies"), ticks)
    careful = text(
        "We say there is a difference only when we can be quite sure that it is not chance. The intervals "
        "hold for all pairs together."
    )
    return ReportPart("differences", title, (careful,), figures=(tidy_figure(figure),))


def _pair_name(writer: RowWriter, pair: Pair) -> str:
    first, second = map(writer.phrasing.agency, pair)
    return writer.text("{first}, compared with {second}", first=first, second=second)


def _pair_line(writer: RowWriter, row: DocumentRow, axis: Axis) -> ReportLine:
    line = writer.dotted(_round(writer), row.cell, "points", axis, signed=True, rule=0)
    if line.withheld:
        return line
    return replace(line, entries=(*line.entries, writer.reading(row.cell, gap_words(writer))))


def _pairs(writers: Sequence[RowWriter]) -> dict[Pair, list[tuple[RowWriter, DocumentRow]]]:
    """Return the published differences of each two agencies, round by round; no sign is turned."""
    found: dict[Pair, list[tuple[RowWriter, DocumentRow]]] = {}
    for writer in writers:
        table = writer.find("agency_gaps")
        for row in in_order(writer, table) if table else ():
            found.setdefault((row.agency, other_agency(row)), []).append((writer, row))
    return found
