"""Write the rows of figures of one sample source, in a few kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from app.web.reports.chart_geometry import Axis, ChartMark, even_axis
from app.web.reports.phrasing import ReportPhrasing, family_of
from app.web.reports.published_document import Cell, DocumentContents, DocumentRow, DocumentSource, DocumentTable
from app.web.reports.verdicts import Reading, read_difference
from app.web.reports.views import Block, Chart, ChartEntry, ReportLine

SAME = ""


@dataclass(frozen=True)
class RowWriter:
    """The context of every part: the whole report, the source, and the language."""

    contents: DocumentContents
    source: DocumentSource
    phrasing: ReportPhrasing

    def text(self, message: str, /, context: str | None = None, **values: object) -> str:
        """A sentence of the page."""
        return self.phrasing.text(message, context, **values)

    def plural(self, singular: str, plural: str, count: int, /, context: str | None = None, **values: object) -> str:
        """A sentence of the page for a number of things."""
        return self.phrasing.catalog.plural(singular, plural, count, context, strict=True, **values)

    def id(self, name: str) -> str:
        """An id that is the page's only one: the same part stands there for each source."""
        return f"{self.source.id}-{name}".replace("_", "-")

    def how(self, recipe: str) -> str:
        """The anchor of a recipe."""
        return f"how-{self.id(recipe)}"

    def find(self, name: str) -> DocumentTable | None:
        """A table of this source, if the report has it."""
        return self.source.tables.get(name)

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables of this source's weighting."""
        names = str(self.source.facts.get("weighted_by", "")).split(", ")
        return tuple(dict.fromkeys(family_of(name) for name in names if name))

    # --- axes

    @property
    def points(self) -> Axis:
        """Return the axis from 0 to 100, for points or percent."""
        return Axis(0, 100, self.phrasing.turned)

    def even(self, cells: Iterable[Cell]) -> Axis:
        """An axis around zero, wide enough for the figures and their intervals."""
        return even_axis((bound for cell in cells if cell.shown for bound in ends_of(cell)), self.phrasing.turned)

    def ticks(self, axis: Axis, unit: str, *, signed: bool = False) -> tuple[str, ...]:
        """The words under an axis."""
        whole = "people" if unit == "points" or max(map(abs, axis.ticks)) >= 2 else unit
        return tuple(
            self.phrasing.number(tick, unit if unit == "percent" else whole, signed=signed) for tick in axis.ticks
        )

    # --- columns

    @property
    def interval_name(self) -> str:
        """The name of the interval: only people invited at random have a margin of sampling error."""
        if self.source.is_random:
            return self.text("Margin of sampling error (95%)")
        return self.text("Likely range (95%)")

    @property
    def simultaneous_name(self) -> str:
        """The same for several comparisons that hold together."""
        if self.source.is_random:
            return self.text("Simultaneous interval (95%)")
        return self.text("Simultaneous likely range (95%)")

    @property
    def is_judged(self) -> bool:
        """Whether the report holds verdicts, so that intervals of comparisons hold together; older ones do not."""
        return "compared" in self.source.facts

    @property
    def judged_name(self) -> str:
        """The name of the intervals of changes and links, which hold together where the report holds verdicts."""
        return self.simultaneous_name if self.is_judged else self.interval_name

    @property
    def people_name(self) -> str:
        """The heading of the rounded numbers of people."""
        return self.text("People (rounded)")

    # --- rows

    def dotted(
        self, label: str, cell: Cell, unit: str, axis: Axis, *, signed: bool = False, rule: float | None = None
    ) -> ReportLine:
        """A dot with its interval: value, interval, people."""
        return self._line(label, cell, unit, axis, partial(_dot, axis, rule=rule), signed=signed)

    def barred(self, label: str, cell: Cell, unit: str = "percent") -> ReportLine:
        """A bar with its interval on top: value, interval, people."""
        return self._line(label, cell, unit, self.points, partial(_bar, self.points))

    def _line(
        self, label: str, cell: Cell, unit: str, axis: Axis, draw: Callable[[Cell], tuple[ChartMark, ...]],
        *, signed: bool = False,
    ) -> ReportLine:  # fmt: skip
        if not cell.shown:
            return ReportLine(label, withheld=self.phrasing.withheld(cell))
        title = self.phrasing.chart_title(cell, unit, self.ticks(axis, unit, signed=signed), signed=signed)
        return ReportLine(label, Chart(title, draw(cell)), self.entries(cell, unit, signed=signed))

    def entries(self, cell: Cell, unit: str, *, signed: bool = False) -> tuple[ChartEntry, ...]:
        """Value, interval and people of a figure."""
        phrasing = self.phrasing
        value = ChartEntry(phrasing.value(cell, unit, signed=signed), notes=phrasing.notes(cell))
        return (
            value,
            ChartEntry(unbroken(phrasing.interval(cell, unit, signed=signed))),
            ChartEntry(phrasing.people(cell.n)),
        )

    def entry(self, cell: Cell, unit: str) -> ChartEntry:
        """A figure with its interval in a single place of a row, or why it is not there."""
        if not cell.shown:
            return ChartEntry("–", notes=(self.phrasing.withheld(cell),))
        interval = unbroken(self.phrasing.interval(cell, unit))
        return ChartEntry(self.phrasing.value(cell, unit), interval, self.phrasing.notes(cell))

    def stacked(
        self, label: str, parts: Sequence[tuple[Cell, str]], words: Sequence[str], more: tuple[ChartEntry, ...] = ()
    ) -> ReportLine:
        """Shares of one whole, one after the other: each share, then `more`, then people."""
        shown = [cell for cell, _ in parts if cell.shown]
        if not shown:
            return ReportLine(label, withheld=self.phrasing.withheld(parts[0][0]))
        values = [
            self.text("{name}: {value}", name=name, value=self.phrasing.value(cell, "percent"))
            for name, (cell, _) in zip(words, parts, strict=True)
            if cell.shown
        ]
        marks = self.points.stack(drawn_parts(parts))
        entries = tuple(self.entry(cell, "percent") for cell, _ in parts)
        people = ChartEntry(self.phrasing.people(shown[0].n))
        return ReportLine(label, Chart(self.phrasing.listed(values), marks), (*entries, *more, people))

    def reading(self, cell: Cell, words: dict[Reading, str]) -> ChartEntry:
        """Return the reading of a difference in a few words."""
        found = read_difference(cell)
        return ChartEntry(words[found] if found else SAME, tone=found or "")


