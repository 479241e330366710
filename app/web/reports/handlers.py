"""Published reports for everyone: their list, and each as a page, PDF file, table and frozen document.

A report never changes, so the pages and files made from it stay in memory by fingerprint and language. The server looks
up the newest version again after a few seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import Response

from app.language import formats
from app.language.languages import LANGUAGES
from app.services.pdf.typesetting import Paper
from app.services.reports.benchmarks import load_benchmarks
from app.services.reports.publish import FrozenReport, Listed, find_frozen_report, list_reports
from app.services.reports.queries import list_beside, list_rounds
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
from app.web.locale import choose_language, choose_name
from app.web.lru_cache import LruCache
from app.web.pdf_files import PdfFiles
from app.web.reports.csv_export import to_csv
from app.web.reports.feed import ATOM, to_feed
from app.web.reports.list_page import list_communities
from app.web.reports.other_communities import CommunityStanding, read_standing
from app.web.reports.page_set import SUMMARY_PAGE, read_report
from app.web.reports.pdf_pages import to_annex, to_brief
from app.web.reports.picture_files import PictureFiles
from app.web.reports.rendering import (
    render_comparison,
    render_list,
    render_other_communities,
    render_other_surveys,
    render_report,
)
from app.web.reports.slide_drawing import PPTX, to_slides
from app.web.reports.workbook import XLSX, to_workbook
from app.web.view_models import PublicationLink

MOST_REPORTS, MOST_FILES = 16, 200  # about 2 MB and 0.1 MB each
MOST_COMMUNITIES = 4  # each with the reports of all its rounds
MOST_STANDINGS = 2_000  # a few kilobytes each
SCHEMA = Path(__file__).with_name("report.schema.json")


class ReportPages:
    """Serve `/reports` to anyone."""

    def __init__(
        self, engine: Engine, base_url: str, pdf_files: PdfFiles, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.engine, self.base_url, self.pdf_files, self.clock = engine, base_url, pdf_files, clock
        self.pictures = PictureFiles(pdf_files, base_url)
        self.reports: LruCache[tuple[str, str, int | None, int], FrozenReport | None] = LruCache(MOST_REPORTS)
        self.files: LruCache[tuple[str, ...], CachedFile] = LruCache(MOST_FILES)
        self.lists: LruCache[int, tuple[Listed, ...]] = LruCache(1)
        self.rounds: LruCache[tuple[str, int], tuple[FrozenReport, ...]] = LruCache(MOST_COMMUNITIES)
        self.beside: LruCache[tuple[str, int], tuple[Listed, ...]] = LruCache(MOST_COMMUNITIES)
        self.standings: LruCache[tuple[str, str, int, str], CommunityStanding | None] = LruCache(MOST_STANDINGS)

    def show_list(self, request: Request) -> Response:
        lang = choose_language(asked_language(request), accepted_languages(request), tuple(LANGUAGES))
        page, policy = render_list(list_communities(self.listed(), lang), lang)
        return send(request, to_page(page, policy, lang), newest=True)

    def show_report(self, request: Request) -> Response:
        """Show the summary, or another page of the report that the address names."""
        frozen, lang = self.get_asked(request)
        page, versioned = request.path_params.get("page", SUMMARY_PAGE), not is_newest(request)
        name = (frozen.report.sha256, "page", page, lang, str(frozen.version), str(versioned))
        return send(
            request,
            self.files.get(name, lambda: make_page(frozen, lang, versioned, page, self.base_url)),
            newest=not versioned,
        )

    def show_comparison(self, request: Request) -> Response:
        """Show the published reports of a community beside each other, of all agencies or of one."""
        community, agency = request.path_params["community"], request.path_params.get("agency", "")
        rounds = self._rounds_of(community)
        lang = choose_language(asked_language(request), accepted_languages(request), rounds[-1].languages)
        versions, is_alone = (
            "".join(f"{each.report.sha256}{each.version}" for each in rounds),
            not self._beside(community),
        )
        name = ("comparison", versions, agency, lang, str(is_alone))
        page = self.files.get(name, lambda: make_comparison(rounds, agency, lang, is_alone))
        return send(request, page, newest=True)

    def show_other_surveys(self, request: Request) -> Response:
        """Show the newest published figures of a community beside those of other surveys."""
        community = request.path_params["community"]
        rounds = self._rounds_of(community)
        lang = choose_language(asked_language(request), accepted_languages(request), rounds[-1].languages)
        newest = rounds[-1]
        is_alone = not self._beside(community)
        name = ("other surveys", newest.report.sha256, str(newest.version), lang, str(is_alone))
        return send(request, self.files.get(name, lambda: make_other_surveys(newest, lang, is_alone)), newest=True)

    def show_other_communities(self, request: Request) -> Response:
        """Show the newest published levels of a community beside those of other communities."""
        newest = self._rounds_of(request.path_params["community"])[-1]
        lang = choose_language(asked_language(request), accepted_languages(request), newest.languages)
        found = self._beside(newest.community)
        versions = "".join(f"{each.community}/{each.wave}/{each.version} " for each in found)
        name = ("other communities", newest.report.sha256, str(newest.version), versions, lang)
        page = self.files.get(name, lambda: make_other_communities(newest, lang, self._standings(newest, found, lang)))
        return send(request, page, newest=True)

    def _beside(self, community: str) -> tuple[Listed, ...]:
        moment = int(self.clock() // NEWEST_FOR)
        return self.beside.get((community, moment), lambda: tuple(list_beside(self.engine, community)))

    def _standings(self, newest: FrozenReport, found: Sequence[Listed], lang: str) -> list[CommunityStanding]:
        """Return the standings of other communities, each read from its report once."""
        source = read_report(newest, lang).main.source.id
        read = (
            self.standings.get(
                (each.community, each.wave, each.version, source), partial(self._read_standing, each, source)
            )
            for each in found
        )
        return [each for each in read if each is not None]

    def _read_standing(self, listed: Listed, source: str) -> CommunityStanding | None:
        frozen = find_frozen_report(self.engine, listed.community, listed.wave, listed.version)
        return read_standing(frozen, source) if frozen else None

    def _rounds_of(self, community: str) -> tuple[FrozenReport, ...]:
        moment = int(self.clock() // NEWEST_FOR)
        rounds = self.rounds.get((community, moment), lambda: tuple(list_rounds(self.engine, community)))
        if not rounds:
            raise PageRefused("not_found")
        return rounds

    def send_document(self, request: Request) -> Response:
        frozen, _ = self.get_asked(request)
        name = (frozen.report.sha256, "document")
        return send(
            request, self.files.get(name, lambda: to_file(frozen.report.content, JSON)), newest=is_newest(request)
        )

    def send_table(self, request: Request) -> Response:
        """Send the table; with `names=words` its columns have names for people beside those for programs."""
        frozen, lang = self.get_asked(request)
        in_words = request.query_params.get("names") == "words"
        name = (frozen.report.sha256, "table in words" if in_words else "table", lang)
        return send(
            request, self.files.get(name, lambda: make_table(frozen, lang, in_words)), newest=is_newest(request)
        )

    def send_pdf(self, request: Request) -> Response:
        frozen, lang = self.get_asked(request)
        return self._send_paper(request, frozen, lang, "report", to_brief)

    def send_annex(self, request: Request) -> Response:
        """Send the PDF file with every figure."""
        frozen, lang = self.get_asked(request)
        return self._send_paper(request, frozen, lang, "annex", to_annex)

    def _send_paper(
        self, request: Request, frozen: FrozenReport, lang: str, kind: str, make: Callable[..., Paper]
    ) -> Response:
        name = (kind, frozen.report.sha256, f"{frozen.version}", lang)
        begin = frozen.wave if kind == "report" else f"{frozen.wave}-{kind}"
        file_name = f"{begin}-v{frozen.version}.{lang}.pdf"
        file = self.pdf_files.get(name, lambda: make(frozen, lang, self.base_url), file_name)
        return send(request, file, newest=is_newest(request))

    def send_workbook(self, request: Request) -> Response:
        frozen, lang = self.get_asked(request)
        name = (frozen.report.sha256, "workbook", lang, str(frozen.version))
        return send(request, self.files.get(name, lambda: make_workbook(frozen, lang)), newest=is_newest(request))

    def send_slides(self, request: Request) -> Response:
        """Send the report as slides."""
        frozen, lang = self.get_asked(request)
        name = (frozen.report.sha256, "slides", lang, str(frozen.version))
        file = self.pdf_files.get_made(name, lambda: make_slides(frozen, lang, self.base_url), self.files)
        return send(request, file, newest=is_newest(request))

    def send_picture(self, request: Request) -> Response:
        """Send one figure as SVG, or as PNG in one of two sizes."""
        frozen, lang = self.get_asked(request)
        figure, form = request.path_params["figure"], request.url.path.rpartition(".")[2]
        scale = 2 if request.query_params.get("scale") == "2" else 1
        return send(request, self.pictures.draw(frozen, lang, figure, form, scale), newest=is_newest(request))

    def show_embed(self, request: Request) -> Response:
        """Show one figure on a page of its own that other sites may frame."""
        frozen, lang = self.get_asked(request)
        file = self.pictures.frame(frozen, lang, request.path_params["figure"])
        return send(request, file, newest=is_newest(request))

    def send_feed(self, request: Request) -> Response:
        """Send the newest reports as an Atom feed."""
        lang = choose_language(asked_language(request), accepted_languages(request), tuple(LANGUAGES))
        return send(request, to_file(to_feed(self.listed(), lang, self.base_url), ATOM), newest=True)

    def send_schema(self, request: Request) -> Response:
        """Send the JSON Schema of the frozen document."""
        return send(request, load_schema(), newest=True)

    # --- look-ups

    def get_asked(self, request: Request) -> tuple[FrozenReport, str]:
        """Find the report of an address and the language to show it in."""
        version = read_version(request.query_params.get("version"))
        community, wave = request.path_params["community"], request.path_params["wave"]
        # A version never changes; only which version is the newest may change.
        moment = 0 if version else int(self.clock() // NEWEST_FOR)
        name = (community, wave, version, moment)
        frozen = self.reports.get(name, lambda: find_frozen_report(self.engine, community, wave, version))
        if frozen is None:
            raise PageRefused("not_found")
        return frozen, choose_language(asked_language(request), accepted_languages(request), frozen.languages)

    def listed(self) -> tuple[Listed, ...]:
        return self.lists.get(int(self.clock() // NEWEST_FOR), lambda: tuple(list_reports(self.engine)))

    def list_for_home(self, lang: str) -> tuple[PublicationLink, ...]:
        """List the published reports for the front page."""
        return tuple(
            PublicationLink(
                f"/reports/{each.community}/{each.wave}?lang={choose_language(lang, '', each.languages)}",
                choose_name(each.names, lang).words,
                formats.date(each.published_on, lang),
            )
            for each in self.listed()
        )


def make_page(
    frozen: FrozenReport, lang: str, versioned: bool, page: str = SUMMARY_PAGE, base_url: str = ""
) -> CachedFile:
    rendered = render_report(read_report(frozen, lang), page, versioned, base_url)
    if rendered is None:
        raise PageRefused("not_found")
    return to_page(*rendered, lang)


def make_comparison(rounds: Sequence[FrozenReport], agency: str, lang: str, is_alone: bool = True) -> CachedFile:
    """Render a comparison; a report that was not published in the language gets the names of the newest one."""
    names = rounds[-1].words[lang]
    spoken = (replace(each, words={**each.words, lang: each.words.get(lang, names)}) for each in rounds)
    rendered = render_comparison([read_report(each, lang) for each in spoken], agency, is_alone)
    if rendered is None:
        raise PageRefused("not_found")
    return to_page(*rendered, lang)


def make_other_surveys(frozen: FrozenReport, lang: str, is_alone: bool = True) -> CachedFile:
    """Render the newest figures beside those of other surveys."""
    rendered = render_other_surveys(read_report(frozen, lang), load_benchmarks(), is_alone)
    if rendered is None:
        raise PageRefused("not_found")
    return to_page(*rendered, lang)


def make_other_communities(frozen: FrozenReport, lang: str, others: Sequence[CommunityStanding]) -> CachedFile:
    """Render the newest levels beside those of other communities."""
    rendered = render_other_communities(read_report(frozen, lang), others)
    if rendered is None:
        raise PageRefused("not_found")
    return to_page(*rendered, lang)


def make_table(frozen: FrozenReport, lang: str, in_words: bool = False) -> CachedFile:
    ending = "words.csv" if in_words else "csv"
    name = f'attachment; filename="{frozen.wave}-v{frozen.version}.{lang}.{ending}"'
    content = to_csv(frozen.report.document, frozen.words, lang, in_words=in_words)
    return to_file(content, CSV, content_disposition=name, content_language=lang)


def make_workbook(frozen: FrozenReport, lang: str) -> CachedFile:
    name = f'attachment; filename="{frozen.wave}-v{frozen.version}.{lang}.xlsx"'
    content = to_workbook(read_report(frozen, lang))
    return to_file(content, XLSX, content_disposition=name, content_language=lang)


def make_slides(frozen: FrozenReport, lang: str, base_url: str) -> CachedFile:
    name = f'attachment; filename="{frozen.wave}-v{frozen.version}.{lang}.pptx"'
    content = to_slides(read_report(frozen, lang), base_url)
    return to_file(content, PPTX, content_disposition=name, content_language=lang)


@cache
def load_schema() -> CachedFile:
    return to_file(SCHEMA.read_bytes(), "application/schema+json")
