"""The scorecard of a community or of one of its agencies: what it would withhold, then publishing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.errors import NotFound
from app.services.communities.profiles import PlaceView, get_place
from app.services.scorecards.publish import NothingToScore, Withholding, preview_scorecard, publish_community
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import Visit


@dataclass(frozen=True)
class ScorecardScreen(StaffScreen):
    """`withheld` is None where there is nothing to score yet."""

    template: ClassVar[str] = "admin/scorecard.html"
    here: ClassVar[str] = "Communities"

    place: PlaceView
    agency: str
    withheld: tuple[Withholding, ...] | None

    @property
    def whose(self) -> list[tuple[str, str]]:
        agencies = ((agency.slug, agency.names.get("en", agency.slug)) for agency in self.place.agencies)
        return [("", "the whole community"), *agencies]


def show_scorecard(visit: Visit) -> Response:
    place, agency = _asked(visit, visit.query("agency"))
    try:
        withheld = tuple(preview_scorecard(visit.engine, place.slug, agency))
    except NothingToScore:
        withheld = None
    return visit.show(ScorecardScreen(place, agency, withheld))


def publish(visit: Visit) -> Response:
    place, agency = _asked(visit, visit.form.one("agency"))
    publish_community(visit.engine, place.slug, visit.actor, agency)
    return visit.go(f"/staff/communities/{place.slug}", "scorecard-published")


def _asked(visit: Visit, agency: str) -> tuple[PlaceView, str]:
    place = get_place(visit.engine, visit.path("community"))
    if agency and agency not in {each.slug for each in place.agencies}:
        raise NotFound("agency", agency)
    return place, agency
