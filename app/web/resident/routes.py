"""The routes of residents and help points. Anyone may open them; forms carry the code of a letter or help point."""

from __future__ import annotations

from starlette.routing import Route

from app.web.resident.help_point_pages import DeskPages
from app.web.resident.survey_pages import ResidentPages
from app.web.routing import PageRoute, bind_routes

SURVEY, DESK = f"{ResidentPages.address}{{wave}}", f"{DeskPages.address}{{wave}}"

SURVEY_ROUTES = (
    PageRoute("GET", SURVEY, ResidentPages.show),
    PageRoute("POST", SURVEY, ResidentPages.receive),
    PageRoute("GET", f"{SURVEY}/paper", ResidentPages.show_paper),
    PageRoute("GET", f"{SURVEY}/thanks", ResidentPages.show_thanks),
    PageRoute("GET", f"{SURVEY}/{{agency}}", ResidentPages.show),
    PageRoute("GET", f"{SURVEY}/audio/{{lang}}/{{question}}", ResidentPages.send_recording),
)
DESK_ROUTES = (
    PageRoute("GET", DESK, DeskPages.show),
    PageRoute("POST", DESK, DeskPages.receive),
)
ROUTES = (*SURVEY_ROUTES, *DESK_ROUTES)


def make_routes(survey: ResidentPages, desk: DeskPages) -> list[Route]:
    return [*bind_routes(SURVEY_ROUTES, survey), *bind_routes(DESK_ROUTES, desk)]
