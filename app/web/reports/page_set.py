"""The pages of a report: which there are, their addresses, and what each shows. No table stands on two of them.

The first source whose people were drawn at random fills the summary, the pages of agencies and the details; without
such a source the first one does. Every other source stands apart on the page of the open link.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from app.language import formats
from app.services.common.report_names import is_simulated
from app.services.reports.publish import FrozenReport
from app.web.reports.agency_page import AgencyPage, make_agency_page
from app.web.reports.answered import answers_in_short
from app.web.reports.cards import AgencyCard, make_cards
from app.web.reports.figure_methods import recipes
from app.web.reports.findings import Finding, find_findings
from app.web.reports.headline_sentences import write_headline
from app.web.reports.hidden_figures import hidden_counts, hidden_rules
from app.web.reports.item_figures import ITEM
from app.web.reports.matrix import GroupMatrix, make_matrix
from app.web.reports.method_box import method_box, source_title, statement
from app.web.reports.parts import AGENCY, DETAILS, build_parts
from app.web.reports.phrasing import ReportPhrasing, capitalized, report_phrasing
from app.web.reports.published_document import DocumentContents, DocumentSource, DocumentTable, read_document
from app.web.reports.row_writer import RowWriter
from app.web.reports.summary import comparison_count, describe_people
from app.web.reports.verdicts import NO_CAUSE, TOGETHER
from app.web.reports.views import Answered, MethodStatement, Recipe, ReportPart

SUMMARY_PAGE, DETAILS_PAGE, OPEN_PAGE, METHOD_PAGE = "", "details", "open-link", "method"
RESERVED = (DETAILS_PAGE, OPEN_PAGE, METHOD_PAGE, "annex", "figures")


@dataclass(frozen=True)
class ReportContext:
    """A frozen report read in one language: all that its pages are made from."""

    frozen: FrozenReport
    contents: DocumentContents
    phrasing: ReportPhrasing

    @property
    def lang(self) -> str:
        return self.phrasing.lang

    @property
    def main(self) -> RowWriter:
        """The writer of the source that fills the summary."""
        first = next((each for each in self.contents.sources if each.is_random), self.contents.sources[0])
        return self.writer(first)

    @property
    def others(self) -> tuple[RowWriter, ...]:
        return tuple(self.writer(each) for each in self.contents.sources if each.id != self.main.source.id)

    def writer(self, source: DocumentSource) -> RowWriter:
        return RowWriter(self.contents, source, self.phrasing)


def read_report(frozen: FrozenReport, lang: str) -> ReportContext:
    """Read a report in one of its languages."""
    return ReportContext(frozen, read_document(frozen.report.document), report_phrasing(lang, frozen.words[lang]))


# --- addresses


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page of the report: its name in the address and in words."""

    page: str
    words: str


def page_of(slug: str) -> str:
    """The name of an agency's page, which is never that of another page.

    >>> page_of("police"), page_of("details")
    ('police', 'agency-details')
    """
    return f"agency-{slug}" if slug in RESERVED else slug


def agency_pages(context: ReportContext) -> Mapping[str, str]:
    """Return page -> slug of the agencies that the main source rated, in the order of the round."""
    return {page_of(card.slug): card.slug for card in make_cards(context.main)}


def list_pages(context: ReportContext) -> tuple[PageLink, ...]:
    """Return all pages of the report in reading order."""
    text = context.phrasing.text
    short = context.phrasing.short
    agencies = (PageLink(page, capitalized(short(slug))) for page, slug in agency_pages(context).items())
    titles = [source_title(writer) for writer in context.others]
    others = (PageLink(OPEN_PAGE, context.phrasing.listed(titles)),) if titles else ()
    return (
        PageLink(SUMMARY_PAGE, text("Summary")),
        *agencies,
        PageLink(DETAILS_PAGE, text("Details")),
        *others,
        PageLink(METHOD_PAGE, text("How this was done")),
    )


# --- what all pages share


@dataclass(frozen=True, slots=True)
class ReportFrame:
    """The words around every page of a report."""

    title: str
    community: str
    survey: str
    dates: str
    version: str
    fingerprint: str
    simulated: str


def make_frame(context: ReportContext) -> ReportFrame:
    """Return title, names, dates, version and fingerprint."""
    frozen, phrasing, facts = context.frozen, context.phrasing, context.contents.facts
    day: date = frozen.published_on
    names = (each.get("community", "") for each in frozen.words.values())
    text = phrasing.text
    simulated = text("These answers are simulated: a computer made them up, and no one was asked.")
    return ReportFrame(
        title=text("Trust in public services"),
        community=phrasing.name("community"),
        survey=phrasing.name("survey"),
        dates=phrasing.dates(facts["fielded"]) if "fielded" in facts else "",
        version=text(
            "Version {version}, published on {day}", version=frozen.version, day=formats.date(day, context.lang)
        ),
        fingerprint=frozen.report.sha256,
        simulated=simulated if is_simulated(names) else "",
    )


