"""Views become pages: the templates of reports with the words of the catalogue `report`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.services.reports.publish import FrozenReport
from app.web import rendering
from app.web.locale import list_tongues
from app.web.reports.list_page import ListedCommunity
from app.web.reports.phrasing import DOMAIN, speak
from app.web.reports.views import Link, ReportView
from app.web.view_models import Screen, Tongue

STYLES = ("site.css", "public.css", "report.css")


@dataclass(frozen=True)
class ReportScreen(Screen):
    """A published report."""

    template: ClassVar[str] = "reports/report.html"
    styles: ClassVar[tuple[str, ...]] = STYLES

    view: ReportView
    address: str
    versioned: str
    tongues: tuple[Tongue, ...]
    files: tuple[Link, ...]


@dataclass(frozen=True)
class ListScreen(Screen):
    """All published reports."""

    template: ClassVar[str] = "reports/reports.html"
    styles: ClassVar[tuple[str, ...]] = STYLES

    communities: tuple[ListedCommunity, ...]
    tongues: tuple[Tongue, ...]


def render_report(view: ReportView, frozen: FrozenReport, lang: str, versioned: bool) -> tuple[str, str]:
    """The page of a report and its content security policy."""
    address = f"/reports/{frozen.community}/{frozen.wave}"
    version = f"&version={frozen.version}" if versioned else ""
    files = tuple(Link(f"{address}.{ending}?lang={lang}{version}", words) for ending, words in _files(lang))
    return _render(ReportScreen(lang, view, address, version, list_tongues(frozen.languages), files))


def render_list(communities: tuple[ListedCommunity, ...], lang: str) -> tuple[str, str]:
    """The page of all reports and its content security policy."""
    return _render(ListScreen(lang, communities, list_tongues()))


def _files(lang: str) -> tuple[tuple[str, str], ...]:
    text = speak(lang, {}).text
    return (
        ("pdf", text("To print (PDF)")),
        ("csv", text("As a table (CSV)")),
        ("json", text("For programs (JSON)")),
    )


def _render(screen: Screen) -> tuple[str, str]:
    return rendering.render(screen, DOMAIN), rendering.policy(screen)
