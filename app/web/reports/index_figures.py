"""Show the index of each agency, its facets, trust in institutions, and changes since the wave before."""

from __future__ import annotations

from collections.abc import Iterator

from app.language.extraction import mark
from app.web.reports.average_of_others import GAPS as GAPS
from app.web.reports.average_of_others import average_figure, gap_words
from app.web.reports.phrasing import BANDS
from app.web.reports.published_document import Cell, DocumentRow, DocumentTable, read_levels
from app.web.reports.row_writer import RowWriter
from app.web.reports.verdicts import AMONG_ALL, Reading, needs_reason, read_difference
from app.web.reports.views import Block, ChartEntry, Key, ReportFigure, ReportLine, ReportPart

TONES: dict[str, str] = {"low": "t1", "neutral": "t3", "high": "t5", "dont_know": "open"}
CHANGES: dict[Reading, str] = {
    "higher": mark("clearly up"),
    "lower": mark("clearly down"),
    "unclear": mark("no clear change"),
}


# --- the index and its facets


def headline_part(writer: RowWriter) -> ReportPart | None:
    """Show the index of each agency in the order of the wave."""
    table = writer.find("index")
    if table is None:
        return None
    text = writer.text
    index = writer.phrasing.index(table.rows[0].term)
    lines = tuple(
        writer.dotted(writer.phrasing.agency(row.agency), row.cell, table.unit, writer.points)
        for row in in_order(writer, table)
    )
    return ReportPart(
        writer.id("index"),
        text("Trust in each agency"),
        (
            text(
                "The {index} runs from 0 to 100. These are points, not percent. More points mean more trust.",
                index=index,
            ),
        ),
        figures=(_pointed(writer, "index", index, text("Agency"), (Block("", lines),)),),
    )


def in_order(writer: RowWriter, table: DocumentTable) -> list[DocumentRow]:
    """The rows of a table in the order of the wave's agencies."""
    place = {agency: k for k, agency in enumerate(writer.contents.agencies)}
    return sorted(table.rows, key=lambda row: place.get(row.agency, len(place)))


def _pointed(writer: RowWriter, name: str, title: str, subject: str, blocks: tuple[Block, ...]) -> ReportFigure:
    columns = (writer.text("Points"), writer.interval_name, writer.people_name)
    axis = writer.ticks(writer.points, "points")
    return ReportFigure(writer.id(f"{name}-figure"), title, subject, columns, blocks, writer.how(name), axis)


def comparisons(writer: RowWriter) -> Iterator[str]:
    """Name the agencies that clearly differ, and state that the others do not."""
    table = writer.find("agency_gaps")
    read = [(row, found) for row in table.rows if (found := read_difference(row.cell))] if table else []
    for row, reading in read:
        if reading != "unclear":
            first, second = row.agency, other_agency(row)
            more, less = (first, second) if reading == "higher" else (second, first)
            names = {"more": writer.phrasing.agency(more), "less": writer.phrasing.agency(less)}
            yield writer.text("Trust in {more} is clearly higher than in {less}.", **names)
    unclear = sum(reading == "unclear" for _, reading in read)
    if unclear and unclear == len(read) == 1:
        yield writer.text("There is no clear difference between the two agencies.")
    elif unclear and unclear == len(read):
        yield writer.text("There is no clear difference between any two agencies.")
    elif unclear:
        yield writer.text("There is no clear difference between any other pair of agencies.")


def other_agency(row: DocumentRow) -> str:
    """The agency that the row's own is compared with."""
    return read_levels(row.against or "").get("agency", "")


def agencies_part(writer: RowWriter) -> ReportPart | None:
    """Each two agencies: their difference with its interval."""
    table = writer.find("agency_gaps")
    if table is None:
        return None
    text = writer.text
    axis = writer.even(row.cell for row in table.rows)
    columns = (text("Difference in points"), writer.simultaneous_name, writer.people_name, text("Finding"))
    figure = ReportFigure(
        writer.id("agencies-figure"),
        text("Differences between agencies"),
        text("Pair of agencies"),
        columns,
        (Block("", tuple(_pair_line(writer, table, row) for row in table.rows)),),
        writer.how("agencies"),
        writer.ticks(axis, table.unit, signed=True),
    )
    careful = text(
        "We say there is a difference only when we can be quite sure that it is not chance. The intervals "
        "hold for all pairs together."
    )
    reason = (text(AMONG_ALL),) if writer.source.is_random and needs_reason(row.cell for row in table.rows) else ()
    paragraphs = (careful, *reason)
    return ReportPart(writer.id("agencies"), text("Differences between agencies"), paragraphs, figures=(figure,))


def _pair_line(writer: RowWriter, table: DocumentTable, row: DocumentRow) -> ReportLine:
    axis = writer.even(each.cell for each in table.rows)
    names = {"first": writer.phrasing.agency(row.agency), "second": writer.phrasing.agency(other_agency(row))}
    label = writer.text("{first}, compared with {second}", **names)
    line = writer.dotted(label, row.cell, table.unit, axis, signed=True, rule=0)
    more = (writer.reading(row.cell, gap_words(writer)),) if row.cell.shown else ()
    return ReportLine(line.label, line.chart, (*line.entries, *more), line.withheld)


