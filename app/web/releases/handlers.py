"""Data sets for everyone: their list, a page for each, every file, and requests for restricted data.

A file never changes: its fingerprint is its entity tag, and an interrupted download continues where it stopped. Small
texts are sent compressed.
"""

from __future__ import annotations

import gzip
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from app.services.common.actor import Actor
from app.services.common.object_store import ObjectStore
from app.services.releases.access_requests import ask_access, can_ask, open_access, record_download_by_link
from app.services.releases.package.catalog import write_feed
from app.services.releases.package.files import PackedFile
from app.services.releases.publish import (
    FrozenRelease,
    count_downloads,
    downloads_in_tens,
    find_frozen_release,
    list_releases,
)
from app.settings import Settings
from app.web.error_pages import PageRefused
from app.web.headers import takes_gzip
from app.web.locale import choose_language, list_language_links
from app.web.lru_cache import LruCache
from app.web.releases.access_form import describe_errors, read_form
from app.web.releases.phrasing import catalog_for, complete_languages
from app.web.releases.rendering import respond
from app.web.releases.variable_search import LONGEST_SEARCH, find_variables
from app.web.releases.views import (
    AskedScreen,
    FormScreen,
    ReleaseListScreen,
    VariablesScreen,
    list_communities,
    newest_of_each,
    view_access,
    view_gone,
    view_release,
)
from app.web.view_models import Link

NEWEST_FOR = 10  # seconds for which the status of a release and the newest version are cached
PACKED_TYPES = ("text/", "application/json", "application/ld+json", "application/xml")
LARGEST_PACKED, MOST_PACKED = 2_000_000, 32
MOST_RELEASES = 32
LARGEST_FORM = 40_000
INSIDE_ANSWER = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
TENS = 10
FRAGMENT = re.compile(r"bytes=0*[1-9]")  # asks for a part that does not begin at the beginning


