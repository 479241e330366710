"""The routes of the front page and the health checks. Anyone may use them; no figure in them is about a person."""

from __future__ import annotations

from starlette.routing import Route

from app.web.routing import PageRoute, bind_routes
from app.web.site.anonymity import AnonymityPage
from app.web.site.health import HealthChecks
from app.web.site.home import HomePage

HOME_ROUTES = (PageRoute("GET", "/", HomePage.show),)
ANONYMITY_ROUTES = (PageRoute("GET", "/anonymity", AnonymityPage.show),)
HEALTH_ROUTES = (
    PageRoute("GET", "/healthz", HealthChecks.show_alive),
    PageRoute("GET", "/readyz", HealthChecks.show_ready),
    PageRoute("GET", "/metrics", HealthChecks.show_counts),
)
ROUTES = (*HOME_ROUTES, *ANONYMITY_ROUTES, *HEALTH_ROUTES)


def make_routes(home: HomePage, health: HealthChecks) -> list[Route]:
    anonymity = bind_routes(ANONYMITY_ROUTES, AnonymityPage())
    return [*bind_routes(HOME_ROUTES, home), *anonymity, *bind_routes(HEALTH_ROUTES, health)]
