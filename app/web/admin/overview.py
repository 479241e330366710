"""Show the console's first page: an agency's own report and tasks, open survey rounds, and problems."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.records.wave_lifecycle import CLOSED, DRAFT, OPEN, PUBLISHED
from app.services.communities.profiles import CommunityView, list_communities
from app.services.dashboard.agency_home import AgencyHome, load_agency_homes
from app.services.dashboard.checklist import Checklist, make_checklist, note_weeks
from app.services.dashboard.overview import Overview, list_waves, load_overview
from app.services.dashboard.wave_page import WaveView, view_wave
from app.services.reports.publish import FrozenReport
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest
from app.web.admin.waves import with_holders
from app.web.reports.cards import AgencyCard, make_cards
from app.web.reports.page_set import page_of, read_report
from app.web.reports.published_rounds import has_rounds
from app.web.reports.rendering import comparison_address, list_files, report_address
from app.web.reports.views import ReportLink

CONSOLE_LANGUAGE = "en"
IN_WORK = (OPEN, CLOSED, DRAFT, PUBLISHED)
MOST_ROUNDS = 3


@dataclass(frozen=True)
class OwnReport:
    """The newest report about an agency: its card, its page, and all of its files."""

    card: AgencyCard | None
    page: str
    comparison: str
    published_on: str
    files: tuple[ReportLink, ...]


@dataclass(frozen=True)
class OverviewScreen(StaffScreen):
    template: ClassVar[str] = "admin/overview.html"
    here: ClassVar[str] = "Overview"

    overview: Overview
    homes: tuple[tuple[AgencyHome, OwnReport | None], ...] = ()
    rounds: tuple[tuple[WaveView, Checklist], ...] = ()
    communities: tuple[CommunityView, ...] = ()
    runs_rounds: bool = False

    @property
    def has_about(self) -> bool:
        return self.runs_rounds


def show_overview(request: StaffRequest) -> Response:
    homes = load_agency_homes(request.engine, request.member, request.now)
    pairs = tuple((home, _own_report(home.report, home.agency) if home.report else None) for home in homes)
    overview = load_overview(request.engine, request.member, request.now)
    if not request.member.may("run waves"):
        return request.show(OverviewScreen(overview, pairs))
    note_weeks(request.engine, request.now.date())
    places = tuple(list_communities(request.engine))
    return request.show(OverviewScreen(overview, pairs, tuple(_rounds(request)), places, True))


def _rounds(request: StaffRequest) -> Iterator[tuple[WaveView, Checklist]]:
    """Yield the rounds that need work, the open ones first, and no more than a page can hold."""
    lines = [line for line in list_waves(request.engine, request.member) if line.status in IN_WORK]
    for line in lines[:MOST_ROUNDS]:
        wave = with_holders(request, view_wave(request.engine, request.member, line.slug))
        yield wave, make_checklist(request.engine, request.settings, wave, request.now.date())


def _own_report(frozen: FrozenReport, agency: str) -> OwnReport:
    lang = CONSOLE_LANGUAGE if CONSOLE_LANGUAGE in frozen.languages else frozen.languages[0]
    context = read_report(frozen, lang)
    query, summary = f"?lang={lang}", report_address(frozen)
    card = next((card for card in make_cards(context.main) if card.slug == agency), None)
    compared = agency if has_rounds([context], agency) else ""
    return OwnReport(
        card,
        f"{summary}/{page_of(agency)}{query}" if card else f"{summary}{query}",
        f"{comparison_address(frozen.community, compared)}{query}",
        str(frozen.published_on),
        list_files(report_address(frozen), query, lang),
    )
