"""`/reports/{community}/{wave}.pdf`: what the page of a report shows, set on paper."""

from __future__ import annotations

import logging
import threading
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.errors import NotInstalled, Refused
from app.language.languages import get_language
from app.services.pdf.fonts import FontMissing
from app.services.pdf.typesetting import Paper, to_pdf
from app.services.reports.publish import FrozenReport
from app.web.error_pages import PageRefused
from app.web.lru_cache import LruCache
from app.web.rendering import TEMPLATES
from app.web.reports.chart_geometry import ChartPoint
from app.web.reports.page import view_report
from app.web.reports.phrasing import report_phrasing
from app.web.reports.routes import CachedFile, ReportPages, is_newest, send, to_file
from app.web.reports.views import Curve

log = logging.getLogger("commontrust.printing")

TEMPLATE = TEMPLATES / "report.typ"
PDF = "application/pdf"
CURVE = {field.name for field in fields(Curve)}
MOST_PAPERS = 16  # about 2 MB each


class PdfFailed(Exception):
    """A report could not be set, and the log says why."""


def refuse_pdf(reason: Refused) -> Exception:
    """Log the sentence for the operator, and return what the reader gets.

    A package or a font that the operator has to install gives a page with status 503, any other reason one with a
    reference.
    """
    log.error("%s", reason)
    return PageRefused("not_printed") if isinstance(reason, (NotInstalled, FontMissing)) else PdfFailed()


class PrintedReports:
    """The reports of the pages as files to print. One is set at a time: the other processors are the residents'."""

    def __init__(self, pages: ReportPages, base_url: str, font_folder: Path | None = None) -> None:
        self.pages, self.base_url, self.font_folder = pages, base_url, font_folder
        self.papers: LruCache[tuple[str, str, str], CachedFile] = LruCache(MOST_PAPERS)
        self.turn = threading.Lock()

    def routes(self) -> list[Route]:
        return [Route("/reports/{community:slug}/{wave:slug}.pdf", self.send_paper)]

    def send_paper(self, request: Request) -> Response:
        frozen, lang = self.pages.get_asked(request)
        name = (frozen.report.sha256, f"{frozen.version}", lang)
        try:
            with self.turn:
                file = self.papers.get(name, lambda: self.make_file(frozen, lang))
        except Refused as refused:
            raise refuse_pdf(refused) from None
        return send(request, file, newest=is_newest(request))

    def make_file(self, frozen: FrozenReport, lang: str) -> CachedFile:
        name = f'attachment; filename="{frozen.wave}-v{frozen.version}.{lang}.pdf"'
        content = to_pdf(to_paper(frozen, lang, self.base_url), self.font_folder)
        return to_file(content, PDF, content_disposition=name, content_language=lang)


def with_joins(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    """The fields of a value, and of a curve also its joins, which follow from its points."""
    found = dict(fields)
    if found.keys() == CURVE:
        points = [ChartPoint(**point) for point in found["points"]]
        found["joins"] = Curve(found["title"], tuple(points), (), ()).joins
    return found


def to_paper(frozen: FrozenReport, lang: str, base_url: str) -> Paper:
    """The report in one of its languages."""
    report, text = frozen.report, report_phrasing(lang, frozen.words[lang]).text
    view = view_report(report.document, frozen.words, lang, frozen.version, frozen.published_on, report.sha256)
    values = {
        "lang": lang,
        "direction": get_language(lang).direction,
        "address": f"{base_url}/reports/{frozen.community}/{frozen.wave}?version={frozen.version}",
        "view": asdict(view, dict_factory=with_joins),
        "recipes": [recipe.id for source in view.sources for recipe in source.recipes],
        "words": {
            "summary": text("In short"),
            "method": text("How this was done"),
            "recipes": text("How the figures were made"),
            "recipe": text("How this was made"),
            "fingerprint": text("Fingerprint"),
        },
    }
    return Paper(TEMPLATE, (lang, *frozen.languages), frozen.published_on, values)
