"""Render reports with the words of the catalog `report`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar

from app.services.reports.publish import FrozenReport
from app.web import rendering
from app.web.locale import list_language_links
from app.web.reports.list_page import CommunityReports
from app.web.reports.phrasing import DOMAIN, report_phrasing
from app.web.reports.views import ReportLink, ReportView
from app.web.view_models import LanguageLink, Screen

STYLES = ("site.css", "public.css", "report.css")


@dataclass(frozen=True)
class ReportScreen(Screen):
    """A published report."""

    template: ClassVar[str] = "reports/report.html"
    styles: ClassVar[tuple[str, ...]] = STYLES

    view: ReportView
    address: str
    versioned: str
    language_links: tuple[LanguageLink, ...]
    files: tuple[ReportLink, ...]
    alone: bool = False


@dataclass(frozen=True)
class ReportListScreen(Screen):
    """All published reports."""

    template: ClassVar[str] = "reports/reports.html"
    styles: ClassVar[tuple[str, ...]] = STYLES

    communities: tuple[CommunityReports, ...]
    language_links: tuple[LanguageLink, ...]


def render_report(view: ReportView, frozen: FrozenReport, lang: str, versioned: bool) -> tuple[str, str]:
    """The page of a report and its content security policy."""
    address = f"/reports/{frozen.community}/{frozen.wave}"
    version = f"&version={frozen.version}" if versioned else ""
    files = tuple(ReportLink(f"{address}.{ending}?lang={lang}{version}", words) for ending, words in _files(lang))
    return _render(ReportScreen(lang, view, address, version, list_language_links(frozen.languages), files))


def render_file(view: ReportView, name: str, lang: str, endings: Collection[str]) -> str:
    """The page as a file that stands alone beside the report's other files, without links to a service."""
    files = tuple(ReportLink(f"{name}.{ending}", words) for ending, words in _files(lang) if ending in endings)
    return _render(ReportScreen(lang, view, name, "", (), files, alone=True))[0]


def render_list(communities: tuple[CommunityReports, ...], lang: str) -> tuple[str, str]:
    """The page of all reports and its content security policy."""
    return _render(ReportListScreen(lang, communities, list_language_links()))


def _files(lang: str) -> tuple[tuple[str, str], ...]:
    text = report_phrasing(lang, {}).text
    return (
        ("pdf", text("To print (PDF)")),
        ("csv", text("As a table (CSV)")),
        ("json", text("For programs (JSON)")),
    )


def _render(screen: Screen) -> tuple[str, str]:
    return rendering.render(screen, DOMAIN), rendering.policy(screen)
