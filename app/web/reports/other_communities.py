"""Show the newest published levels of a community's agencies beside those of other communities.

A difference is stated only where both counted alike: the same questions, answers, index, people drawn at random, and
weights from the same things. Else the row says what differs. Agencies are the same where their ids are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from app.language.extraction import mark
from app.services.common.report_names import is_simulated
from app.services.reports.community_gaps import CommunityGap, PublishedLevel, judge_gaps
from app.services.reports.publish import FrozenReport
from app.web.locale import choose_name
from app.web.reports.average_of_others import gap_words
from app.web.reports.other_surveys import DIFFERS
from app.web.reports.phrasing import AREAS, family_of
from app.web.reports.published_document import Cell, DocumentContents, DocumentSource, read_document
from app.web.reports.published_rounds import Comparison
from app.web.reports.row_writer import RowWriter
from app.web.reports.verdicts import TOGETHER, read_difference
from app.web.reports.views import Block, ChartEntry, ReportFigure, ReportLine, ReportPart

# Each reason with its words, in the order in which a row gives them.
UNLIKE: dict[str, str] = {
    "wording": DIFFERS["wording"],
    "answers": DIFFERS["answers"],
    "counted": DIFFERS["counted"],
    "selection": DIFFERS["selection"],
    "weighting": mark("weighted by other things"),
}
Words = Mapping[str, str]


@dataclass(frozen=True)
class CommunityStanding:
    """The newest report of a community, as far as a comparison needs it; `words` are those of the rated questions."""

    community: str
    wave: str
    names: Mapping[str, str]
    fielded: str
    index: str
    wording: str
    words: Mapping[str, Words]
    random: bool
    weighted_by: frozenset[str]
    cells: Mapping[str, Cell]

    @property
    def simulated(self) -> bool:
        """Whether a computer made up its answers."""
        return is_simulated(self.names.values())

    def differs_from(self, other: CommunityStanding) -> tuple[str, ...]:
        """Return what keeps the two from being compared; empty where nothing does."""
        return tuple(self._differences(other))

    def _differences(self, other: CommunityStanding) -> Iterator[str]:
        asked = {*(_words_apart(self.words, other.words))}
        yield from (name for name in ("wording", "answers") if name in asked)
        if not asked and (self.index != other.index or not self.wording or self.wording != other.wording):
            yield "counted"
        if not (self.random and other.random):
            yield "selection"
        if self.weighted_by != other.weighted_by:
            yield "weighting"


def _words_apart(one: Mapping[str, Words], other: Mapping[str, Words]) -> Iterator[str]:
    """Yield what differs in the words of the rated questions, in the first language that both have."""
    lang = next((lang for lang in ("en", *one) if lang in one and lang in other), None)
    if lang is None:
        return
    for name in one[lang].keys() | other[lang].keys():
        if one[lang].get(name) != other[lang].get(name):
            yield "answers" if name.count(".") > 1 else "wording"


def read_standing(frozen: FrozenReport, source: str = "") -> CommunityStanding | None:
    """Return the standing of a report: that of the named source, else of the people who were drawn at random.

    None where the report has no index of agencies.
    """
    contents = read_document(frozen.report.document)
    found = sorted(contents.sources, key=lambda each: (each.id != source, not each.is_random))
    table = found[0].tables.get("index") if found else None
    if table is None or not table.rows:
        return None
    codes = _rated_codes(found[0])
    return CommunityStanding(
        frozen.community,
        frozen.wave,
        {lang: words["community"] for lang, words in frozen.words.items() if "community" in words},
        str(contents.facts.get("fielded", "")),
        f"{table.rows[0].term} {table.unit}",
        str(contents.facts.get("wording") or contents.facts.get("survey", "")),
        {lang: _words_of(words, codes) for lang, words in frozen.words.items()},
        found[0].is_random,
        _weights_of(contents, found[0]),
        {row.agency: row.cell for row in table.rows},
    )


def _rated_codes(source: DocumentSource) -> tuple[str, ...]:
    """The questions about agencies."""
    return tuple(code for code, table in source.starting("item_") if any(row.agency for row in table.rows))


def _words_of(words: Words, codes: Sequence[str]) -> Words:
    return {name: text for code in codes for name, text in words.items() if f"{name}.".startswith(f"item.{code}.")}


def _weights_of(contents: DocumentContents, source: DocumentSource) -> frozenset[str]:
    """Return the groups and the population of the weights. Parts of a city are its own, so they do not count."""
    names = str(source.facts.get("weighted_by", "")).split(", ")
    families = {family_of(name) for name in names if name} - set(AREAS)
    return frozenset({*families, f"to {contents.facts.get('population_universe', '')}"})


# --- the page


def compare_communities(
    writer: RowWriter, own: CommunityStanding, others: Sequence[CommunityStanding]
) -> Comparison | None:
    """Return the page; None where no other community rates one of the same agencies."""
    others = [each for each in others if each.simulated == own.simulated and each.cells.keys() & own.cells.keys()]
    if not others:
        return None
    text = writer.text
    careful = text(
        "Each community asked its own residents. We state a difference only where the questions, the answers, the "
        "drawing of people and the weights are the same, and where it is clear among all differences of this page "
        "(Benjamini–Hochberg, 5%)."
    )
    gaps = judge_gaps(*_levels(own, others))
    blocks = tuple(
        Block(writer.phrasing.agency(agency), tuple(_lines(writer, agency, own, others, gaps))) for agency in own.cells
    )
    figure = ReportFigure(
        "communities",
        text("Trust in each agency"),
        text("Community"),
        (text("Points"), writer.interval_name, text("Finding")),
        tuple(block for block in blocks if len(block.lines) > 1),
        writer.how("index"),
        writer.ticks(writer.points, "points"),
    )
    part = ReportPart("communities", text("Beside other communities"), (careful, text(TOGETHER)), figures=(figure,))
    return Comparison(writer.phrasing.name("community"), (part,))


def _levels(
    own: CommunityStanding, others: Sequence[CommunityStanding]
) -> tuple[dict[str, PublishedLevel], dict[str, dict[str, PublishedLevel]]]:
    """The levels of the page that may be compared: our own, and those of others, by agency."""
    alike = [each for each in others if not own.differs_from(each)]
    ours = {agency: level for agency, cell in own.cells.items() if (level := _level(cell))}
    theirs = {
        agency: {each.community: level for each in alike if (level := _level(each.cells.get(agency)))}
        for agency in ours
    }
    return ours, theirs


def _level(cell: Cell | None) -> PublishedLevel | None:
    if cell is None or not cell.shown or cell.low is None or cell.high is None or cell.se is None:
        return None
    return PublishedLevel(cell.value, cell.low, cell.high, cell.se, float(cell.n_effective or cell.n))


def _lines(
    writer: RowWriter,
    agency: str,
    own: CommunityStanding,
    others: Sequence[CommunityStanding],
    gaps: Mapping[tuple[str, str], CommunityGap],
) -> Iterator[ReportLine]:
    yield _line(writer, own, own.cells[agency], ChartEntry(""))
    for each in others:
        if agency in each.cells:
            gap, unlike = gaps.get((agency, each.community)), own.differs_from(each)
            yield _line(writer, each, each.cells[agency], _finding(writer, gap, unlike))


def _line(writer: RowWriter, standing: CommunityStanding, cell: Cell, finding: ChartEntry) -> ReportLine:
    name = choose_name(standing.names, writer.phrasing.lang).words
    label = f"{name} · {writer.phrasing.dates(standing.fielded)}" if standing.fielded else name
    line = writer.dotted(label, cell, "points", writer.points)
    return line if line.withheld else replace(line, entries=(*line.entries[:2], finding))


def _finding(writer: RowWriter, gap: CommunityGap | None, unlike: Sequence[str]) -> ChartEntry:
    if unlike:
        reasons = writer.phrasing.listed([writer.text(UNLIKE[each]) for each in unlike])
        return ChartEntry(writer.text("Not compared: {reasons}", reasons=reasons))
    if gap is None:
        return ChartEntry("–")
    cell = Cell(True, gap.value, gap.low, gap.high, verdict=gap.verdict)
    reading = read_difference(cell) or "unclear"
    points = writer.phrasing.number(cell.value, "points", signed=True)
    words = writer.text("{name}: {value}", name=gap_words(writer)[reading], value=points)
    return ChartEntry(words, writer.phrasing.interval(cell, "points", signed=True), tone=reading)
