"""Scorecards for everybody: of a community, of one of its agencies, and the network of communities.

Each as a page, on paper, as a table and as figures for programs. A scorecard never changes, so what was made of it is
kept in memory by its fingerprint, version and language.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from functools import cache
from pathlib import Path

from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.errors import NotFound, Refused
from app.language import formats
from app.language.languages import LANGUAGES, get_language
from app.paths import SURVEYS
from app.services.pdf.typesetting import Paper, to_pdf
from app.services.scorecards.comparison import compare
from app.services.scorecards.definitions import load_definitions
from app.services.scorecards.figures import Figures
from app.services.scorecards.names import complete_languages
from app.services.scorecards.publish import (
    FrozenScorecard,
    ScoredAgency,
    find_frozen_scorecard,
    list_agencies,
    list_scorecards,
)
from app.web.error_pages import PageRefused
from app.web.locale import choose_language
from app.web.lru_cache import LruCache
from app.web.rendering import TEMPLATES
from app.web.reports.pdf_pages import PDF, refuse_pdf
from app.web.reports.routes import (
    CSV,
    JSON,
    NEWEST_FOR,
    CachedFile,
    accepted_languages,
    asked_language,
    is_newest,
    read_version,
    send,
    to_file,
    to_page,
)
from app.web.scorecards.figure_writer import FigureWriter
from app.web.scorecards.file_formats import to_csv, to_json
from app.web.scorecards.page import view_card
from app.web.scorecards.phrasing import scorecard_phrasing
from app.web.scorecards.rendering import name_of, render_card, render_network
from app.web.view_models import PublicationLink

TEMPLATE = TEMPLATES / "scorecard.typ"
SCHEMA = Path(__file__).with_name("scorecard.schema.json")
DEFINITIONS = SURVEYS / "measures.schema.json"
MOST_CARDS, MOST_FILES, MOST_PAPERS = 64, 256, 16
COMMUNITY, AGENCY = "/scorecard/{community:slug}", "/scorecard/{community:slug}/{agency:slug}"


class ScorecardPages:
    """What anybody can read at `/scorecard` and `/scorecards`."""

    def __init__(
        self,
        engine: Engine,
        base_url: str,
        font_folder: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.engine, self.base_url, self.font_folder, self.clock = engine, base_url, font_folder, clock
        self.cards: LruCache[tuple[str, str, int | None, int], FrozenScorecard | None] = LruCache(MOST_CARDS)
        self.agencies: LruCache[tuple[str, int], tuple[ScoredAgency, ...]] = LruCache(MOST_CARDS)
        self.lists: LruCache[int, tuple[FrozenScorecard, ...]] = LruCache(1)
        self.files: LruCache[tuple[str, ...], CachedFile] = LruCache(MOST_FILES)
        self.papers: LruCache[tuple[str, ...], CachedFile] = LruCache(MOST_PAPERS)
        self.turn = threading.Lock()

    def routes(self) -> list[Route]:
        endings = {".json": self.send_figures, ".csv": self.send_table, ".pdf": self.send_paper, "": self.show}
        return [
            Route("/scorecards", self.show_network),
            *(Route(f"{about}{ending}", send) for about in (AGENCY, COMMUNITY) for ending, send in endings.items()),
            Route("/api/scorecard.schema.json", send_schema),
            Route("/api/measures.schema.json", send_definitions_schema),
        ]

    def show(self, request: Request) -> Response:
        frozen, lang = self.get_asked(request)
        versioned = not is_newest(request)
        agencies = self.get_agencies(frozen)
        own = ",".join(each.slug for each in agencies)
        name = (frozen.card.sha256, f"{frozen.version}", "page", lang, f"{versioned}", own)
        file = self.files.get(name, lambda: make_page(frozen, lang, versioned, agencies))
        return send(request, file, newest=not versioned)

    def send_figures(self, request: Request) -> Response:
        frozen, _ = self.get_asked(request)
        name = (frozen.card.sha256, f"{frozen.version}", "figures")
        return send(request, self.files.get(name, lambda: to_file(to_json(frozen), JSON)), newest=is_newest(request))

    def send_table(self, request: Request) -> Response:
        frozen, lang = self.get_asked(request)
        name = (frozen.card.sha256, f"{frozen.version}", "table", lang)
        return send(request, self.files.get(name, lambda: make_table(frozen, lang)), newest=is_newest(request))

    def send_paper(self, request: Request) -> Response:
        frozen, lang = self.get_asked(request)
        name = (frozen.card.sha256, f"{frozen.version}", lang)
        try:
            with self.turn:
                file = self.papers.get(name, lambda: self.make_paper(frozen, lang))
        except Refused as refused:
            raise refuse_pdf(refused) from None
        return send(request, file, newest=is_newest(request))

    def make_paper(self, frozen: FrozenScorecard, lang: str) -> CachedFile:
        content = to_pdf(to_paper(frozen, lang, self.base_url), self.font_folder)
        return to_file(content, PDF, content_disposition=_attached(frozen, lang, "pdf"), content_language=lang)

    def show_network(self, request: Request) -> Response:
        lang = choose_language(asked_language(request), accepted_languages(request), complete_languages(set(LANGUAGES)))
        name = ("network", lang, f"{self.moment()}")
        return send(request, self.files.get(name, lambda: self.make_network(lang)), newest=True)

    def make_network(self, lang: str) -> CachedFile:
        cards, definitions = self.listed(), load_definitions()
        writer = FigureWriter(Figures({}, ()), definitions, scorecard_phrasing(lang, {}), latest_day(cards))
        page, policy = render_network(cards, compare(cards, definitions), writer, lang)
        return to_page(page, policy, lang)

    # --- what there is

    def moment(self) -> int:
        return int(self.clock() // NEWEST_FOR)

    def get_asked(self, request: Request) -> tuple[FrozenScorecard, str]:
        """The scorecard that an address is of, and the language to tell it in."""
        version = read_version(request.query_params.get("version"))
        community, agency = request.path_params["community"], request.path_params.get("agency", "")
        name = (community, agency, version, 0 if version else self.moment())
        try:
            frozen = self.cards.get(name, lambda: find_frozen_scorecard(self.engine, community, agency, version))
        except NotFound:
            frozen = None
        if frozen is None:
            raise PageRefused("not_found")
        return frozen, choose_language(asked_language(request), accepted_languages(request), frozen.languages)

    def get_agencies(self, frozen: FrozenScorecard) -> tuple[ScoredAgency, ...]:
        """The agencies that have a scorecard of their own, told on that of their community."""
        if frozen.agency:
            return ()
        name = (frozen.community, self.moment())
        return self.agencies.get(name, lambda: tuple(list_agencies(self.engine, frozen.community)))

    def listed(self) -> tuple[FrozenScorecard, ...]:
        return self.lists.get(self.moment(), lambda: tuple(list_scorecards(self.engine)))

    def list_for_home(self, lang: str) -> tuple[PublicationLink, ...]:
        """The scorecards as the front page shows them, in languages that have all their words."""
        if lang not in complete_languages({lang}):
            return ()
        title = scorecard_phrasing(lang, {}).text("Shared Safety scorecard")
        return tuple(
            PublicationLink(
                f"/scorecard/{each.community}?lang={choose_language(lang, '', each.languages)}",
                f"{name_of(each, lang)}: {title}",
                formats.date(each.published_on, lang),
            )
            for each in self.listed()
        )


def latest_day(cards: tuple[FrozenScorecard, ...]) -> date:
    return max((each.published_on for each in cards), default=date.min)


def make_page(frozen: FrozenScorecard, lang: str, versioned: bool, agencies: tuple[ScoredAgency, ...]) -> CachedFile:
    page, policy = render_card(view_card(frozen, lang), frozen, lang, versioned, agencies)
    return to_page(page, policy, lang)


def make_table(frozen: FrozenScorecard, lang: str) -> CachedFile:
    content = to_csv(frozen, lang)
    return to_file(content, CSV, content_disposition=_attached(frozen, lang, "csv"), content_language=lang)


def _attached(frozen: FrozenScorecard, lang: str, ending: str) -> str:
    subject = frozen.card.subject.replace("/", "-")
    return f'attachment; filename="scorecard-{subject}-v{frozen.version}.{lang}.{ending}"'


def to_paper(frozen: FrozenScorecard, lang: str, base_url: str) -> Paper:
    """The scorecard in one of its languages."""
    text = scorecard_phrasing(lang, frozen.words[lang]).text
    values = {
        "lang": lang,
        "direction": get_language(lang).direction,
        "address": f"{base_url}/scorecard/{frozen.card.subject}?version={frozen.version}",
        "view": asdict(view_card(frozen, lang)),
        "words": {
            "questions": text("The questions"),
            "measures": text("The measures"),
            "beside": text("Read it beside"),
            "log": text("What was tried"),
            "worked": text("What worked"),
            "did_not_work": text("What did not work"),
            "withheld": text("What is not shown, and why"),
            "fingerprint": text("Fingerprint"),
        },
    }
    return Paper(TEMPLATE, (lang, *frozen.languages), frozen.published_on, values)


@cache
def load_schema(path: Path) -> CachedFile:
    return to_file(path.read_bytes(), "application/schema+json")


def send_schema(request: Request) -> Response:
    """The form of a scorecard's figures, as a JSON Schema."""
    return send(request, load_schema(SCHEMA), newest=True)


def send_definitions_schema(request: Request) -> Response:
    """The form of the definitions of outcome measures, as a JSON Schema."""
    return send(request, load_schema(DEFINITIONS), newest=True)
