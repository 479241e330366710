"""One figure in words: what it is now, how sure that is, where it moved, and who stands for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from app.services.registers.derivation import FROM_REGISTER
from app.services.scorecards.definitions import Definitions, Measure
from app.services.scorecards.figures import OF_GROUP, STEP, FigurePart, FigurePoint, Figures, Series
from app.web.reports.chart_geometry import Axis
from app.web.reports.views import Chart, ChartEntry, ReportLine
from app.web.scorecards.phrasing import ScorecardPhrasing
from app.web.scorecards.register_words import TITLES
from app.web.scorecards.views import FigureView, TableView

OLD = 1.25  # years after the end of its period from which a figure counts as old
PERCENT, POINTS = "percent", "points"
FULL = 100.0  # the end of the axis


@dataclass(frozen=True)
class FigureWriter:
    """Everything that the words of a scorecard are made from."""

    figures: Figures
    definitions: Definitions
    phrasing: ScorecardPhrasing
    published_on: date

    def text(self, message: str, /, **values: object) -> str:
        return self.phrasing.text(message, **values)

    # --- names and units of figures

    def title(self, figure: str) -> str:
        name = figure.partition(OF_GROUP)[0]
        found = self.definitions.all.get(name)
        return self.text(found.title if found else self.definitions.figures[name].title)

    def group(self, figure: str) -> str:
        """Name the group of residents that a figure is about."""
        pairs = (pair.partition("=") for pair in figure.partition(OF_GROUP)[2].split(", "))
        return ", ".join(self.phrasing.level(name, level) for name, _, level in pairs)

    def unit(self, figure: str) -> str:
        """Return the unit of the value itself: a part of a whole is in percent, for any count."""
        measure = self.definitions.all.get(figure)
        if measure is None:
            return POINTS if self.definitions.figures[figure.partition(OF_GROUP)[0]].source.index else PERCENT
        if measure.kind == "mix":
            return "number"
        if measure.kind == "amount":
            return "dollars"
        return PERCENT if measure.is_share or measure.kind == "survey" else measure.unit

    def direction(self, figure: str) -> str:
        measure = self.definitions.all.get(figure)
        return measure.direction if measure else "up"

    # --- a figure

    def view(self, series: Series, title: str = "", target: float | None = None) -> FigureView:
        point, unit = series.last, self.unit(series.figure)
        before = series.points[-2] if len(series.points) > 1 else None
        return FigureView(
            title=title or self.title(series.figure),
            value=self.value(point, unit),
            interval=self.phrasing.interval(point, unit) if point.value is not None else "",
            of=self.of(series.figure, point),
            move=self.phrasing.move(series.move, before) if point.value is not None else "",
            tone=self.tone(series),
            period=self.phrasing.period(point),
            source=self.source(point),
            notes=tuple(self.notes(point)),
            chart=self.chart(series, unit, target),
        )

    def value(self, point: FigurePoint | FigurePart, unit: str) -> str:
        if point.value is None:
            return self.phrasing.reason(point.reason or "too_few")
        if isinstance(point, FigurePoint) and STEP in point.flags:
            return self.phrasing.between(point.low or 0.0, point.high or 0.0, unit)
        words = self.phrasing.value(point.value, unit)
        flags = point.flags if isinstance(point, FigurePoint) else ()
        if "at_most" in flags:
            return self.text("at most {share}", share=words)
        if "at_least" in flags:
            return self.text("at least {share}", share=words)
        return words

    def of(self, figure: str, point: FigurePoint) -> str:
        """Numerator and denominator of what was counted; of a sample, how many answered."""
        if point.basis in ("drawn", "came", "asked"):
            n = self.phrasing.whole(point.denominator) if point.denominator else ""
            if n and point.everyone:
                everyone = self.phrasing.whole(point.everyone)
                return self.text("about {n} of {all} people answered", n=n, all=everyone)
            return self.text("about {n} answers", n=n) if n else ""
        if point.numerator is None or point.denominator is None:
            return ""
        measure = self.definitions.all[figure]
        if measure.kind == "mix":
            return self.text("the number of equal sources that would be as mixed")
        part, whole = (self.amount(number, measure) for number in (point.numerator, point.denominator))
        return self.text("{part} of {whole}", part=part, whole=whole) if measure.is_share else self.ratio(point)

    def ratio(self, point: FigurePoint) -> str:
        part, whole = (self.phrasing.whole(number or 0) for number in (point.numerator, point.denominator))
        return self.text("{part} to {whole}", part=part, whole=whole)

    def amount(self, number: float, measure: Measure) -> str:
        return self.phrasing.value(number, "dollars") if measure.unit == "dollars" else self.phrasing.whole(number)

    def tone(self, series: Series) -> str:
        wanted = {"up": "higher", "down": "lower"}.get(self.direction(series.figure))
        if wanted is None or series.move not in ("higher", "lower"):
            return ""
        return "better" if series.move == wanted else "worse"

    def source(self, point: FigurePoint) -> str:
        if point.agencies > 1:
            return self.text("Added up over {n} agencies.", n=self.phrasing.whole(point.agencies))
        if point.source.startswith(FROM_REGISTER):
            register = self.text(TITLES[point.source.removeprefix(FROM_REGISTER)])
            who, day = self.phrasing.agency(point.attested_by), self.phrasing.day(point.attested_on)
            return self.text("From the register: {register}. {who}, {day}.", register=register, who=who, day=day)
        if point.attested_by:
            day = self.phrasing.day(point.attested_on)
            return self.text(
                "{source}. Confirmed by {who}, {day}.", source=point.source, who=point.attested_by, day=day
            )
        if point.basis in ("drawn", "came"):
            return self.text("Survey of residents.")
        return self.text("Survey of everyone on the list.") if point.basis == "asked" else ""

    def notes(self, point: FigurePoint) -> Iterator[str]:
        yield from self.phrasing.flags(point.flags)
        if point.unknown:
            yield self.text("not known: {n}", n=self.phrasing.whole(point.unknown))
        if point.revision > 1:
            yield self.text("corrected") + (f": {point.correction}" if point.correction else "")
        if self.published_on.year + (self.published_on.timetuple().tm_yday / 366) - point.time > OLD:
            yield self.text("no newer figure")

    def chart(self, series: Series, unit: str, target: float | None = None) -> Chart | None:
        """The figure on its axis, with the time before as a ring and the target as a line."""
        point = series.last
        if unit not in (PERCENT, POINTS) or point.value is None or point.is_bound or point.value > FULL:
            return None
        axis = Axis(0, 100, self.phrasing.turned)
        ends = (point.low, point.high)
        interval = (ends[0], ends[1]) if ends[0] is not None and ends[1] is not None else None
        earlier = [each.value for each in series.trend[:-1] if each.value is not None][-1:]
        marks = [mark for value in earlier for mark in axis.dot(value, None, "ring")]
        marks += [axis.rule(target)] if target is not None else []
        marks += axis.dot(point.value, interval)
        low, high = self.phrasing.value(0, unit), self.phrasing.value(100, unit)
        value = self.value(point, unit)
        return Chart(
            self.text("{value} on an axis from {low} to {high}", value=value, low=low, high=high), tuple(marks)
        )

    # --- tables

    def agencies_table(self, figure: str) -> TableView | None:
        """The figure of each agency, in the order of their names."""
        found = self.figures.of(figure)
        if len(found) < 2:
            return None
        lines = [self.line(self.phrasing.agency(series.agency), self.view(series)) for series in found]
        columns = (self.text("Figure"), self.text("When"), self.text("Change"))
        return TableView(
            self.text("By agency"), self.text("Agency"), columns, tuple(sorted(lines, key=lambda x: x.label))
        )

    def line(self, label: str, view: FigureView) -> ReportLine:
        entries = (
            ChartEntry(view.value, view.interval, (*((view.of,) if view.of else ()), *view.notes)),
            ChartEntry(view.period),
            ChartEntry(view.move, tone=view.tone),
        )
        return ReportLine(label, view.chart, entries)

    def parts_tables(self, figure: str) -> Iterator[TableView]:
        """Each breakdown of the newest figure, agency by agency."""
        unit = self.unit(figure)
        for series in self.figures.of(figure):
            for name in dict.fromkeys(part.breakdown for part in series.last.parts):
                parts = [part for part in series.last.parts if part.breakdown == name]
                who = self.phrasing.agency(series.agency)
                title = self.text("{agency}, by {breakdown}", agency=who, breakdown=self.phrasing.breakdown(name))
                lines = tuple(self.part_line(figure, part, self.part_unit(figure, unit)) for part in parts)
                columns = (self.text("Figure"), self.text("Numbers"))
                yield TableView(
                    title, self.phrasing.breakdown(name), columns, lines, (self.phrasing.period(series.last),)
                )

    def part_unit(self, figure: str, unit: str) -> str:
        measure = self.definitions.all[figure]
        return PERCENT if measure.is_share else unit

    def part_line(self, figure: str, part: FigurePart, unit: str) -> ReportLine:
        label = self.phrasing.level(part.breakdown, part.level)
        if part.value is None:
            return ReportLine(label, withheld=self.phrasing.reason(part.reason or "too_few"))
        between = (
            self.phrasing.between(part.low, part.high, unit) if part.low is not None and part.high is not None else ""
        )
        numbers = self.numbers(figure, part)
        return ReportLine(label, None, (ChartEntry(self.value(part, unit), between), ChartEntry(numbers)))

    def numbers(self, figure: str, part: FigurePart | FigurePoint) -> str:
        if part.numerator is None or part.denominator is None:
            return ""
        measure = self.definitions.all[figure]
        first, second = (self.amount(number, measure) for number in (part.numerator, part.denominator))
        return self.text("{part} of {whole}", part=first, whole=second)

    def history_table(self, series: Series | None) -> TableView | None:
        """All times, the newest first; a line where the way of counting changed."""
        if series is None or len(series.points) < 2:
            return None
        unit = self.unit(series.figure)
        lines = []
        for k, point in reversed(list(enumerate(series.points))):
            broken = k > 0 and Series(series.figure, series.agency, series.points[: k + 1]).move == "new definition"
            note = (self.text("counted in another way than before: a new trend begins"),) if broken else ()
            between = self.phrasing.interval(point, unit) if point.value is not None else ""
            entry = ChartEntry(self.value(point, unit), between, note)
            lines.append(
                ReportLine(self.phrasing.period(point), None, (entry, ChartEntry(self.of(series.figure, point))))
            )
        columns = (self.text("Figure"), self.text("Numbers"))
        title = self.text("Over time")
        if series.agency:
            title = self.text("{agency}, over time", agency=self.phrasing.agency(series.agency))
        return TableView(title, self.text("When"), columns, tuple(lines))
