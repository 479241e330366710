"""Show each group's gap to the others with its interval, agency by agency."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from app.language.extraction import mark
from app.web.reports.index_figures import GAPS
from app.web.reports.published_document import DocumentRow, DocumentTable
from app.web.reports.row_writer import RowWriter, by_family
from app.web.reports.verdicts import AMONG_ALL, NO_CAUSE, needs_reason, read_difference
from app.web.reports.views import Block, ChartEntry, ReportFigure, ReportLine, ReportPart

GAP_TABLES, INDEX_TABLES, OTHER_TABLES = "rest_gaps_by_", "index_by_", "other_indices_by_"
OLD_GAP_TABLES = "gaps_by_"  # older reports compare a group with everyone, itself among them


def gap_tables(writer: RowWriter) -> list[tuple[str, DocumentTable]]:
    """The tables of gaps, by the variable of their groups."""
    return list(writer.source.starting(GAP_TABLES)) or list(writer.source.starting(OLD_GAP_TABLES))


def is_to_rest(writer: RowWriter) -> bool:
    """Whether groups are compared with the others, rather than with everyone."""
    return any(True for _ in writer.source.starting(GAP_TABLES))


def groups_part(writer: RowWriter) -> ReportPart | None:
    """One figure for each agency."""
    gaps = [(variable, row) for variable, table in gap_tables(writer) for row in table.rows]
    if not gaps:
        return None
    text = writer.text
    figures = tuple(
        _agency_figure(writer, agency, [(variable, row) for variable, row in gaps if row.agency == agency])
        for agency in writer.contents.agencies
        if any(row.agency == agency for _, row in gaps)
    )
    introduction = (
        text("Each group is compared with all others who were asked about the same agency.")
        if is_to_rest(writer)
        else text("Each group is compared with everyone who was asked about the same agency, not with another group.")
    )
    careful = text(
        "We say there is a difference only when we can be quite sure that it is not chance. The intervals are wide "
        "enough to hold for all groups of a question together."
    )
    reason = (text(AMONG_ALL),) if writer.source.is_random and needs_reason(row.cell for _, row in gaps) else ()
    paragraphs = (introduction, careful, *reason, text(NO_CAUSE))
    return ReportPart(writer.id("groups"), text("Groups that trust more or less"), paragraphs, figures=figures)


def _agency_figure(writer: RowWriter, agency: str, gaps: list[tuple[str, DocumentRow]]) -> ReportFigure:
    text = writer.text
    axis = writer.even(row.cell for _, row in gaps)
    columns = (
        text("Difference from the others, in points")
        if is_to_rest(writer)
        else text("Difference from everyone, in points"),
        writer.simultaneous_name,
        writer.people_name,
        text("Points"),
        text("Finding"),
    )
    return ReportFigure(
        writer.id(f"groups-{agency}"),
        writer.phrasing.agency(agency),
        text("Group"),
        columns,
        tuple(by_family(writer.phrasing, gaps, lambda row: _gap_line(writer, row, gaps))),
        writer.how("groups"),
        writer.ticks(axis, "points", signed=True),
    )


def _gap_line(writer: RowWriter, row: DocumentRow, gaps: list[tuple[str, DocumentRow]]) -> ReportLine:
    axis = writer.even(each.cell for _, each in gaps)
    line = writer.dotted(writer.phrasing.group(row), row.cell, "points", axis, signed=True, rule=0)
    if not row.cell.shown:
        return line
    words = {reading: writer.text(word) for reading, word in GAPS.items()}
    level, said = _level(writer, row), line.entries[0].notes
    bare = replace(level, notes=tuple(note for note in level.notes if note not in said))  # the row says it once
    return ReportLine(line.label, line.chart, (*line.entries, bare, writer.reading(row.cell, words)))


def _level(writer: RowWriter, row: DocumentRow) -> ChartEntry:
    """The group's own index, where it is shown."""
    assert row.group is not None
    table = writer.find(f"{INDEX_TABLES}{row.group[0]}")
    found = next((each.cell for each in table.rows if each.domain == row.domain), None) if table else None
    return writer.entry(found, "points") if found else ChartEntry("")


