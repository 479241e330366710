"""Show the newest published figures of a community beside those of other surveys.

A difference is stated only where both asked alike, drew their people at random and have a margin of error; else the
row says what differs. All differences of the page hold together (Bonferroni).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from app.language import formats
from app.language.extraction import mark
from app.services.reports.benchmarks import (
    Z95,
    BenchmarkFigure,
    BenchmarkQuestion,
    BenchmarkSource,
    OwnFigure,
    compare,
    find_unlike,
)
from app.web.reports.average_of_others import gap_words
from app.web.reports.page_set import ReportContext
from app.web.reports.published_document import Cell
from app.web.reports.published_rounds import Comparison
from app.web.reports.row_writer import RowWriter
from app.web.reports.verdicts import read_difference
from app.web.reports.views import Block, ChartEntry, ReportFigure, ReportLine, ReportPart

DIFFERS: dict[str, str] = {
    "wording": mark("other words in the question"),
    "answers": mark("other answers to choose from"),
    "counted": mark("answers counted in another way"),
    "mode": mark("asked in another way (alone or by an interviewer)"),
    "selection": mark("people not picked at random"),
    "uncertainty": mark("no margin of error published"),
}
# The count of a figure -> its unit on the page and the title of the drawing.
UNITS: dict[str, tuple[str, str]] = {
    "share": ("percent", mark("High (6 to 10)")),
    "mean": ("points", mark("Mean, 0 to 100 points")),
}
MODES = {"address-sample": "self-completion", "open-link": "self-completion", "assisted": "interview"}
HIGH = (6, 7, 8, 9, 10)
ENDS = ("0", "10")  # of the scale of trust in institutions
SOURCE_LANGUAGE = "en"  # the questions of the benchmarks


@dataclass(frozen=True)
class _Pair:
    code: str
    own: OwnFigure
    cell: Cell
    question: BenchmarkQuestion
    figure: BenchmarkFigure

    @property
    def unit(self) -> float:
        """Return how many points of the page one unit of the two figures is: the report has means from 0 to 100."""
        return _unit(self.figure)

    @property
    def unlike(self) -> tuple[str, ...]:
        """Return what keeps the two figures from being compared."""
        return find_unlike(self.own, self.question, self.figure)


def _unit(figure: BenchmarkFigure) -> float:
    return 10.0 if figure.count == "mean" else 1.0


def compare_with_surveys(context: ReportContext, benchmarks: Sequence[BenchmarkQuestion]) -> Comparison | None:
    """Return the page: a figure of shares and one of means; None where no other survey asks what this one does."""
    pairs = list(_pairs(context, benchmarks))
    if not pairs:
        return None
    writer, text = context.main, context.main.text
    looked = max(sum(not pair.unlike for pair in pairs), 1)
    careful = text(
        "Other surveys asked other people about similar things. We state a difference only where the question, its "
        "answers, the way of asking and the drawing of people are the same, and both figures have a margin of error."
    )
    figures = tuple(_figure(writer, count, pairs, looked) for count in UNITS if any(_is(pair, count) for pair in pairs))
    part = ReportPart("surveys", text("Beside other surveys"), (careful,), figures=figures)
    return Comparison(writer.phrasing.name("community"), (part,))


def sources_of(context: ReportContext, benchmarks: Sequence[BenchmarkQuestion]) -> tuple[BenchmarkSource, ...]:
    """Return the surveys whose figures the page shows, in the order of the file."""
    return tuple(dict.fromkeys(pair.question.source for pair in _pairs(context, benchmarks)))


def _is(pair: _Pair, count: str) -> bool:
    return pair.figure.count == count


def _figure(writer: RowWriter, count: str, pairs: Sequence[_Pair], looked: int) -> ReportFigure:
    text = writer.text
    blocks: dict[str, list[ReportLine]] = {}
    for pair in pairs:
        if _is(pair, count):
            lines = blocks.setdefault(pair.code, [_own_line(writer, pair)])
            lines.append(_other_line(writer, pair, looked))
    unit, title = UNITS[count]
    return ReportFigure(
        f"surveys-{count}",
        text(title),
        text("Other survey"),
        (text("Points") if unit == "points" else text("Share"), writer.interval_name, text("Finding")),
        tuple(Block(writer.phrasing.item(code), tuple(lines)) for code, lines in blocks.items()),
        writer.how("institutions"),
        writer.ticks(writer.points, unit),
    )


def _own_line(writer: RowWriter, pair: _Pair) -> ReportLine:
    """The community's own figure, as its report published it."""
    unit = UNITS[pair.figure.count][0]
    line = writer.dotted(writer.phrasing.name("community"), pair.cell, unit, writer.points)
    return replace(line, entries=(*line.entries[:2], ChartEntry("")))


