"""Who answered before and after weighting, what trust goes with, and how well the questions hold together."""

from __future__ import annotations

from app.language.extraction import mark
from app.web.reports.chart_geometry import Axis
from app.web.reports.phrasing import family_of
from app.web.reports.published_document import Cell, Row, Table
from app.web.reports.row_writer import Teller, by_family
from app.web.reports.verdicts import Reading
from app.web.reports.views import Block, Chart, Entry, Figure, Key, Line, Part

BEFORE, AFTER = "composition_before_", "composition_after_"
LEAST_RELIABILITY = 0.70
DRIVERS: dict[Reading, str] = {
    "higher": mark("goes with more trust"),
    "lower": mark("goes with less trust"),
    "unclear": mark("no clear link"),
}


# --- who answered


def composition_part(teller: Teller) -> Part | None:
    """Each group's share of the respondents before and after weighting, beside the population's where that is told."""
    pairs = [(variable, row) for variable, table in teller.source.starting(BEFORE) for row in table.rows]
    if not pairs:
        return None
    text = teller.text
    keys = (Key("before", text("As people answered")), Key("after", text("After weighting")))
    figure = Figure(
        teller.id("composition-figure"),
        text("Who answered"),
        text("Group"),
        (*(key.words for key in keys), *_population_heading(teller), teller.people_name),
        tuple(by_family(teller.speech, pairs, lambda row: _composition_line(teller, row))),
        teller.how("composition"),
        teller.ticks(teller.points, "percent"),
        keys,
    )
    introduction = text(
        "Weighting brings the groups to their share of the population. The further it moves a group, the more "
        "the figures rest on few people."
    )
    return Part(teller.id("composition"), text("Who answered"), (introduction, *_evenness(teller)), figures=(figure,))


def _composition_line(teller: Teller, row: Row) -> Line:
    before, after = row.cell, _after(teller, row)
    label = teller.speech.name(f"group.{row.term}")
    if not before.shown and not after.shown:
        return Line(label, withheld=teller.speech.withheld(before))
    drawn = [(cell, kind) for cell, kind in ((before, "ring"), (after, "dot")) if cell.shown and not cell.is_bound]
    marks = tuple(mark for cell, kind in drawn for mark in teller.points.dot(cell.value, None, kind))
    names = (teller.text("As people answered"), teller.text("After weighting"))
    told = [
        teller.text("{name}: {value}", name=name, value=teller.speech.value(cell, "percent"))
        for name, cell in zip(names, (before, after), strict=True)
        if cell.shown
    ]
    entries = (_plain(teller, before), _plain(teller, after), *_population(teller, row.term))
    people = Entry(teller.speech.people((before if before.shown else after).n))
    return Line(label, Chart(teller.speech.listed(told), marks), (*entries, people))


def _after(teller: Teller, row: Row) -> Cell:
    table = teller.find(f"{AFTER}{row.term.partition('=')[0]}")
    found = next(table.of(term=row.term), None) if table else None
    return found.cell if found else Cell(shown=False, reason="not_estimable")


def _plain(teller: Teller, cell: Cell) -> Entry:
    """A share without its interval: it describes those who answered, and nobody else."""
    entry = teller.entry(cell, "percent")
    return Entry(entry.words, "", entry.notes)


def _population_heading(teller: Teller) -> tuple[str, ...]:
    told = any(name.startswith("population.") for name in teller.contents.facts)
    return (teller.text("Population"),) if told else ()


def _population(teller: Teller, term: str) -> tuple[Entry, ...]:
    if not _population_heading(teller):
        return ()
    share = teller.contents.facts.get(f"population.{term}")
    return (Entry("–") if share is None else Entry(teller.speech.number(float(share), "percent")),)


def _evenness(teller: Teller) -> tuple[str, ...]:
    value = teller.source.facts.get("representativeness")
    if value is None:
        return ()
    told = teller.text(
        "How even the chance of answering was: {value}, where one is quite even. "
        "This is a stand-in for the R-indicator, worked out from the weights.",
        value=teller.speech.factor(value),
    )
    return (told,)


# --- drivers


def drivers_part(teller: Teller) -> Part | None:
    """How trust in institutions goes with each part of the index."""
    table = teller.find("drivers")
    if table is None:
        return None
    text = teller.text
    axis = teller.even(row.cell for row in table.rows)
    figure = Figure(
        teller.id("drivers-figure"),
        text("Points of institutional trust that go with ten more points of each part"),
        text("Part of the index"),
        (text("Points"), teller.interval_name, teller.people_name, text("What it says")),
        (Block("", tuple(_driver_line(teller, table, row, axis) for row in table.rows)),),
        teller.how("drivers"),
        teller.ticks(axis, "number", signed=True),
    )
    careful = text("This shows what goes together among people. It does not show what causes trust.")
    return Part(teller.id("drivers"), text("What trust goes with"), (careful,), figures=(figure,))


def _driver_line(teller: Teller, table: Table, row: Row, axis: Axis) -> Line:
    line = teller.dotted(teller.speech.index(row.term), row.cell, table.unit, axis, signed=True, rule=0)
    words = {reading: teller.text(word) for reading, word in DRIVERS.items()}
    more = (teller.reading(row.cell, words),) if row.cell.shown else ()
    return Line(line.label, line.chart, (*line.entries, *more), line.withheld)


# --- reliability


def reliability_part(teller: Teller) -> Part | None:
    """Cronbach's alpha of the headline index, of everyone and by language; flagged where it is low."""
    table = teller.find("reliability")
    if table is None:
        return None
    text = teller.text
    axis = Axis(0, 1, teller.speech.turned)
    everyone = tuple(_alpha_line(teller, row, axis) for row in table.rows if row.group is None)
    groups = [(family_of(row.group[0]), row) for row in table.rows if row.group]
    blocks = (Block("", everyone), *by_family(teller.speech, groups, lambda row: _alpha_line(teller, row, axis)))
    figure = Figure(
        teller.id("reliability-figure"),
        text("Cronbach’s alpha of the index"),
        text("Group"),
        (text("Alpha"), teller.interval_name, teller.people_name),
        blocks,
        teller.how("reliability"),
        tuple(teller.speech.number(tick, "number") for tick in axis.ticks),
    )
    limit = teller.speech.factor(LEAST_RELIABILITY)
    introduction = text(
        "Alpha tells how well the questions of the index hold together. Below {limit} read the index with care.",
        limit=limit,
    )
    return Part(
        teller.id("reliability"), text("How well the questions hold together"), (introduction,), figures=(figure,)
    )


def _alpha_line(teller: Teller, row: Row, axis: Axis) -> Line:
    line = teller.dotted(teller.speech.group(row), row.cell, "number", axis, rule=LEAST_RELIABILITY)
    if not row.cell.shown or row.cell.value >= LEAST_RELIABILITY:
        return line
    value, *rest = line.entries
    flagged = Entry(value.words, value.interval, (*value.notes, teller.text("low: read with care")), "lower")
    return Line(line.label, line.chart, (flagged, *rest))
