"""Views become pages: the templates of scorecards with the words of the catalogue `scorecard`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from app.language.languages import LANGUAGES
from app.services.scorecards.comparison import Compared, Comparison
from app.services.scorecards.names import DOMAIN, spoken
from app.services.scorecards.publish import FrozenScorecard, ScoredAgency
from app.web import rendering
from app.web.locale import choose_name, list_tongues
from app.web.reports.views import Entry, Line, Link
from app.web.scorecards.figure_writer import Teller
from app.web.scorecards.phrasing import speak
from app.web.scorecards.views import CardView, TableView
from app.web.view_models import Screen, Tongue

STYLES = ("site.css", "public.css", "report.css", "scorecard.css")


@dataclass(frozen=True)
class CardScreen(Screen):
    """A published scorecard; `agencies` have one of their own."""

    template: ClassVar[str] = "scorecards/scorecard.html"
    styles: ClassVar[tuple[str, ...]] = STYLES

    view: CardView
    address: str
    versioned: str
    home: str
    tongues: tuple[Tongue, ...]
    files: tuple[Link, ...]
    agencies: tuple[Link, ...]


@dataclass(frozen=True)
class NetworkScreen(Screen):
    """All communities with a scorecard, and what they count alike."""

    template: ClassVar[str] = "scorecards/network.html"
    styles: ClassVar[tuple[str, ...]] = STYLES

    communities: tuple[Link, ...]
    tables: tuple[TableView, ...]
    tongues: tuple[Tongue, ...]


def render_card(
    view: CardView, frozen: FrozenScorecard, lang: str, versioned: bool, agencies: Sequence[ScoredAgency]
) -> tuple[str, str]:
    """The page of a scorecard and its content security policy."""
    address = f"/scorecard/{frozen.card.subject}"
    version = f"&version={frozen.version}" if versioned else ""
    text = speak(lang, frozen.words[lang]).text
    kinds = (("pdf", text("To print (PDF)")), ("csv", text("As a table (CSV)")), ("json", text("For programs (JSON)")))
    files = tuple(Link(f"{address}.{ending}?lang={lang}{version}", words) for ending, words in kinds)
    own = tuple(
        Link(f"/scorecard/{frozen.community}/{each.slug}?lang={lang}", choose_name(each.names, lang).words)
        for each in agencies
    )
    home = f"/scorecard/{frozen.community}?lang={lang}"
    return _render(CardScreen(lang, view, address, version, home, list_tongues(frozen.languages), files, own))


def render_network(
    cards: Sequence[FrozenScorecard], comparisons: Sequence[Comparison], teller: Teller, lang: str
) -> tuple[str, str]:
    """The page of the network and its content security policy."""
    names = {frozen.community: name_of(frozen, lang) for frozen in cards}
    links = sorted(
        (Link(f"/scorecard/{slug}?lang={lang}", name) for slug, name in names.items()), key=lambda link: link.words
    )
    tables = tuple(_comparison(each, names, teller) for each in comparisons)
    return _render(NetworkScreen(lang, tuple(links), tables, list_tongues(spoken(set(LANGUAGES)))))


def name_of(frozen: FrozenScorecard, lang: str) -> str:
    return choose_name({code: words["community"] for code, words in frozen.words.items()}, lang).words


def _comparison(comparison: Comparison, names: dict[str, str], teller: Teller) -> TableView:
    measure, speech = comparison.measure, teller.speech
    unit = teller.unit(measure.id)
    lines = sorted((_line(each.community, names, teller, each, unit) for each in comparison.communities), key=_label)
    notes = [speech.text("Definition {id}, version {version}.", id=measure.id, version=comparison.version)]
    if comparison.counted_otherwise:
        others = ", ".join(sorted(names[slug] for slug in comparison.counted_otherwise))
        notes.append(speech.text("Counted in another way, and so not compared: {others}.", others=others))
    columns = (speech.text("Figure"), speech.text("When"))
    title = f"{measure.id} {speech.text(measure.title)}"
    return TableView(title, speech.text("Community"), columns, tuple(lines), tuple(notes))


def _label(line: Line) -> str:
    return line.label


def _line(community: str, names: dict[str, str], teller: Teller, compared: Compared, unit: str) -> Line:
    point = compared.point
    entry = Entry(teller.value(point, unit), teller.speech.interval(point, unit), teller.speech.flags(point.flags))
    return Line(names[community], None, (entry, Entry(teller.speech.period(point))))


def _render(screen: Screen) -> tuple[str, str]:
    return rendering.render(screen, DOMAIN), rendering.policy(screen)