def _other_line(writer: RowWriter, pair: _Pair, looked: int) -> ReportLine:
    """The other survey's figure, and the difference from it or what keeps the two from being compared."""
    unit = UNITS[pair.figure.count][0]
    other = pair.figure
    half = None if other.se is None else Z95 * other.se * pair.unit
    value = other.value * pair.unit
    low, high = (None, None) if half is None else (max(value - half, 0.0), min(value + half, 100.0))
    cell = Cell(True, value, low, high, verdict=None)
    line = writer.dotted(_name(writer, pair), cell, unit, writer.points)
    return ReportLine(line.label, line.chart, (*line.entries[:2], _finding(writer, pair, looked)))


def _finding(writer: RowWriter, pair: _Pair, looked: int) -> ChartEntry:
    if pair.unlike:
        reasons = writer.phrasing.listed([writer.text(DIFFERS[each]) for each in pair.unlike])
        return ChartEntry(writer.text("Not compared: {reasons}", reasons=reasons))
    gap = compare(pair.own, pair.question, pair.figure, looked)
    cell = Cell(True, gap.value * pair.unit, gap.interval.low * pair.unit, gap.interval.high * pair.unit)
    reading = read_difference(cell) or "unclear"
    words = writer.text(
        "{name}: {value}",
        name=gap_words(writer)[reading],
        value=writer.phrasing.number(cell.value, "points", signed=True),
    )
    return ChartEntry(words, writer.phrasing.interval(cell, "points", signed=True), tone=reading)


def _name(writer: RowWriter, pair: _Pair) -> str:
    """The short name of the survey, and its country where the name does not say it."""
    figure, short = pair.figure, pair.question.source.short
    if figure.country:
        return f"{short} · {formats.country(figure.country, writer.phrasing.lang)}"
    if figure.countries:
        return f"{short} · {writer.text('average of {n} countries', n=figure.countries)}"
    return short


def _pairs(context: ReportContext, benchmarks: Sequence[BenchmarkQuestion]) -> Iterator[_Pair]:
    writer = context.main
    words = context.frozen.words.get(SOURCE_LANGUAGE, {})
    for question in benchmarks:
        for code in _codes(writer, question, words):
            for figure in question.figures:
                cell = _cell(writer, code, figure)
                if cell is not None and cell.shown and cell.se is not None:
                    yield _Pair(code, _own_figure(writer, code, cell, figure, words), cell, question, figure)


def _codes(writer: RowWriter, question: BenchmarkQuestion, words: Mapping[str, str]) -> Iterator[str]:
    """Yield the institutions of the report that the benchmark names, or that ask in its official words."""
    table = writer.find("institutions")
    named = question.asked_in.get(str(writer.contents.facts.get("survey", "")).partition(" ")[0], "")
    for code in dict.fromkeys(row.term.partition(":")[0] for row in table.rows) if table else ():
        if code == named or (question.is_official and words.get(f"item.{code}") == question.text):
            yield code


def _cell(writer: RowWriter, code: str, figure: BenchmarkFigure) -> Cell | None:
    """The community's own figure that counts what the benchmark counts."""
    if figure.count == "share" and figure.codes == HIGH:
        return _find(writer, "institutions", f"{code}:band=high")
    if figure.count == "mean":
        return _find(writer, "institution_scores", f"{code}:score")
    return None


def _find(writer: RowWriter, name: str, term: str) -> Cell | None:
    table = writer.find(name)
    return next((row.cell for row in table.of(term=term)), None) if table else None


def _own_figure(
    writer: RowWriter, code: str, cell: Cell, figure: BenchmarkFigure, words: Mapping[str, str]
) -> OwnFigure:
    assert cell.se is not None
    unit = _unit(figure)
    mode, wording = MODES.get(writer.source.id, "mixed"), words.get(f"item.{code}", "")
    people = cell.n_effective or cell.n
    return OwnFigure(cell.value / unit, cell.se / unit, people, wording, ENDS, mode, writer.source.is_random)
