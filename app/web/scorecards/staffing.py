"""Measure 1.4 in words: who works in each agency beside who lives here, group by group."""

from __future__ import annotations

from collections.abc import Iterator

from app.language.extraction import mark
from app.services.scorecards.figures import StaffLine
from app.services.scorecards.staffing import Measure
from app.web.reports.chart_geometry import Axis
from app.web.reports.views import Chart, Entry, Line
from app.web.scorecards.figure_writer import Teller
from app.web.scorecards.views import FigureView, TableView

WHY_NOT = {
    "no population table": mark("not compared: no figures of residents in these groups"),
    "too few": mark("not shown: too few staff"),
    "other groups": mark("not compared: residents are counted in other groups"),
}


def staffing_views(teller: Teller) -> Iterator[FigureView]:
    """The overlap of all staff of each agency by each variable: the headline of the measure."""
    for line in teller.figures.latest_staff():
        if not line.staffing.part:
            yield _overlap(teller, line)


def _overlap(teller: Teller, line: StaffLine) -> FigureView:
    staffing, speech = line.staffing, teller.speech
    title = teller.text(
        "{agency}, by {breakdown}",
        agency=speech.agency(line.agency),
        breakdown=speech.breakdown(staffing.variable),
    )
    if staffing.overlap is None:
        return FigureView(title, teller.text(WHY_NOT[staffing.reason]), period=str(line.year))
    value = teller.text("{n} points", n=speech.value(staffing.overlap.value, "points"))
    if staffing.at_least:
        value = teller.text("at least {share}", share=value)
    return FigureView(
        title=title,
        value=value,
        interval=_interval(teller, staffing.overlap),
        of=teller.text("about {n} staff", n=speech.whole(staffing.shown.n or 0)),
        period=str(line.year),
        source=line.source,
        notes=tuple(_notes(teller, line)),
        chart=_chart(teller, staffing.overlap),
    )


def _interval(teller: Teller, measure: Measure) -> str:
    bounds = teller.speech.between(measure.interval.low, measure.interval.high, "points")
    return teller.text("{between}, from the margins of the census and rounding", between=bounds)


def _notes(teller: Teller, line: StaffLine) -> Iterator[str]:
    shown = line.staffing.shown
    if shown.unknown is not None:
        yield teller.text("not known: {n}", n=teller.speech.whole(shown.unknown))
    if shown.hidden:
        yield teller.text("groups too small to show are taken together")
    if line.residents is not None:
        source = f"{line.residents.source}, {line.residents.year}"
        yield teller.text("residents: {source}", source=source)


def _chart(teller: Teller, overlap: Measure) -> Chart:
    axis = Axis(0, 100, teller.speech.turned)
    low, high = (teller.speech.value(end, "points") for end in (0, 100))
    value = teller.speech.value(overlap.value, "points")
    title = teller.text("{value} on an axis from {low} to {high}", value=value, low=low, high=high)
    return Chart(title, axis.dot(overlap.value, (overlap.interval.low, overlap.interval.high)))


def staffing_tables(teller: Teller) -> Iterator[TableView]:
    """Every group of every agency: both shares, the gap, the ratio, and how many people the gap is."""
    for line in teller.figures.latest_staff():
        if line.staffing.found is not None:
            yield _table(teller, line)


def _table(teller: Teller, line: StaffLine) -> TableView:
    staffing, speech = line.staffing, teller.speech
    assert staffing.found is not None
    whom = speech.agency(line.agency)
    if staffing.part:
        part = speech.part(staffing.part)
        whom = teller.text("{agency}, {part}", agency=whom, part=part)
    title = teller.text("{agency}, by {breakdown}", agency=whom, breakdown=speech.breakdown(staffing.variable))
    columns = (
        teller.text("Staff"), teller.text("Residents"), teller.text("Gap in points"), teller.text("Ratio"),
        teller.text("In people"),
    )  # fmt: skip
    lines = tuple(
        Line(
            speech.level(staffing.variable, each.group),
            None,
            (
                Entry(speech.value(each.staff, "percent")),
                Entry(speech.value(each.residents, "percent")),
                Entry(speech.signed(each.gap.value), _signed(teller, each.gap)),
                Entry(*_ratio(teller, each.parity.ratio)),
                Entry(*_headcount(teller, each.headcount)),
            ),
        )
        for each in staffing.found.gaps
    )
    apart = speech.value(100 * staffing.found.dissimilarity.value, "percent")
    notes = (
        teller.text("Share of staff that would have to be of another group for parity: {share}.", share=apart),
        teller.text("A gap below 0: fewer staff than residents. In people: how many more there would be at parity."),
    )
    return TableView(title, speech.breakdown(staffing.variable), columns, lines, notes)


def _signed(teller: Teller, measure: Measure) -> str:
    low, high = (teller.speech.signed(end) for end in (measure.interval.low, measure.interval.high))
    return teller.text("{low} to {high}", low=low, high=high)


def _ratio(teller: Teller, measure: Measure | None) -> tuple[str, str]:
    if measure is None:
        return teller.text("too small to tell"), ""
    speech = teller.speech
    return speech.value(measure.value, "number"), speech.between(measure.interval.low, measure.interval.high, "number")


def _headcount(teller: Teller, measure: Measure | None) -> tuple[str, str]:
    if measure is None:
        return "", ""
    return teller.speech.signed(measure.value), _signed(teller, measure)
