"""Measure 1.4 in words: who works in each agency beside who lives here, group by group."""

from __future__ import annotations

from collections.abc import Iterator

from app.language.extraction import mark
from app.services.scorecards.figures import StaffLine
from app.services.scorecards.staffing import ShareMeasure
from app.web.reports.chart_geometry import Axis
from app.web.reports.views import Chart, ChartEntry, ReportLine
from app.web.scorecards.figure_writer import FigureWriter
from app.web.scorecards.views import FigureView, TableView

WHY_NOT = {
    "no population table": mark("not compared: no figures of residents in these groups"),
    "too few": mark("not shown: too few staff"),
    "other groups": mark("not compared: residents are counted in other groups"),
}


def staffing_views(writer: FigureWriter) -> Iterator[FigureView]:
    """The overlap of all staff of each agency by each variable: the headline of the measure."""
    for line in writer.figures.latest_staff():
        if not line.staffing.part:
            yield _overlap(writer, line)


def _overlap(writer: FigureWriter, line: StaffLine) -> FigureView:
    staffing, phrasing = line.staffing, writer.phrasing
    title = writer.text(
        "{agency}, by {breakdown}",
        agency=phrasing.agency(line.agency),
        breakdown=phrasing.breakdown(staffing.variable),
    )
    if staffing.overlap is None:
        return FigureView(title, writer.text(WHY_NOT[staffing.reason]), period=str(line.year))
    value = writer.text("{n} points", n=phrasing.value(staffing.overlap.value, "points"))
    if staffing.at_least:
        value = writer.text("at least {share}", share=value)
    return FigureView(
        title=title,
        value=value,
        interval=_interval(writer, staffing.overlap),
        of=writer.text("about {n} staff", n=phrasing.whole(staffing.shown.n or 0)),
        period=str(line.year),
        source=line.source,
        notes=tuple(_notes(writer, line)),
        chart=_chart(writer, staffing.overlap),
    )


def _interval(writer: FigureWriter, measure: ShareMeasure) -> str:
    bounds = writer.phrasing.between(measure.interval.low, measure.interval.high, "points")
    return writer.text("{between}, from the margins of the census and rounding", between=bounds)


def _notes(writer: FigureWriter, line: StaffLine) -> Iterator[str]:
    shown = line.staffing.shown
    if shown.unknown is not None:
        yield writer.text("not known: {n}", n=writer.phrasing.whole(shown.unknown))
    if shown.hidden:
        yield writer.text("groups too small to show are taken together")
    if line.residents is not None:
        source = f"{line.residents.source}, {line.residents.year}"
        yield writer.text("residents: {source}", source=source)


def _chart(writer: FigureWriter, overlap: ShareMeasure) -> Chart:
    axis = Axis(0, 100, writer.phrasing.turned)
    low, high = (writer.phrasing.value(end, "points") for end in (0, 100))
    value = writer.phrasing.value(overlap.value, "points")
    title = writer.text("{value} on an axis from {low} to {high}", value=value, low=low, high=high)
    return Chart(title, axis.dot(overlap.value, (overlap.interval.low, overlap.interval.high)))


def staffing_tables(writer: FigureWriter) -> Iterator[TableView]:
    """Every group of every agency: both shares, the gap, the ratio, and how many people the gap is."""
    for line in writer.figures.latest_staff():
        if line.staffing.found is not None:
            yield _table(writer, line)


def _table(writer: FigureWriter, line: StaffLine) -> TableView:
    staffing, phrasing = line.staffing, writer.phrasing
    assert staffing.found is not None
    whom = phrasing.agency(line.agency)
    if staffing.part:
        part = phrasing.part(staffing.part)
        whom = writer.text("{agency}, {part}", agency=whom, part=part)
    title = writer.text("{agency}, by {breakdown}", agency=whom, breakdown=phrasing.breakdown(staffing.variable))
    columns = (
        writer.text("Staff"), writer.text("Residents"), writer.text("Gap in points"), writer.text("Ratio"),
        writer.text("In people"),
    )  # fmt: skip
    lines = tuple(
        ReportLine(
            phrasing.level(staffing.variable, each.group),
            None,
            (
                ChartEntry(phrasing.value(each.staff, "percent")),
                ChartEntry(phrasing.value(each.residents, "percent")),
                ChartEntry(phrasing.signed(each.gap.value), _signed(writer, each.gap)),
                ChartEntry(*_ratio(writer, each.parity.ratio)),
                ChartEntry(*_headcount(writer, each.headcount)),
            ),
        )
        for each in staffing.found.gaps
    )
    apart = phrasing.value(100 * staffing.found.dissimilarity.value, "percent")
    notes = (
        writer.text("Share of staff that would have to be of another group for parity: {share}.", share=apart),
        writer.text(
            "A gap below 0 means fewer staff than residents. “In people” shows how many more there would be at parity."
        ),
    )
    return TableView(title, phrasing.breakdown(staffing.variable), columns, lines, notes)


def _signed(writer: FigureWriter, measure: ShareMeasure) -> str:
    low, high = (writer.phrasing.signed(end) for end in (measure.interval.low, measure.interval.high))
    return writer.text("{low} to {high}", low=low, high=high)


def _ratio(writer: FigureWriter, measure: ShareMeasure | None) -> tuple[str, str]:
    if measure is None:
        return writer.text("too small to show"), ""
    phrasing = writer.phrasing
    return phrasing.value(measure.value, "number"), phrasing.between(
        measure.interval.low, measure.interval.high, "number"
    )


def _headcount(writer: FigureWriter, measure: ShareMeasure | None) -> tuple[str, str]:
    if measure is None:
        return "", ""
    return writer.phrasing.signed(measure.value), _signed(writer, measure)
