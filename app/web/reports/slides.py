"""Choose what the six slides of a report say: headline, agencies, rounds, main results, groups, how sure it is.

Everything is read from the frozen report. `slide_drawing` makes the file.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.web.reports.findings import distance
from app.web.reports.group_gaps import gap_tables, is_to_rest, may_name
from app.web.reports.index_figures import GAPS, in_order
from app.web.reports.page_set import (
    METHOD_PAGE,
    ReportContext,
    ReportFrame,
    SummaryPage,
    make_frame,
    make_summary,
)
from app.web.reports.phrasing import ReportPhrasing
from app.web.reports.published_document import Cell, DocumentRow
from app.web.reports.row_writer import RowWriter
from app.web.reports.trend import Moment, list_moments
from app.web.reports.verdicts import read_difference

MOST_GROUPS = 10  # rows of the slide about groups; the pages have all of them
Row = tuple[str, ...]


@dataclass(frozen=True)
class ChartSeries:
    """The values of a chart under one name, each with its interval; None where a figure is not shown."""

    name: str
    values: tuple[float | None, ...]
    intervals: tuple[tuple[float, float] | None, ...]


@dataclass(frozen=True)
class SlideChart:
    """A native chart: bars, or lines over the rounds. `words` say the same; no line leads to a place of `breaks`."""

    kind: str
    categories: tuple[str, ...]
    series: tuple[ChartSeries, ...]
    words: str
    breaks: tuple[int, ...] = ()

    @property
    def scale(self) -> tuple[float, float]:
        """Both ends of the axis: bars begin at 0, lines have a scale in whole tens around the figures."""
        if self.kind == "bars":
            return 0.0, 100.0
        ends = [end for each in self.series for pair in each.intervals if pair for end in pair]
        values = [value for each in self.series for value in each.values if value is not None]
        found = [*ends, *values] or [0.0, 100.0]
        return max(10.0 * math.floor(min(found) / 10 - 0.5), 0.0), min(10.0 * math.ceil(max(found) / 10 + 0.5), 100.0)


@dataclass(frozen=True)
class SlideTable:
    """A table; `tones` color the cells of a clear difference."""

    head: Row
    rows: tuple[Row, ...]
    tones: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Slide:
    """One slide: title, a headline on the first one, sentences, and at most one chart and one table."""

    title: str
    sentences: tuple[str, ...] = ()
    chart: SlideChart | None = None
    table: SlideTable | None = None
    note: str = ""
    headline: str = ""


@dataclass(frozen=True)
class SlideDeck:
    """All slides with what stands on each of them."""

    lang: str
    turned: bool
    title: str
    simulated: str
    source: str
    slides: tuple[Slide, ...]


def make_deck(context: ReportContext, base_url: str) -> SlideDeck:
    """Return the six slides of a report in one language."""
    frame, summary = make_frame(context), make_summary(context)
    source = " · ".join(each for each in (frame.community, frame.title, frame.dates, frame.version) if each)
    slides = (
        _title(frame, summary),
        _agencies(context, summary),
        _rounds(context),
        _findings(context, summary),
        _groups(context),
        _sure(context, summary, frame, base_url),
    )
    return SlideDeck(context.lang, context.phrasing.turned, frame.title, frame.simulated, source, slides)


def _title(frame: ReportFrame, summary: SummaryPage) -> Slide:
    about = " · ".join(each for each in (frame.title, frame.dates) if each)
    return Slide(frame.community, (about, summary.people), headline=summary.headline)


# --- levels


def _agencies(context: ReportContext, summary: SummaryPage) -> Slide:
    writer, text = context.main, context.phrasing.text
    rows = _index_rows(writer)
    names = tuple(writer.phrasing.agency(row.agency) for row in rows)
    words = "; ".join(
        f"{card.name}: {card.withheld or f'{card.level.words} ({card.level.interval})'}" for card in summary.cards
    )
    chart = SlideChart("bars", names, (_series(text("Points"), [row.cell for row in rows]),), words)
    head = (text("Agency"), text("Points"), writer.interval_name, text("Change since the previous survey round"))
    lines, tones = [], []
    for card in summary.cards:
        change = card.change
        moved = f"{change.words} ({change.interval})" if change and change.interval else change.words if change else "–"
        lines.append((card.name, card.withheld or card.level.words, card.level.interval, moved))
        tones.append(("", "", "", change.tone if change else ""))
    table = SlideTable(head, tuple(lines), tuple(tones))
    return Slide(text("Trust in each agency"), (), chart, table, writer.interval_name)


def _index_rows(writer: RowWriter) -> list[DocumentRow]:
    table = writer.find("index")
    return in_order(writer, table) if table else []


def _series(name: str, cells: Sequence[Cell | None]) -> ChartSeries:
    shown = [cell if cell and cell.shown else None for cell in cells]
    return ChartSeries(
        name,
        tuple(cell.value if cell else None for cell in shown),
        tuple(cell.interval if cell else None for cell in shown),
    )


# --- rounds, or the parts of trust where this is the first round


def _rounds(context: ReportContext) -> Slide:
    writer, text = context.main, context.phrasing.text
    moments = list_moments(writer)
    if len(moments) < 2:
        return _facets(writer)
    agencies = writer.contents.agencies
    series = tuple(_series(writer.phrasing.agency(each), [m.cell(each) for m in moments]) for each in agencies)
    categories = tuple(writer.phrasing.month(moment.dates) for moment in moments)
    breaks = tuple(k for k in range(1, len(moments)) if moments[k].breaks_with(moments[k - 1]))
    chart = SlideChart("lines", categories, series, _words(writer, categories, agencies, moments), breaks)
    sentences = [
        text("Each point is shown as published. The line breaks where the methods changed."),
        *_breaks(writer, moments),
    ]
    return Slide(text("All survey rounds"), tuple(sentences), chart, None, writer.interval_name)


def _breaks(writer: RowWriter, moments: Sequence[Moment]) -> Iterator[str]:
    for before, moment in pairwise(moments):
        if why := moment.breaks_with(before):
            month = writer.phrasing.month(moment.dates)
            yield writer.text("{name}: {value}", name=month, value=writer.text(why))


def _words(writer: RowWriter, categories: Sequence[str], agencies: Sequence[str], moments: Sequence[Moment]) -> str:
    found = (
        (agency, when, cell)
        for agency in agencies
        for when, moment in zip(categories, moments, strict=True)
        if (cell := moment.cell(agency)) is not None
    )
    phrasing = writer.phrasing
    return "; ".join(f"{phrasing.agency(agency)}, {when}: {_said(phrasing, cell)}" for agency, when, cell in found)


def _said(phrasing: ReportPhrasing, cell: Cell) -> str:
    if not cell.shown:
        return phrasing.withheld(cell)
    return f"{phrasing.value(cell, 'points')} ({phrasing.interval(cell, 'points')})"


def _facets(writer: RowWriter) -> Slide:
    table, text = writer.find("facets"), writer.text
    terms = list(dict.fromkeys(row.term for row in table.rows)) if table else []
    names = tuple(writer.phrasing.index(term) for term in terms)
    found = {(row.agency, row.term): row.cell for row in table.rows} if table else {}
    series = tuple(
        _series(writer.phrasing.agency(agency), [found.get((agency, term)) for term in terms])
        for agency in writer.contents.agencies
    )
    words = "; ".join(
        f"{writer.phrasing.agency(agency)}, {writer.phrasing.index(term)}: {_said(writer.phrasing, cell)}"
        for (agency, term), cell in found.items()
    )
    chart = SlideChart("bars", names, series, words) if names else None
    introduction = text("The index is the mean of these parts. Each runs from 0 to 100 points.")
    return Slide(text("Parts of trust"), (introduction,), chart, None, writer.interval_name)


# --- main results


def _findings(context: ReportContext, summary: SummaryPage) -> Slide:
    text = context.phrasing.text
    rows = tuple((finding.sentence, proof) for finding, proof in summary.findings)
    head = (text("Finding"), text("Value"))
    tones = tuple(("", finding.reading if finding.signed else "") for finding, _ in summary.findings)
    return Slide(text("Main results"), (), None, SlideTable(head, rows, tones))


# --- groups


def _groups(context: ReportContext) -> Slide:
    """The groups that clearly differ for at least one agency, the surest first."""
    writer, text = context.main, context.phrasing.text
    rows = [row for _, table in gap_tables(writer) for row in table.rows if row.group]
    clear = [row for row in rows if may_name(writer, row) and read_difference(row.cell) in ("higher", "lower")]
    ordered = sorted(clear, key=lambda row: -distance(row.cell))
    places = list(dict.fromkeys(row.group for row in ordered if row.group))[:MOST_GROUPS]
    agencies = writer.contents.agencies
    found = {(row.group, row.agency): row for row in rows}
    cells = [[_gap(writer, found.get((place, agency))) for agency in agencies] for place in places]
    table = SlideTable(
        (text("Group"), *(writer.phrasing.agency(agency) for agency in agencies)),
        tuple(
            (writer.phrasing.level(*place), *(words for words, _ in line))
            for place, line in zip(places, cells, strict=True)
        ),
        tuple(("", *(tone for _, tone in line)) for line in cells),
    )
    named = {row.agency for row in clear}
    others = [
        text("{agency}: no group that is shown differs clearly from the others.", agency=writer.phrasing.agency(agency))
        for agency in agencies
        if agency not in named and any(row.agency == agency and row.cell.shown for row in rows)
    ]
    introduction = (
        text("Each group is compared with all others who were asked about the same agency.")
        if is_to_rest(writer)
        else text("Each group is compared with everyone who was asked about the same agency, not with another group.")
    )
    return Slide(
        text("Groups that trust more or less"),
        (introduction, *others),
        None,
        table if places else None,
        writer.simultaneous_name,
    )


def _gap(writer: RowWriter, row: DocumentRow | None) -> tuple[str, str]:
    """A difference in words, and its tone where it is clear."""
    if row is None:
        return "–", ""
    if not row.cell.shown:
        return writer.phrasing.withheld(row.cell), ""
    reading = read_difference(row.cell) if may_name(writer, row) else None
    if reading not in ("higher", "lower"):
        return writer.text(GAPS["unclear"]), ""
    value = writer.phrasing.number(row.cell.value, "points", signed=True)
    return f"{value} ({writer.phrasing.interval(row.cell, 'points', signed=True)})", str(reading)


# --- how sure


def _sure(context: ReportContext, summary: SummaryPage, frame: ReportFrame, base_url: str) -> Slide:
    frozen = context.frozen
    address = f"{base_url}/reports/{frozen.community}/{frozen.wave}"
    sentences = (
        summary.people,
        summary.weighted,
        *summary.sure,
        *summary.hidden.paragraphs[:1],
        *summary.hidden.points,
        f"{context.phrasing.text('How this was done')}: {address}/{METHOD_PAGE}?version={frozen.version}",
        f"{context.phrasing.text('Fingerprint')} (SHA-256): {frame.fingerprint}",
    )
    title = context.phrasing.text("How sure this is")
    return Slide(title, tuple(each for each in sentences if each))