# --- the pages


@dataclass(frozen=True, slots=True)
class SourceNote:
    """A source that stands apart, in two sentences."""

    title: str
    people: str


@dataclass(frozen=True, slots=True)
class SummaryPage:
    """The report in ten seconds, then in a minute."""

    headline: str
    people: str
    cards: tuple[AgencyCard, ...]
    findings: tuple[tuple[Finding, str], ...]
    matrix: GroupMatrix | None
    weighted: str
    sure: tuple[str, ...]
    hidden: ReportPart
    others: tuple[SourceNote, ...]
    answers: tuple[Answered, ...] = ()


@dataclass(frozen=True, slots=True)
class SourcePage:
    """One source with its title, statement, cards and parts."""

    id: str
    title: str
    statement: str
    people: str
    is_random: bool
    cards: tuple[AgencyCard, ...]
    parts: tuple[ReportPart, ...]


@dataclass(frozen=True, slots=True)
class MethodPart:
    """How one source was done: the method box and the recipes of its figures."""

    id: str
    title: str
    method: tuple[MethodStatement, ...]
    recipes: tuple[Recipe, ...]


@dataclass(frozen=True, slots=True)
class MethodPage:
    """The annex: how the report was made."""

    sources: tuple[MethodPart, ...]
    rules: ReportPart


def make_summary(context: ReportContext) -> SummaryPage:
    """Return the summary of the main source, and a note about every other one."""
    writer = context.main
    findings = tuple((each, _proof(writer, each)) for each in find_findings(writer))
    notes = tuple(SourceNote(source_title(each), " ".join(describe_people(each))) for each in context.others)
    return SummaryPage(
        headline=write_headline(writer),
        people=" ".join(describe_people(writer)),
        cards=make_cards(writer),
        findings=findings,
        matrix=make_matrix(writer),
        weighted=_weighting(writer),
        sure=(statement(writer), *comparison_count(writer), *_cautions(writer)),
        hidden=hidden_counts(context.contents, context.phrasing),
        others=notes,
        answers=answers_in_short(context.phrasing, context.frozen.commitments),
    )


def _cautions(writer: RowWriter) -> Iterator[str]:
    """Write that intervals of comparisons hold together, and that differences of groups show no cause."""
    if writer.is_judged:
        yield writer.text(TOGETHER)
        yield writer.text(NO_CAUSE)


def _weighting(writer: RowWriter) -> str:
    """The first sentence of the method box about weights."""
    name = writer.text("Weighting")
    return next((each.paragraphs[0] for each in method_box(writer) if each.name == name and each.paragraphs), "")


def _proof(writer: RowWriter, finding: Finding) -> str:
    """The figures behind a sentence with their intervals: `-9.1 (-13.3 to -4.9)`."""
    signed = finding.signed
    value, interval = writer.phrasing.value, writer.phrasing.interval
    return " · ".join(
        f"{value(cell, 'points', signed=signed)} ({interval(cell, 'points', signed=signed)})" for cell in finding.cells
    )


def make_agency(context: ReportContext, slug: str) -> AgencyPage | None:
    """Return the page of an agency."""
    return make_agency_page(context.main, slug, context.frozen.commitments, context.frozen.shapes)


def make_details(context: ReportContext) -> SourcePage:
    """Return the parts that are not about one agency."""
    return _source_page(without_rated(context.main), (), build_parts(without_rated(context.main), DETAILS))


def make_others(context: ReportContext) -> tuple[SourcePage, ...]:
    """Return every source but the main one, each whole and by itself."""
    return tuple(
        _source_page(writer, make_cards(writer), build_parts(writer, AGENCY, DETAILS)) for writer in context.others
    )


def _source_page(writer: RowWriter, cards: tuple[AgencyCard, ...], parts: tuple[ReportPart, ...]) -> SourcePage:
    return SourcePage(
        writer.source.id,
        source_title(writer),
        statement(writer),
        " ".join(describe_people(writer)),
        writer.source.is_random,
        cards,
        parts,
    )


def without_rated(writer: RowWriter) -> RowWriter:
    """Leave out the questions about one agency, which stand on its page."""
    tables = {name: _unrated(table) for name, table in writer.source.tables.items()}
    kept = {name: table for name, table in tables.items() if table.rows}
    return replace(writer, source=replace(writer.source, tables=kept))


def _unrated(table: DocumentTable) -> DocumentTable:
    if table.sensitive or not table.name.startswith(ITEM):
        return table
    return replace(table, rows=tuple(row for row in table.rows if not row.agency))


def make_method(context: ReportContext) -> MethodPage:
    """Return how every source was done."""
    writers = (context.main, *context.others)
    parts = tuple(
        MethodPart(writer.source.id, source_title(writer), method_box(writer), recipes(writer)) for writer in writers
    )
    return MethodPage(parts, hidden_rules(context.contents, context.phrasing))
