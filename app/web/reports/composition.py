"""Show the respondents before and after weighting, drivers of trust, and reliability."""

from __future__ import annotations

from app.language.extraction import mark
from app.web.reports.chart_geometry import Axis
from app.web.reports.phrasing import family_of
from app.web.reports.published_document import Cell, DocumentRow, DocumentTable
from app.web.reports.row_writer import RowWriter, by_family
from app.web.reports.sampling_method import evenness
from app.web.reports.verdicts import Reading
from app.web.reports.views import Block, Chart, ChartEntry, Key, ReportFigure, ReportLine, ReportPart

BEFORE, AFTER = "composition_before_", "composition_after_"
LEAST_RELIABILITY = 0.70
DRIVERS: dict[Reading, str] = {
    "higher": mark("goes with more trust"),
    "lower": mark("goes with less trust"),
    "unclear": mark("no clear link"),
}


# --- who answered


def composition_part(writer: RowWriter) -> ReportPart | None:
    """Show each group's share before and after weighting, beside the population's where it is known."""
    pairs = [(variable, row) for variable, table in writer.source.starting(BEFORE) for row in table.rows]
    if not pairs:
        return None
    text = writer.text
    keys = (Key("before", text("As people answered")), Key("after", text("After weighting")))
    figure = ReportFigure(
        writer.id("composition-figure"),
        text("People who answered"),
        text("Group"),
        (*(key.words for key in keys), *_population_heading(writer), writer.people_name),
        tuple(by_family(writer.phrasing, pairs, lambda row: _composition_line(writer, row))),
        writer.how("composition"),
        writer.ticks(writer.points, "percent"),
        keys,
    )
    introduction = text(
        "Weighting brings the groups to their share of the population. The further it moves a group, the more "
        "the figures rest on few people."
    )
    return ReportPart(
        writer.id("composition"), text("People who answered"), (introduction, *evenness(writer)), figures=(figure,)
    )


def _composition_line(writer: RowWriter, row: DocumentRow) -> ReportLine:
    before, after = row.cell, _after(writer, row)
    label = writer.phrasing.name(f"group.{row.term}")
    if not before.shown and not after.shown:
        return ReportLine(label, withheld=writer.phrasing.withheld(before))
    drawn = [(cell, kind) for cell, kind in ((before, "ring"), (after, "dot")) if cell.shown and not cell.is_bound]
    marks = tuple(mark for cell, kind in drawn for mark in writer.points.dot(cell.value, None, kind))
    names = (writer.text("As people answered"), writer.text("After weighting"))
    values = [
        writer.text("{name}: {value}", name=name, value=writer.phrasing.value(cell, "percent"))
        for name, cell in zip(names, (before, after), strict=True)
        if cell.shown
    ]
    entries = (_plain(writer, before), _plain(writer, after), *_population(writer, row.term))
    people = ChartEntry(writer.phrasing.people((before if before.shown else after).n))
    return ReportLine(label, Chart(writer.phrasing.listed(values), marks), (*entries, people))


def _after(writer: RowWriter, row: DocumentRow) -> Cell:
    table = writer.find(f"{AFTER}{row.term.partition('=')[0]}")
    found = next(table.of(term=row.term), None) if table else None
    return found.cell if found else Cell(shown=False, reason="not_estimable")


def _plain(writer: RowWriter, cell: Cell) -> ChartEntry:
    """Show a share without its interval, because it describes only the respondents."""
    entry = writer.entry(cell, "percent")
    return ChartEntry(entry.words, "", entry.notes)


def _population_heading(writer: RowWriter) -> tuple[str, ...]:
    is_known = any(name.startswith("population.") for name in writer.contents.facts)
    return (writer.text("Population"),) if is_known else ()


def _population(writer: RowWriter, term: str) -> tuple[ChartEntry, ...]:
    if not _population_heading(writer):
        return ()
    share = writer.contents.facts.get(f"population.{term}")
    return (ChartEntry("–") if share is None else ChartEntry(writer.phrasing.number(float(share), "percent")),)


# --- drivers


def drivers_part(writer: RowWriter) -> ReportPart | None:
    """How trust in institutions goes with each part of the index."""
    table = writer.find("drivers")
    if table is None:
        return None
    text = writer.text
    axis = writer.even(row.cell for row in table.rows)
    figure = ReportFigure(
        writer.id("drivers-figure"),
        text("Points of institutional trust that go with ten more points of each part"),
        text("Part of the index"),
        (text("Points"), writer.judged_name, writer.people_name, text("Finding")),
        (Block("", tuple(_driver_line(writer, table, row, axis) for row in table.rows)),),
        writer.how("drivers"),
        writer.ticks(axis, "number", signed=True),
    )
    careful = text("This shows what goes together among people. It does not show what causes trust.")
    return ReportPart(writer.id("drivers"), text("Links with trust"), (careful,), figures=(figure,))


def _driver_line(writer: RowWriter, table: DocumentTable, row: DocumentRow, axis: Axis) -> ReportLine:
    line = writer.dotted(writer.phrasing.index(row.term), row.cell, table.unit, axis, signed=True, rule=0)
    words = {reading: writer.text(word) for reading, word in DRIVERS.items()}
    more = (writer.reading(row.cell, words),) if row.cell.shown else ()
    return ReportLine(line.label, line.chart, (*line.entries, *more), line.withheld)


# --- reliability


def reliability_part(writer: RowWriter) -> ReportPart | None:
    """Cronbach's alpha of the headline index, of everyone and by language; flagged where it is low."""
    table = writer.find("reliability")
    if table is None:
        return None
    text = writer.text
    axis = Axis(0, 1, writer.phrasing.turned)
    everyone = tuple(_alpha_line(writer, row, axis) for row in table.rows if row.group is None)
    groups = [(family_of(row.group[0]), row) for row in table.rows if row.group]
    blocks = (Block("", everyone), *by_family(writer.phrasing, groups, lambda row: _alpha_line(writer, row, axis)))
    figure = ReportFigure(
        writer.id("reliability-figure"),
        text("Cronbach’s alpha of the index"),
        text("Group"),
        (text("Alpha"), writer.interval_name, writer.people_name),
        blocks,
        writer.how("reliability"),
        tuple(writer.phrasing.number(tick, "number") for tick in axis.ticks),
    )
    limit = writer.phrasing.factor(LEAST_RELIABILITY)
    introduction = text(
        "Alpha shows how well the questions of the index fit together. Below {limit}, read the index with care.",
        limit=limit,
    )
    return ReportPart(
        writer.id("reliability"), text("How well the questions fit together"), (introduction,), figures=(figure,)
    )


def _alpha_line(writer: RowWriter, row: DocumentRow, axis: Axis) -> ReportLine:
    line = writer.dotted(writer.phrasing.group(row), row.cell, "number", axis, rule=LEAST_RELIABILITY)
    if not row.cell.shown or row.cell.value >= LEAST_RELIABILITY:
        return line
    value, *rest = line.entries
    flagged = ChartEntry(value.words, value.interval, (*value.notes, writer.text("low: read with care")), "lower")
    return ReportLine(line.label, line.chart, (flagged, *rest))