class DownloadCounter:
    """Count downloads in memory, and store whole tens, without person or time."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self._counts, self._lock = engine, Counter[tuple[str, str]](), Lock()

    def add(self, release: str, path: str) -> None:
        with self._lock:
            self._counts[release, path] += 1
            full = self._counts[release, path] == TENS
            if full:
                del self._counts[release, path]
        if full:
            count_downloads(self.engine, release, path, TENS)


class DataPages:
    """Serve `/data` to anyone."""

    def __init__(self, engine: Engine, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self.engine, self.settings, self.clock = engine, settings, clock
        self.store, self.counter = ObjectStore(settings), DownloadCounter(engine)
        self.lists: LruCache[int, tuple[FrozenRelease, ...]] = LruCache(1)
        self.releases: LruCache[tuple[str, int], FrozenRelease | None] = LruCache(MOST_RELEASES)
        self.packed: LruCache[str, bytes] = LruCache(MOST_PACKED)

    # --- pages

    def show_list(self, request: Request) -> Response:
        lang = page_language(request)
        return respond(
            ReleaseListScreen(lang, list_communities(self.listed(), lang), list_language_links(complete_languages()))
        )

    def show_variables(self, request: Request) -> Response:
        """Search the variables of the newest release of each round; without words it shows all of them."""
        lang, asked = page_language(request), request.query_params.get("q", "")[:LONGEST_SEARCH]
        chosen = request.query_params.get("release", "")
        found, facets = find_variables(newest_of_each(self.listed()), asked, chosen, lang)
        return respond(VariablesScreen(lang, asked, found, facets, list_language_links(complete_languages())))

    def show_release(self, request: Request) -> Response:
        frozen = self.get_public(request.path_params["release"])
        if frozen.name != request.path_params["release"]:
            return RedirectResponse(f"/data/{frozen.name}" + (f"?{request.url.query}" if request.url.query else ""))
        lang = page_language(request, frozen.languages)
        versions = [each for each in self.listed() if each.wave == frozen.wave]
        if not frozen.stands:
            return respond(view_gone(frozen, versions, lang), 410)
        taken = downloads_in_tens(self.engine, frozen.name)
        return respond(view_release(frozen, versions, lang, taken, can_ask(self.engine, frozen.wave)))

    def send_feed(self, request: Request) -> Response:
        feed = write_feed(self.settings.base_url, [each.about["dcat"] for each in self.listed() if each.stands])
        return Response(feed, media_type="application/ld+json", headers={"cache-control": "public, no-cache"})

    def link_for_home(self, lang: str) -> Link | None:
        """Link to the data sets, if there are any and the language has a complete catalog."""
        if lang not in complete_languages() or not any(each.stands for each in self.listed()):
            return None
        return Link(f"/data?lang={lang}", catalog_for(lang).text("Data for researchers"))

    # --- files

    def send_file(self, request: Request) -> Response:
        frozen = self.get_public(request.path_params["release"])
        if not frozen.stands:
            return self.show_release(request)
        file, path = self.get_file(frozen, request.path_params["path"])
        if is_known(request, file):
            return Response(status_code=304, headers=file_headers(file))
        if not FRAGMENT.match(request.headers.get("range", "")) and request.method == "GET":
            self.counter.add(frozen.name, file.path)
        return self.respond_with(request, file, path)

    def respond_with(self, request: Request, file: PackedFile, path: Path) -> Response:
        headers = file_headers(file)
        small = file.size <= LARGEST_PACKED and file.media_type.startswith(PACKED_TYPES)
        if small and takes_gzip(request) and "range" not in request.headers:
            packed = self.packed.get(file.sha256, lambda: gzip.compress(path.read_bytes(), 6, mtime=0))
            return Response(packed, headers=headers | {"content-encoding": "gzip"})
        return FileResponse(path, headers=headers)

    def get_file(self, frozen: FrozenRelease, path: str) -> tuple[PackedFile, Path]:
        file = frozen.file(path)  # first: only a listed name may reach the disk
        place = self.store.find(frozen.tier, frozen.name, path) if file else None
        if file is None or place is None:
            raise PageRefused("not_found")
        return file, place

    def get_public(self, name: str) -> FrozenRelease:
        now = int(self.clock() // NEWEST_FOR)
        found = self.releases.get((name, now), lambda: find_frozen_release(self.engine, name))
        if found is None or found.tier != "public":
            raise PageRefused("not_found")
        return found

    def listed(self) -> tuple[FrozenRelease, ...]:
        return self.lists.get(int(self.clock() // NEWEST_FOR), lambda: tuple(list_releases(self.engine)))

    # --- restricted data

    def show_form(self, request: Request) -> Response:
        return respond(self.get_form(request))

    async def receive_form(self, request: Request) -> Response:
        form = await run_in_threadpool(self.get_form, request)
        async with request.form(max_files=0, max_fields=20, max_part_size=LARGEST_FORM) as sent:
            filled = {name: value for name, value in sent.items() if isinstance(value, str)}
        return await run_in_threadpool(self.take_form, form, filled)

    def take_form(self, form: FormScreen, filled: dict[str, str]) -> Response:
        wanted = read_form(filled, form.lang)
        form_errors = wanted.form_errors()
        if form_errors:
            return respond(replace(form, filled=filled, form_errors=describe_errors(form_errors, form.lang)), 422)
        number = ask_access(self.engine, form.wave, wanted, datetime.now(UTC).date())
        return respond(AskedScreen(form.lang, number, form.language_links))

    def get_form(self, request: Request) -> FormScreen:
        wave = request.path_params["wave"]
        if not can_ask(self.engine, wave):
            raise PageRefused("not_found")
        return FormScreen(
            page_language(request), wave, f"/data/request/{wave}", list_language_links(complete_languages())
        )

    def show_access(self, request: Request) -> Response:
        frozen = self.get_opened(request)
        lang = page_language(request, frozen.languages)
        return respond(view_access(frozen, request.path_params["token"], lang))

    def send_restricted(self, request: Request) -> Response:
        frozen = self.get_opened(request)
        file, path = self.get_file(frozen, request.path_params["path"])
        record_download_by_link(self.engine, request.path_params["token"], file.path, Actor("link", datetime.now(UTC)))
        return FileResponse(path, headers=file_headers(file) | {"cache-control": "no-store"})

    def get_opened(self, request: Request) -> FrozenRelease:
        found = open_access(self.engine, request.path_params["token"], datetime.now(UTC).date())
        if found is None:
            raise PageRefused("not_found")
        return found


def page_language(request: Request, offered: tuple[str, ...] = ()) -> str:
    """Choose a page's language among those with a complete catalog."""
    there = tuple(lang for lang in offered or complete_languages() if lang in complete_languages())
    return choose_language(request.query_params.get("lang"), request.headers.get("accept-language", ""), there)


def is_known(request: Request, file: PackedFile) -> bool:
    return file.sha256 in request.headers.get("if-none-match", "")


def file_headers(file: PackedFile) -> dict[str, str]:
    """Build a file's headers. A file never changes; an HTML page inside may use only its own style."""
    headers = {
        "etag": f'"{file.sha256}"',
        "content-type": f"{file.media_type}; charset=utf-8" if file.media_type.startswith("text/") else file.media_type,
        "cache-control": "public, max-age=86400",
        "vary": "Accept-Encoding",
        "accept-ranges": "bytes",
        "content-security-policy": INSIDE_ANSWER,
    }
    if file.media_type != "text/html":
        headers["content-disposition"] = f'attachment; filename="{file.name}"'
    if file.language:
        headers["content-language"] = file.language
    return headers
