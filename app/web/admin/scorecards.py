"""Preview the hidden figures of a scorecard, and publish it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import HTMLResponse, Response

from app.errors import NotFound
from app.services.communities.profiles import CommunityView, get_profile
from app.services.scorecards.definitions import load_definitions
from app.services.scorecards.publish import (
    NothingToScore,
    ScorecardWithholding,
    draft_community,
    find_frozen_scorecard,
    preview_scorecard,
    publish_community,
)
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest
from app.web.cached_files import accepted_languages
from app.web.locale import choose_language
from app.web.scorecards.page import view_card
from app.web.scorecards.rendering import render_draft


@dataclass(frozen=True)
class ScorecardScreen(StaffScreen):
    """`withheld` is None where there are no figures yet."""

    template: ClassVar[str] = "admin/scorecard.html"
    here: ClassVar[str] = "Communities"

    place: CommunityView
    agency: str
    withheld: tuple[ScorecardWithholding, ...] | None
    published: bool

    @property
    def measures(self) -> list[tuple[str, str]]:
        return [(each.id, f"{each.id} {each.title}") for each in load_definitions().measures.values()]

    @property
    def whose(self) -> list[tuple[str, str]]:
        agencies = ((agency.slug, agency.names.get("en", agency.slug)) for agency in self.place.agencies)
        return [("", "the whole community"), *agencies]


def show_scorecard(request: StaffRequest) -> Response:
    place, agency = _asked(request, request.query("agency"))
    try:
        withheld = tuple(preview_scorecard(request.engine, place.slug, agency))
    except NothingToScore:
        withheld = None
    published = find_frozen_scorecard(request.engine, place.slug, agency) is not None
    return request.show(ScorecardScreen(place, agency, withheld, published))


def show_draft(request: StaffRequest) -> Response:
    """Show the page as everyone would read it, in each of its languages, to agencies and organizations alike."""
    place, agency = _asked(request, request.query("agency"))
    frozen = draft_community(request.engine, place.slug, agency, request.now.date())
    lang = choose_language(request.query("lang"), accepted_languages(request.http), frozen.languages)
    address = f"/staff/communities/{place.slug}/scorecard/draft"
    page, policy = render_draft(view_card(frozen, lang), frozen, lang, address, agency)
    return HTMLResponse(page, headers={"content-security-policy": policy, "content-language": lang})


def publish(request: StaffRequest) -> Response:
    place, agency = _asked(request, request.form.one("agency"))
    publish_community(request.engine, place.slug, request.actor, agency)
    query = f"?agency={agency}" if agency else ""
    return request.go(f"/staff/communities/{place.slug}/scorecard{query}", "scorecard-published")


def _asked(request: StaffRequest, agency: str) -> tuple[CommunityView, str]:
    place = get_profile(request.engine, request.path("community"))
    if not request.member.belongs_to(place.slug):
        raise NotFound("community", place.slug)
    if agency and agency not in {each.slug for each in place.agencies}:
        raise NotFound("agency", agency)
    return place, agency