def unbroken(words: str) -> str:
    """Join the words with no-break spaces."""
    return words.replace(" ", "\N{NO-BREAK SPACE}")


def ends_of(cell: Cell) -> tuple[float, ...]:
    """The value and the bounds of a figure."""
    return (cell.value, *(cell.interval or ()))


def _dot(axis: Axis, cell: Cell, rule: float | None) -> tuple[ChartMark, ...]:
    across = () if rule is None else (axis.rule(rule),)
    return (*across, *axis.dot(cell.value, cell.interval))


def _bar(axis: Axis, cell: Cell) -> tuple[ChartMark, ...]:
    bar = (axis.span("bar", axis.low, cell.value, "open" if "at_most" in cell.flags else ""),)
    line = () if cell.interval is None else (axis.span("line", *cell.interval),)
    return (*bar, *line)


def by_family(
    phrasing: ReportPhrasing, found: Sequence[tuple[str, DocumentRow]], to_line: Callable[[DocumentRow], ReportLine]
) -> Iterator[Block]:
    """Yield a block of rows for each family of variables; `found` pairs a variable with a row."""
    for family in dict.fromkeys(family_of(variable) for variable, _ in found):
        rows = [row for variable, row in found if family_of(variable) == family]
        yield Block(phrasing.heading(family), tuple(to_line(row) for row in rows))


def drawn_parts(parts: Sequence[tuple[Cell, str]]) -> list[tuple[float, str]]:
    """Return the width of each share in a stack. Hidden shares and upper bounds divide the rest, drawn open."""
    known = [cell.value if cell.shown and "at_most" not in cell.flags else None for cell, _ in parts]
    open_ones = known.count(None)
    left = max(0.0, 100 - sum(value for value in known if value is not None)) / max(open_ones, 1)
    return [(left, "open") if value is None else (value, tone) for value, (_, tone) in zip(known, parts, strict=True)]
