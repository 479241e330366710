"""Render scorecards with the words of the catalog `scorecard`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from app.language.languages import LANGUAGES
from app.services.scorecards.comparison import CommunityComparison, Compared
from app.services.scorecards.names import DOMAIN, complete_languages
from app.services.scorecards.publish import FrozenScorecard, ScoredAgency
from app.web import rendering
from app.web.locale import choose_name, list_language_links
from app.web.reports.views import ChartEntry, ReportLine, ReportLink
from app.web.scorecards.figure_writer import FigureWriter
from app.web.scorecards.phrasing import scorecard_phrasing
from app.web.scorecards.views import CardView, TableView
from app.web.view_models import LanguageLink, Screen

STYLES = ("site.css", "public.css", "report.css", "scorecard.css")


@dataclass(frozen=True)
class CardScreen(Screen):
    """A published scorecard; `agencies` have one of their own."""

    template: ClassVar[str] = "scorecards/scorecard.html"
    styles: ClassVar[tuple[str, ...]] = STYLES

    view: CardView
    address: str
    community: str
    versioned: str
    newer: bool
    home: str
    language_links: tuple[LanguageLink, ...]
    files: tuple[ReportLink, ...]
    agencies: tuple[ReportLink, ...]
    draft: bool = False


@dataclass(frozen=True)
class NetworkScreen(Screen):
    """All communities with a scorecard, and what they count alike."""

    template: ClassVar[str] = "scorecards/network.html"
    styles: ClassVar[tuple[str, ...]] = STYLES

    communities: tuple[ReportLink, ...]
    tables: tuple[TableView, ...]
    language_links: tuple[LanguageLink, ...]


def render_card(
    view: CardView,
    frozen: FrozenScorecard,
    lang: str,
    versioned: bool,
    agencies: Sequence[ScoredAgency],
    newer: bool = False,
) -> tuple[str, str]:
    """The page of a scorecard and its content security policy."""
    address = f"/scorecard/{frozen.card.subject}"
    version = f"&version={frozen.version}" if versioned else ""
    text = scorecard_phrasing(lang, frozen.words[lang]).text
    kinds = (("pdf", text("To print (PDF)")), ("csv", text("As a table (CSV)")), ("json", text("For programs (JSON)")))
    files = tuple(ReportLink(f"{address}.{ending}?lang={lang}{version}", words) for ending, words in kinds)
    own = tuple(
        ReportLink(f"/scorecard/{frozen.community}/{each.slug}?lang={lang}", choose_name(each.names, lang).words)
        for each in agencies
    )
    home = f"/scorecard/{frozen.community}?lang={lang}"
    links = list_language_links(frozen.languages)
    return _render(CardScreen(lang, view, address, frozen.community, version, newer, home, links, files, own))


def render_draft(view: CardView, frozen: FrozenScorecard, lang: str, address: str, agency: str) -> tuple[str, str]:
    """The page of a scorecard as it would be published, for people who may answer it first."""
    versioned = f"&agency={agency}" if agency else ""
    links = list_language_links(frozen.languages)
    home = address.removesuffix("/draft")
    return _render(CardScreen(lang, view, address, frozen.community, versioned, False, home, links, (), (), draft=True))


def render_network(
    cards: Sequence[FrozenScorecard], comparisons: Sequence[CommunityComparison], writer: FigureWriter, lang: str
) -> tuple[str, str]:
    """The page of the network and its content security policy."""
    names = {frozen.community: name_of(frozen, lang) for frozen in cards}
    links = sorted(
        (ReportLink(f"/scorecard/{slug}?lang={lang}", name) for slug, name in names.items()),
        key=lambda link: link.words,
    )
    tables = tuple(_comparison(each, names, writer) for each in comparisons)
    return _render(NetworkScreen(lang, tuple(links), tables, list_language_links(complete_languages(set(LANGUAGES)))))


def name_of(frozen: FrozenScorecard, lang: str) -> str:
    return choose_name({code: words["community"] for code, words in frozen.words.items()}, lang).words


def _comparison(comparison: CommunityComparison, names: dict[str, str], writer: FigureWriter) -> TableView:
    measure, phrasing = comparison.measure, writer.phrasing
    unit = writer.unit(measure.id)
    lines = sorted((_line(each.community, names, writer, each, unit) for each in comparison.communities), key=_label)
    notes = [phrasing.text("Definition {id}, version {version}.", id=measure.id, version=comparison.version)]
    if comparison.counted_otherwise:
        others = ", ".join(sorted(names[slug] for slug in comparison.counted_otherwise))
        notes.append(phrasing.text("Counted in another way and therefore not compared: {others}.", others=others))
    columns = (phrasing.text("Figure"), phrasing.text("When"))
    title = f"{measure.id} {phrasing.text(measure.title)}"
    return TableView(title, phrasing.text("Community"), columns, tuple(lines), tuple(notes))


def _label(line: ReportLine) -> str:
    return line.label


def _line(community: str, names: dict[str, str], writer: FigureWriter, compared: Compared, unit: str) -> ReportLine:
    point = compared.point
    entry = ChartEntry(
        writer.value(point, unit), writer.phrasing.interval(point, unit), writer.phrasing.flags(point.flags)
    )
    return ReportLine(names[community], None, (entry, ChartEntry(writer.phrasing.period(point))))


def _render(screen: Screen) -> tuple[str, str]:
    return rendering.render(screen, DOMAIN), rendering.policy(screen)
