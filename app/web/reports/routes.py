"""Published reports for everybody: their list, each as a page, as a table and as the frozen document itself.

A report never changes, so what was made of it is kept in memory by its fingerprint and language: page, table and
document, each plain and compressed. Which version is the newest is looked up again after a few seconds.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import Engine
from starlette.convertors import StringConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.language import formats
from app.language.languages import LANGUAGES, get_language
from app.services.reports.publish import FrozenReport, Listed, find_frozen_report, list_reports
from app.web.error_pages import PageRefused
from app.web.locale import choose_language, choose_name
from app.web.lru_cache import LruCache
from app.web.reports.csv_export import to_csv
from app.web.reports.list_page import list_communities
from app.web.reports.page import view_report
from app.web.reports.rendering import render_list, render_report
from app.web.resident.survey_pages import takes_gzip
from app.web.view_models import PublicationLink

NEWEST_FOR = 10  # seconds for which the newest version is taken to be the newest
MOST_REPORTS, MOST_FILES = 16, 64  # about 2 MB and 0.3 MB each
SCHEMA = Path(__file__).with_name("report.schema.json")
VERSION = re.compile("[1-9][0-9]{0,5}")
CSV, HTML, JSON = "text/csv; charset=utf-8", "text/html; charset=utf-8", "application/json"


class SlugConvertor(StringConvertor):
    """Names of communities and waves hold no dot, so that `.pdf` and its like are addresses of their own."""

    regex = "[a-z0-9-]+"


register_url_convertor("slug", SlugConvertor())


@dataclass(frozen=True)
class CachedFile:
    """Something to send, ready as it stands."""

    body: bytes
    packed: bytes
    tag: str
    headers: dict[str, str]


def to_file(body: bytes, media_type: str, **headers: str) -> CachedFile:
    """The bytes with what a browser must know of them; the tag follows from the bytes alone."""
    tag = hashlib.sha256(body).hexdigest()[:32]
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return CachedFile(body, gzip.compress(body, 6, mtime=0), tag, {"content-type": media_type, **named})


class ReportPages:
    """What anybody can read at `/reports`."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.monotonic) -> None:
        self.engine, self.clock = engine, clock
        self.reports: LruCache[tuple[str, str, int | None, int], FrozenReport | None] = LruCache(MOST_REPORTS)
        self.files: LruCache[tuple[str, ...], CachedFile] = LruCache(MOST_FILES)
        self.lists: LruCache[int, tuple[Listed, ...]] = LruCache(1)

    def routes(self) -> list[Route]:
        return [
            Route("/reports", self.show_list),
            Route("/reports/{community:slug}/{wave:slug}.json", self.send_document),
            Route("/reports/{community:slug}/{wave:slug}.csv", self.send_table),
            Route("/reports/{community:slug}/{wave:slug}", self.show_report),
            Route("/api/report.schema.json", send_schema),
        ]

    def show_list(self, request: Request) -> Response:
        lang = choose_language(asked_language(request), accepted_languages(request), tuple(LANGUAGES))
        page, policy = render_list(list_communities(self.listed(), lang), lang)
        return send(request, to_page(page, policy, lang), newest=True)

    def show_report(self, request: Request) -> Response:
        frozen, lang = self.get_asked(request)
        versioned = request.query_params.get("version") is not None
        name = (frozen.report.sha256, "page", lang, str(frozen.version), str(versioned))
        return send(request, self.files.get(name, lambda: make_page(frozen, lang, versioned)), newest=not versioned)

    def send_document(self, request: Request) -> Response:
        frozen, _ = self.get_asked(request)
        name = (frozen.report.sha256, "document")
        return send(
            request, self.files.get(name, lambda: to_file(frozen.report.content, JSON)), newest=is_newest(request)
        )

    def send_table(self, request: Request) -> Response:
        frozen, lang = self.get_asked(request)
        name = (frozen.report.sha256, "table", lang)
        return send(request, self.files.get(name, lambda: make_table(frozen, lang)), newest=is_newest(request))

    # --- what there is

    def get_asked(self, request: Request) -> tuple[FrozenReport, str]:
        """The report that an address is of, and the language to tell it in."""
        version = read_version(request.query_params.get("version"))
        community, wave = request.path_params["community"], request.path_params["wave"]
        # A version stays what it is for ever; only what is newest may change.
        moment = 0 if version else int(self.clock() // NEWEST_FOR)
        name = (community, wave, version, moment)
        frozen = self.reports.get(name, lambda: find_frozen_report(self.engine, community, wave, version))
        if frozen is None:
            raise PageRefused("not_found")
        return frozen, choose_language(asked_language(request), accepted_languages(request), frozen.languages)

    def listed(self) -> tuple[Listed, ...]:
        return self.lists.get(int(self.clock() // NEWEST_FOR), lambda: tuple(list_reports(self.engine)))

    def list_for_home(self, lang: str) -> tuple[PublicationLink, ...]:
        """The published reports as the front page shows them."""
        return tuple(
            PublicationLink(
                f"/reports/{each.community}/{each.wave}?lang={choose_language(lang, '', each.languages)}",
                choose_name(each.names, lang).words,
                formats.date(each.published_on, lang),
            )
            for each in self.listed()
        )


def make_page(frozen: FrozenReport, lang: str, versioned: bool) -> CachedFile:
    report = frozen.report
    view = view_report(report.document, frozen.words, lang, frozen.version, frozen.published_on, report.sha256)
    page, policy = render_report(view, frozen, lang, versioned)
    return to_page(page, policy, lang)


def make_table(frozen: FrozenReport, lang: str) -> CachedFile:
    name = f'attachment; filename="{frozen.wave}-v{frozen.version}.{lang}.csv"'
    content = to_csv(frozen.report.document, frozen.words, lang)
    return to_file(content, CSV, content_disposition=name, content_language=lang)


def to_page(page: str, policy: str, lang: str) -> CachedFile:
    return to_file(page.encode(), HTML, content_security_policy=policy, content_language=get_language(lang).code)


@cache
def load_schema() -> CachedFile:
    return to_file(SCHEMA.read_bytes(), "application/schema+json")


def send_schema(request: Request) -> Response:
    """The form of the frozen document, as a JSON Schema."""
    return send(request, load_schema(), newest=True)


def send(request: Request, file: CachedFile, *, newest: bool) -> Response:
    """The file, or that the browser has it already. The newest version is asked for again each time."""
    headers = {
        **file.headers,
        "etag": f'W/"{file.tag}"',
        "vary": "Accept-Encoding, Accept-Language",
        "cache-control": "public, no-cache" if newest else "public, max-age=86400",
    }
    if file.tag in request.headers.get("if-none-match", ""):
        del headers["content-type"]
        return Response(status_code=304, headers=headers)
    if takes_gzip(request):
        return Response(file.packed, headers=headers | {"content-encoding": "gzip"})
    return Response(file.body, headers=headers)


def read_version(asked: str | None) -> int | None:
    if asked is not None and not VERSION.fullmatch(asked):
        raise PageRefused("not_found")
    return int(asked) if asked else None


def is_newest(request: Request) -> bool:
    return request.query_params.get("version") is None


def asked_language(request: Request) -> str | None:
    return request.query_params.get("lang")


def accepted_languages(request: Request) -> str:
    return request.headers.get("accept-language", "")
