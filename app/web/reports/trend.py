"""The index of each agency wave by wave: every wave as its own report told it, joined only where it was made alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from app.language.extraction import mark
from app.web.reports.chart_geometry import Point, fitting_axis
from app.web.reports.phrasing import family_of
from app.web.reports.published_document import Cell, EarlierWave, Table
from app.web.reports.row_writer import Teller, ends_of
from app.web.reports.views import Block, Curve, Entry, Figure, Line, Part

QUESTIONS, WEIGHTING = mark("the questions changed"), mark("the weighting changed")


@dataclass(frozen=True)
class Moment:
    """One wave of one source: when it was, what it rests on, and its headline."""

    dates: str
    survey: str
    weighted_by: frozenset[str]
    headline: Table

    def cell(self, agency: str) -> Cell | None:
        """The index of an agency; None where the wave did not rate it."""
        return next((row.cell for row in self.headline.of(agency=agency)), None)

    def breaks_with(self, before: Moment) -> str:
        """Why this wave may not be joined to the one before; empty where it may."""
        if self.survey != before.survey:
            return QUESTIONS
        return WEIGHTING if self.weighted_by != before.weighted_by else ""


def waves_part(teller: Teller) -> Part | None:
    """A line for each agency, where there was a wave before."""
    moments = list(_moments(teller))
    if len(moments) < 2:
        return None
    text = teller.text
    figures = tuple(_figure(teller, agency, moments) for agency in teller.contents.agencies)
    return Part(
        teller.id("waves"),
        text("Wave by wave"),
        (
            text("Each wave stands as its own report told it. The line is broken where something was done otherwise."),
            text("Whether trust has changed is told above, with the interval of the difference."),
        ),
        figures=tuple(figure for figure in figures if figure is not None),
    )


def _moments(teller: Teller) -> Iterator[Moment]:
    name = teller.source.id
    for each in teller.contents.earlier:
        if name in each.headlines:
            yield _moment(each, name)
    headline = teller.find("index")
    if headline is not None:
        facts = teller.contents.facts
        yield Moment(facts.get("fielded", ""), facts.get("survey", ""), frozenset(teller.variables), headline)


def _moment(wave: EarlierWave, source: str) -> Moment:
    weighted_by = frozenset(family_of(name) for name in wave.weighted_by[source].split(", ") if name)
    return Moment(wave.fielded, wave.survey, weighted_by, wave.headlines[source])


def _figure(teller: Teller, agency: str, moments: list[Moment]) -> Figure | None:
    rated = [(moment, cell) for moment in moments if (cell := moment.cell(agency)) is not None]
    if len(rated) < 2:
        return None
    breaks = ["", *(moment.breaks_with(before) for (before, _), (moment, _) in pairwise(rated))]
    lines = tuple(_line(teller, moment, cell, why) for (moment, cell), why in zip(rated, breaks, strict=True))
    return Figure(
        teller.id(f"waves-{agency}"),
        teller.speech.agency(agency),
        teller.text("Wave"),
        (teller.text("Points"), teller.interval_name, teller.people_name),
        (Block("", lines),),
        teller.how("index"),
        teller.ticks(teller.points, "points"),
        curve=_curve(teller, [cell for _, cell in rated], breaks, lines),
    )


def _line(teller: Teller, moment: Moment, cell: Cell, why: str) -> Line:
    dates = teller.speech.dates(moment.dates) if moment.dates else "–"
    line = teller.dotted(dates, cell, moment.headline.unit, teller.points)
    if not (why and line.entries):
        return line
    first = line.entries[0]
    noted = Entry(first.words, first.interval, (*first.notes, teller.text(why)), first.tone)
    return Line(line.label, line.chart, (noted, *line.entries[1:]))


def _curve(teller: Teller, cells: list[Cell], breaks: list[str], lines: tuple[Line, ...]) -> Curve:
    """Waves side by side in even steps; those that are withheld or made otherwise are not joined."""
    axis = fitting_axis(bound for cell in cells if cell.shown for bound in ends_of(cell))
    step = 100 / len(cells)
    points = []
    for place, (cell, why) in enumerate(zip(cells, breaks, strict=True)):
        if cell.shown:
            across = (place + 0.5) * step
            joined = place > 0 and cells[place - 1].shown and not why
            low, high = (axis.height(bound) for bound in cell.interval or (cell.value, cell.value))
            points.append(
                Point(
                    round(100 - across if teller.speech.turned else across, 2),
                    axis.height(cell.value),
                    low,
                    high,
                    joined,
                )
            )
    told = [
        teller.text("{name}: {value}", name=line.label, value=line.entries[0].words if line.entries else line.withheld)
        for line in lines
    ]
    ends = tuple(teller.speech.number(end, "people") for end in (axis.high, axis.low))
    return Curve(teller.speech.listed(told), tuple(points), ends, tuple(line.label for line in lines))
