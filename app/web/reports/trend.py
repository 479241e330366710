"""Show the index of each agency wave by wave, as published; lines join waves with the same method."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from app.language.extraction import mark
from app.web.reports.chart_geometry import ChartPoint, fitting_axis
from app.web.reports.phrasing import family_of
from app.web.reports.published_document import Cell, DocumentTable, EarlierWave
from app.web.reports.row_writer import RowWriter, ends_of
from app.web.reports.views import Block, ChartEntry, Curve, ReportFigure, ReportLine, ReportPart

QUESTIONS, WEIGHTING = mark("the questions changed"), mark("the weighting changed")


@dataclass(frozen=True)
class Moment:
    """One wave of one source: when it was, what it rests on, and its headline."""

    dates: str
    survey: str
    wording: str
    weighted_by: frozenset[str]
    headline: DocumentTable

    def cell(self, agency: str) -> Cell | None:
        """The index of an agency; None where the wave did not rate it."""
        return next((row.cell for row in self.headline.of(agency=agency)), None)

    def breaks_with(self, before: Moment) -> str:
        """Return why this wave must not be joined to the one before; empty where it can be."""
        if not self._asks_as(before):
            return QUESTIONS
        return WEIGHTING if self.weighted_by != before.weighted_by else ""

    def _asks_as(self, before: Moment) -> bool:
        """Return whether both waves asked the questions of the index alike; reports of old name only the survey."""
        if self.wording and before.wording:
            return self.wording == before.wording
        return self.survey == before.survey


def waves_part(writer: RowWriter) -> ReportPart | None:
    """A line for each agency, where there was a wave before."""
    moments = list_moments(writer)
    if len(moments) < 2:
        return None
    text = writer.text
    figures = tuple(_figure(writer, agency, moments) for agency in writer.contents.agencies)
    return ReportPart(
        writer.id("waves"),
        text("All survey rounds"),
        (
            text("Each point is shown as published. The line breaks where the methods changed."),
            text("The section above shows whether trust has changed, with the interval of the difference."),
        ),
        figures=tuple(figure for figure in figures if figure is not None),
    )


def trend_of(writer: RowWriter, agency: str) -> Curve | None:
    """Return the rounds of one agency with their months, where at least two rated it."""
    moments = [moment for moment in list_moments(writer) if moment.cell(agency) is not None]
    figure = _figure(writer, agency, moments) if len(moments) > 1 else None
    if figure is None or figure.curve is None:
        return None
    return replace(figure.curve, names=tuple(writer.phrasing.month(moment.dates) for moment in moments))


def find_break(writer: RowWriter) -> str:
    """Return why this round must not be compared with the one before; empty where it can be, or where none was."""
    moments = list_moments(writer)
    return moments[-1].breaks_with(moments[-2]) if len(moments) > 1 else ""


def list_moments(writer: RowWriter) -> list[Moment]:
    """Return the rounds of a source, the oldest first and the report's own last."""
    return list(_moments(writer))


def _moments(writer: RowWriter) -> Iterator[Moment]:
    name = writer.source.id
    for each in writer.contents.earlier:
        if name in each.headlines:
            yield _moment(each, name)
    headline = writer.find("index")
    if headline is not None:
        facts = writer.contents.facts
        dates, survey, wording = (str(facts.get(name, "")) for name in ("fielded", "survey", "wording"))
        yield Moment(dates, survey, wording, frozenset(writer.variables), headline)


def _moment(wave: EarlierWave, source: str) -> Moment:
    weighted_by = frozenset(family_of(name) for name in wave.weighted_by[source].split(", ") if name)
    return Moment(wave.fielded, wave.survey, wave.wording, weighted_by, wave.headlines[source])


def _figure(writer: RowWriter, agency: str, moments: list[Moment]) -> ReportFigure | None:
    rated = [(moment, cell) for moment in moments if (cell := moment.cell(agency)) is not None]
    if len(rated) < 2:
        return None
    breaks = ["", *(moment.breaks_with(before) for (before, _), (moment, _) in pairwise(rated))]
    lines = tuple(_line(writer, moment, cell, why) for (moment, cell), why in zip(rated, breaks, strict=True))
    return ReportFigure(
        writer.id(f"waves-{agency}"),
        writer.phrasing.agency(agency),
        writer.text("Survey round"),
        (writer.text("Points"), writer.interval_name, writer.people_name),
        (Block("", lines),),
        writer.how("index"),
        writer.ticks(writer.points, "points"),
        curve=_curve(writer, [cell for _, cell in rated], breaks, lines),
    )


def _line(writer: RowWriter, moment: Moment, cell: Cell, why: str) -> ReportLine:
    dates = writer.phrasing.dates(moment.dates) if moment.dates else "–"
    line = writer.dotted(dates, cell, moment.headline.unit, writer.points)
    if not (why and line.entries):
        return line
    first = line.entries[0]
    noted = ChartEntry(first.words, first.interval, (*first.notes, writer.text(why)), first.tone)
    return ReportLine(line.label, line.chart, (noted, *line.entries[1:]))


def _curve(writer: RowWriter, cells: list[Cell], breaks: list[str], lines: tuple[ReportLine, ...]) -> Curve:
    """Place the waves in even steps; do not join hidden waves or waves with another method."""
    axis = fitting_axis(bound for cell in cells if cell.shown for bound in ends_of(cell))
    step = 100 / len(cells)
    points = []
    for place, (cell, why) in enumerate(zip(cells, breaks, strict=True)):
        if cell.shown:
            across = (place + 0.5) * step
            joined = place > 0 and cells[place - 1].shown and not why
            low, high = (axis.height(bound) for bound in cell.interval or (cell.value, cell.value))
            points.append(
                ChartPoint(
                    round(100 - across if writer.phrasing.turned else across, 2),
                    axis.height(cell.value),
                    low,
                    high,
                    joined,
                )
            )
    values = [
        writer.text("{name}: {value}", name=line.label, value=line.entries[0].words if line.entries else line.withheld)
        for line in lines
    ]
    ends = tuple(writer.phrasing.number(end, "people") for end in (axis.high, axis.low))
    return Curve(writer.phrasing.listed(values), tuple(points), ends, tuple(line.label for line in lines))
