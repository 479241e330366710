"""Scorecards for everyone: of a community, of one of its agencies, and the comparison of communities.

Each is a page, a PDF file, a table and a document for programs. A scorecard never changes, so the pages and files made
from it stay in memory by fingerprint, version and language.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import Response

from app.errors import NotFound
from app.language import formats
from app.language.languages import LANGUAGES
from app.paths import SURVEYS
from app.services.common.formula_guard import guard
from app.services.registers.register_files import to_calendar, to_table
from app.services.registers.register_files import to_csv as to_csv_text
from app.services.registers.register_table import REGISTERS
from app.services.scorecards.comparison import compare
from app.services.scorecards.definitions import load_definitions
from app.services.scorecards.figures import Figures
from app.services.scorecards.names import complete_languages
from app.services.scorecards.publish import (
    FrozenScorecard,
    ScoredAgency,
    corrects,
    find_frozen_scorecard,
    list_agencies,
    list_scorecards,
)
from app.web.cached_files import (
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
from app.web.error_pages import PageRefused
from app.web.locale import choose_language
from app.web.lru_cache import LruCache
from app.web.pdf_files import PdfFiles
from app.web.scorecards.comment_pages import CommentPages
from app.web.scorecards.figure_writer import FigureWriter
from app.web.scorecards.file_formats import to_csv, to_json
from app.web.scorecards.page import view_card
from app.web.scorecards.pdf_pages import to_paper
from app.web.scorecards.phrasing import scorecard_phrasing
from app.web.scorecards.rendering import name_of, render_card, render_network
from app.web.view_models import PublicationLink

SCHEMA = Path(__file__).with_name("scorecard.schema.json")
DEFINITIONS = SURVEYS / "measures.schema.json"
MOST_CARDS, MOST_FILES = 64, 256


class ScorecardPages:
    """Serve `/scorecard` and `/scorecards` to anyone."""

    def __init__(
        self,
        engine: Engine,
        base_url: str,
        pdf_files: PdfFiles,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.engine, self.base_url, self.pdf_files, self.clock = engine, base_url, pdf_files, clock
        self.comments = CommentPages(engine, self.get_asked)
        self.cards: LruCache[tuple[str, str, int | None, int], FrozenScorecard | None] = LruCache(MOST_CARDS)
        self.agencies: LruCache[tuple[str, int], tuple[ScoredAgency, ...]] = LruCache(MOST_CARDS)
        self.lists: LruCache[int, tuple[FrozenScorecard, ...]] = LruCache(1)
        self.files: LruCache[tuple[str, ...], CachedFile] = LruCache(MOST_FILES)

    def show(self, request: Request) -> Response:
        frozen, lang = self.get_asked(request)
        versioned = not is_newest(request)
        agencies = self.get_agencies(frozen)
        own = ",".join(each.slug for each in agencies)
        newer = versioned and self.is_corrected(frozen)
        name = (frozen.card.sha256, f"{frozen.version}", "page", lang, f"{versioned}{newer}", own)
        file = self.files.get(name, lambda: make_page(frozen, lang, versioned, agencies, newer))
        return send(request, file, newest=not versioned)

    def send_figures(self, request: Request) -> Response:
        frozen, _ = self.get_asked(request)
        name = (frozen.card.sha256, f"{frozen.version}", "figures")
        return send(request, self.files.get(name, lambda: to_file(to_json(frozen), JSON)), newest=is_newest(request))

    def send_table(self, request: Request) -> Response:
        frozen, lang = self.get_asked(request)
        name = (frozen.card.sha256, f"{frozen.version}", "table", lang)
        return send(request, self.files.get(name, lambda: make_table(frozen, lang)), newest=is_newest(request))

    def send_calendar(self, request: Request) -> Response:
        """Send the meetings as a calendar."""
        frozen, _ = self.get_asked(request)
        name = (frozen.card.sha256, f"{frozen.version}", "calendar")
        return send(request, self.files.get(name, lambda: make_calendar(frozen)), newest=is_newest(request))

    def send_register(self, request: Request) -> Response:
        """Send the public entries of one register as a table."""
        frozen, _ = self.get_asked(request)
        register = request.path_params["register"]
        if register not in REGISTERS:
            raise PageRefused("not_found")
        name = (frozen.card.sha256, f"{frozen.version}", "register", register)
        return send(request, self.files.get(name, lambda: make_register(frozen, register)), newest=is_newest(request))

    async def show_form(self, request: Request) -> Response:
        return await self.comments.show(request)

    async def receive_form(self, request: Request) -> Response:
        return await self.comments.receive(request)

    def send_pdf(self, request: Request) -> Response:
        frozen, lang = self.get_asked(request)
        name = ("scorecard", frozen.card.sha256, f"{frozen.version}", lang)
        file = self.pdf_files.get(name, lambda: to_paper(frozen, lang, self.base_url), file_name(frozen, lang, "pdf"))
        return send(request, file, newest=is_newest(request))

    def send_schema(self, request: Request) -> Response:
        """Send the JSON Schema of a scorecard's figures."""
        return send(request, load_schema(SCHEMA), newest=True)

    def send_definitions_schema(self, request: Request) -> Response:
        """Send the JSON Schema of the definitions of outcome measures."""
        return send(request, load_schema(DEFINITIONS), newest=True)

    def show_network(self, request: Request) -> Response:
        lang = choose_language(asked_language(request), accepted_languages(request), complete_languages(set(LANGUAGES)))
        name = ("network", lang, f"{self.moment()}")
        return send(request, self.files.get(name, lambda: self.make_network(lang)), newest=True)

    def make_network(self, lang: str) -> CachedFile:
        cards, definitions = self.listed(), load_definitions()
        writer = FigureWriter(Figures({}, ()), definitions, scorecard_phrasing(lang, {}), latest_day(cards))
        page, policy = render_network(cards, compare(cards, definitions), writer, lang)
        return to_page(page, policy, lang)

    # --- look-ups

    def moment(self) -> int:
        return int(self.clock() // NEWEST_FOR)

    def get_asked(self, request: Request) -> tuple[FrozenScorecard, str]:
        """Find the scorecard of an address and the language to show it in."""
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

    def is_corrected(self, frozen: FrozenScorecard) -> bool:
        """Return whether the newest version corrects or withdraws a figure of this one."""
        name = (frozen.community, frozen.agency, None, self.moment())
        newest = self.cards.get(name, lambda: find_frozen_scorecard(self.engine, frozen.community, frozen.agency))
        return newest is not None and newest.version > frozen.version and corrects(newest, frozen)

    def get_agencies(self, frozen: FrozenScorecard) -> tuple[ScoredAgency, ...]:
        """List the agencies with a scorecard of their own; their community's scorecard links to them."""
        if frozen.agency:
            return ()
        name = (frozen.community, self.moment())
        return self.agencies.get(name, lambda: tuple(list_agencies(self.engine, frozen.community)))

    def listed(self) -> tuple[FrozenScorecard, ...]:
        return self.lists.get(self.moment(), lambda: tuple(list_scorecards(self.engine)))

    def list_for_home(self, lang: str) -> tuple[PublicationLink, ...]:
        """List the scorecards for the front page, in languages whose catalog is complete."""
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


def make_page(
    frozen: FrozenScorecard, lang: str, versioned: bool, agencies: tuple[ScoredAgency, ...], newer: bool = False
) -> CachedFile:
    page, policy = render_card(view_card(frozen, lang), frozen, lang, versioned, agencies, newer)
    return to_page(page, policy, lang)


def make_table(frozen: FrozenScorecard, lang: str) -> CachedFile:
    disposition = f'attachment; filename="{file_name(frozen, lang, "csv")}"'
    content = to_csv(frozen, lang)
    return to_file(content, CSV, content_disposition=disposition, content_language=lang)


def entries_in(frozen: FrozenScorecard, register: str) -> list[dict[str, Any]]:
    return [dict(row) for row in frozen.card.document["public"].get("registers", {}).get(register, ())]


def make_calendar(frozen: FrozenScorecard) -> CachedFile:
    name = f'attachment; filename="meetings-{frozen.community}.ics"'
    content = to_calendar(frozen.community, entries_in(frozen, "meetings"), frozen.published_on)
    return to_file(content, "text/calendar; charset=utf-8", content_disposition=name)


def make_register(frozen: FrozenScorecard, register: str) -> CachedFile:
    name = f'attachment; filename="{frozen.community}-{register}-v{frozen.version}.csv"'
    rows = to_table(register, entries_in(frozen, register))
    content = to_csv_text([[str(guard(cell)) for cell in row] for row in rows])
    return to_file(content.encode("utf-8-sig"), CSV, content_disposition=name)


def file_name(frozen: FrozenScorecard, lang: str, ending: str) -> str:
    subject = frozen.card.subject.replace("/", "-")
    return f"scorecard-{subject}-v{frozen.version}.{lang}.{ending}"


@cache
def load_schema(path: Path) -> CachedFile:
    return to_file(path.read_bytes(), "application/schema+json")
