"""The routes of published scorecards. Anyone may use them."""

from __future__ import annotations

from starlette.routing import Route

from app.web.routing import PageRoute, bind_routes
from app.web.scorecards.handlers import ScorecardPages

COMMUNITY = "/scorecard/{community:slug}"
AGENCY = f"{COMMUNITY}/{{agency:slug}}"

ROUTES = (
    PageRoute("GET", "/scorecards", ScorecardPages.show_network),
    PageRoute("GET", f"{AGENCY}.json", ScorecardPages.send_figures),
    PageRoute("GET", f"{AGENCY}.csv", ScorecardPages.send_table),
    PageRoute("GET", f"{AGENCY}.pdf", ScorecardPages.send_pdf),
    PageRoute("GET", AGENCY, ScorecardPages.show),
    PageRoute("GET", f"{COMMUNITY}/meetings.ics", ScorecardPages.send_calendar),
    PageRoute("GET", f"{COMMUNITY}/registers/{{register:slug}}.csv", ScorecardPages.send_register),
    PageRoute("GET", "/say/{community:slug}", ScorecardPages.show_form),
    PageRoute("POST", "/say/{community:slug}", ScorecardPages.receive_form),
    PageRoute("GET", f"{COMMUNITY}.json", ScorecardPages.send_figures),
    PageRoute("GET", f"{COMMUNITY}.csv", ScorecardPages.send_table),
    PageRoute("GET", f"{COMMUNITY}.pdf", ScorecardPages.send_pdf),
    PageRoute("GET", COMMUNITY, ScorecardPages.show),
    PageRoute("GET", "/api/scorecard.schema.json", ScorecardPages.send_schema),
    PageRoute("GET", "/api/measures.schema.json", ScorecardPages.send_definitions_schema),
)


def make_routes(pages: ScorecardPages) -> list[Route]:
    return bind_routes(ROUTES, pages)