# --- in sentences

SENTENCES: dict[tuple[str, bool], str] = {
    ("lower", True): mark("{agency}: trust is clearly lower among {groups} than among the others."),
    ("higher", True): mark("{agency}: trust is clearly higher among {groups} than among the others."),
    ("unclear", True): mark("{agency}: no group that is shown differs clearly from the others."),
    ("lower", False): mark("{agency}: trust is clearly lower than overall among {groups}."),
    ("higher", False): mark("{agency}: trust is clearly higher than overall among {groups}."),
    ("unclear", False): mark("{agency}: no group that is shown differs clearly from everyone."),
}


def gap_sentences(writer: RowWriter) -> Iterator[str]:
    """For each agency the groups that clearly differ from the others, or that none does."""
    for agency in writer.contents.agencies:
        rows = [row for _, table in gap_tables(writer) for row in table.of(agency=agency)]
        if rows:
            yield from _agency_sentences(writer, agency, rows)


def _agency_sentences(writer: RowWriter, agency: str, rows: list[DocumentRow]) -> Iterator[str]:
    name, text = writer.phrasing.agency(agency), writer.text
    shown = [row for row in rows if row.cell.shown]
    if not shown:
        yield text("{agency}: the differences between groups are not shown, to protect people.", agency=name)
        return
    for direction in ("lower", "higher"):
        groups = [
            _who(writer, row) for row in shown if may_name(writer, row) and read_difference(row.cell) == direction
        ]
        if groups:
            sentence = SENTENCES[direction, is_to_rest(writer)]
            yield text(sentence, agency=name, groups=_all(writer, groups))
    if all(read_difference(row.cell) == "unclear" for row in shown):
        yield text(SENTENCES["unclear", is_to_rest(writer)], agency=name)


def may_name(writer: RowWriter, row: DocumentRow) -> bool:
    """Whether a sentence may point at a group: never at an area where people were not drawn at random."""
    return writer.source.is_random or (row.group is not None and row.group[0] != "area")


def _who(writer: RowWriter, row: DocumentRow) -> str:
    assert row.group is not None
    return writer.phrasing.noun(*row.group)


def _all(writer: RowWriter, groups: list[str]) -> str:
    return writer.phrasing.listed(groups)


# --- the other indices by group


def other_groups_part(writer: RowWriter) -> ReportPart | None:
    """The indices that are not about one agency, group by group."""
    found = [(variable, row) for variable, table in writer.source.starting(OTHER_TABLES) for row in table.rows]
    if not found:
        return None
    terms = dict.fromkeys(row.term for _, row in found)
    figures = tuple(_other_figure(writer, term, [pair for pair in found if pair[1].term == term]) for term in terms)
    return ReportPart(
        writer.id("other-groups"),
        writer.text("Other indices by group"),
        figures=figures,
        fold=writer.text("Show these figures"),
    )


def _other_figure(writer: RowWriter, term: str, found: list[tuple[str, DocumentRow]]) -> ReportFigure:
    rule = _of_everyone(writer.find("other_indices"), term)
    columns = (writer.text("Points"), writer.interval_name, writer.people_name)
    blocks: tuple[Block, ...] = tuple(
        by_family(
            writer.phrasing,
            found,
            lambda row: writer.dotted(writer.phrasing.group(row), row.cell, "points", writer.points, rule=rule),
        )
    )
    notes = () if rule is None else (writer.text("The vertical line shows everyone together."),)
    return ReportFigure(
        writer.id(f"other-{term}"),
        writer.phrasing.index(term),
        writer.text("Group"),
        columns,
        blocks,
        writer.how("index"),
        writer.ticks(writer.points, "points"),
        notes=notes,
    )


def _of_everyone(table: DocumentTable | None, term: str) -> float | None:
    cell = next((row.cell for row in table.of(term=term)), None) if table else None
    return cell.value if cell and cell.shown else None