def facets_part(writer: RowWriter) -> ReportPart | None:
    """Each facet, agency by agency."""
    table = writer.find("facets")
    if table is None:
        return None
    blocks = tuple(_facet_block(writer, table, term) for term in dict.fromkeys(row.term for row in table.rows))
    text = writer.text
    return ReportPart(
        writer.id("facets"),
        text("Parts of trust"),
        (
            text("The index is the mean of these parts. Each runs from 0 to 100 points."),
            *average_note(writer, "facet_gaps"),
        ),
        figures=(
            _pointed(writer, "facets", text("Parts of the index"), text("Agency"), blocks),
            *facets_to_others(writer),
        ),
    )


def average_note(writer: RowWriter, name: str) -> Iterator[str]:
    if writer.find(name):
        yield writer.text("Each is also compared with the average of the others, among the same people.")


def facets_to_others(writer: RowWriter) -> Iterator[ReportFigure]:
    table = writer.find("facet_gaps")
    if table:
        agencies = dict.fromkeys(row.agency for row in in_order(writer, table))
        blocks = [(writer.phrasing.agency(agency), list(table.of(agency=agency))) for agency in agencies]
        yield average_figure(
            writer, table, blocks, writer.text("Index"), lambda row: writer.phrasing.index(row.term), "facets"
        )


def _facet_block(writer: RowWriter, table: DocumentTable, term: str) -> Block:
    rows = [row for row in in_order(writer, table) if row.term == term]
    return Block(
        writer.phrasing.index(term),
        tuple(writer.dotted(writer.phrasing.agency(row.agency), row.cell, table.unit, writer.points) for row in rows),
    )


# --- changes


def changes_part(writer: RowWriter) -> ReportPart | None:
    """The index and its facets against the wave before."""
    table = writer.find("changes")
    if table is None:
        return None
    axis = writer.even(row.cell for row in table.rows)
    blocks = tuple(
        Block(
            writer.phrasing.agency(agency),
            tuple(_change_line(writer, table, row) for row in table.of(agency=agency)),
        )
        for agency in dict.fromkeys(row.agency for row in in_order(writer, table))
    )
    text = writer.text
    columns = (text("Change in points"), writer.judged_name, writer.people_name, text("Finding"))
    figure = ReportFigure(
        writer.id("changes-figure"),
        text("Change since the previous survey round"),
        text("Index"),
        columns,
        blocks,
        writer.how("changes"),
        writer.ticks(axis, table.unit, signed=True),
    )
    return ReportPart(
        writer.id("changes"),
        text("Changes since the previous survey round"),
        (text("We say there is a change only when we can be quite sure that it is not chance."),),
        figures=(figure,),
    )


def _change_line(writer: RowWriter, table: DocumentTable, row: DocumentRow) -> ReportLine:
    axis = writer.even(each.cell for each in table.rows)
    line = writer.dotted(writer.phrasing.index(row.term), row.cell, table.unit, axis, signed=True, rule=0)
    words = {reading: writer.text(word) for reading, word in CHANGES.items()}
    more = (writer.reading(row.cell, words),) if row.cell.shown else ()
    return ReportLine(line.label, line.chart, (*line.entries, *more), line.withheld)


# --- institutions


def institutions_part(writer: RowWriter) -> ReportPart | None:
    """Trust in each institution in four bands, and its mean."""
    table = writer.find("institutions")
    if table is None:
        return None
    text = writer.text
    codes = dict.fromkeys(row.term.partition(":")[0] for row in table.rows)
    lines = tuple(_institution_line(writer, table, code) for code in codes)
    keys = tuple(Key(TONES[band], text(words)) for band, words in BANDS.items())
    figure = ReportFigure(
        writer.id("institutions-figure"),
        text("Trust from 0 to 10, in bands"),
        text("Question"),
        (*(key.words for key in keys), text("Mean, 0 to 100 points"), writer.people_name),
        (Block("", lines),),
        writer.how("institutions"),
        writer.ticks(writer.points, "percent"),
        keys,
    )
    introduction = text(
        "People rated their trust from 0 (not at all) to 10 (completely). The bars show shares of people."
    )
    return ReportPart(
        writer.id("institutions"),
        text("Trust in public institutions"),
        (introduction, *average_note(writer, "institution_gaps")),
        figures=(figure, *_institutions_to_others(writer)),
    )


def _institutions_to_others(writer: RowWriter) -> Iterator[ReportFigure]:
    table = writer.find("institution_gaps")
    if table:
        yield average_figure(
            writer,
            table,
            [("", table.rows)],
            writer.text("Question"),
            lambda row: writer.phrasing.item(row.term.partition(":")[0]),
            "institutions",
        )


def _institution_line(writer: RowWriter, table: DocumentTable, code: str) -> ReportLine:
    hidden = Cell(shown=False, reason="not_estimable")
    found = {row.term.partition("=")[2]: row for row in table.rows if row.term.startswith(f"{code}:")}
    mean = next((row.cell for row in _scores(writer, code)), None)
    score = (writer.entry(mean, "points"),) if mean else (ChartEntry(""),)
    parts = [(found[band].cell if band in found else hidden, TONES[band]) for band in BANDS]
    return writer.stacked(writer.phrasing.item(code), parts, [writer.text(words) for words in BANDS.values()], score)


def _scores(writer: RowWriter, code: str) -> Iterator[DocumentRow]:
    table = writer.find("institution_scores")
    return table.of(term=f"{code}:score") if table else iter(())
