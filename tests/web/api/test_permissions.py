"""Permissions of the pages and the API: a table of every route and role. A route without a row fails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Route

from tests.programs import require
from tests.web.api.callers import EVERYTHING, EXPIRED, LIBRARY, POLICE, RELEASE, REVOKED, ROLES, STRANGER, Desk

Statuses = Mapping[str, int]


def everybody(status: int = 200) -> Statuses:
    return dict.fromkeys(ROLES, status)


ANYBODY = everybody()
ANY_KEY = {STRANGER: 401, POLICE: 200, LIBRARY: 200, EVERYTHING: 200, EXPIRED: 401, REVOKED: 401}
KEY_OF_POLICE = {STRANGER: 401, POLICE: 200, LIBRARY: 403, EVERYTHING: 200, EXPIRED: 401, REVOKED: 401}
TO_WRITE = {STRANGER: 401, POLICE: 403, LIBRARY: 403, EVERYTHING: 403, EXPIRED: 401, REVOKED: 401}


@dataclass(frozen=True)
class Permission:
    """A route, an address that it answers, and the status that each role gets there."""

    route: str
    address: str
    statuses: Statuses
    method: str = "GET"


PERMISSIONS = (
    # Residents answer without any name.
    Permission("/s/{wave}", "/s/open-2026", ANYBODY),
    Permission("/s/{wave}/thanks", "/s/open-2026/thanks", ANYBODY),
    Permission("/s/{wave}", "/s/open-2026", ANYBODY, "POST"),
    Permission("/s/{wave}/{agency}", "/s/open-2026/1", everybody(203)),
    Permission("/s/{wave}/paper", "/s/open-2026/paper", ANYBODY),
    Permission("/s/{wave}/audio/{lang}/{question}", "/s/open-2026/audio/en/A1", everybody(404)),
    Permission("/desk/{wave}", "/desk/open-2026", ANYBODY),
    Permission("/desk/{wave}", "/desk/open-2026", everybody(403), "POST"),
    # Published for everyone.
    Permission("/", "/", ANYBODY),
    Permission("/anonymity", "/anonymity", ANYBODY),
    Permission("/reports", "/reports", ANYBODY),
    Permission("/reports/{community:slug}/{wave:slug}", "/reports/river-city/police-2026", ANYBODY),
    Permission("/reports/{community:slug}/{wave:slug}.json", "/reports/river-city/police-2026.json", ANYBODY),
    Permission("/reports/{community:slug}/{wave:slug}.csv", "/reports/river-city/police-2026.csv", ANYBODY),
    Permission("/reports/{community:slug}/{wave:slug}.pdf", "/reports/river-city/police-2026.pdf", ANYBODY),
    Permission("/reports/{community:slug}/{wave:slug}.xlsx", "/reports/river-city/police-2026.xlsx", ANYBODY),
    Permission("/reports/{community:slug}/{wave:slug}.pptx", "/reports/river-city/police-2026.pptx", ANYBODY),
    Permission("/compare/{community:slug}", "/compare/river-city", ANYBODY),
    Permission("/compare/{community:slug}/{agency:slug}", "/compare/river-city/police", ANYBODY),
    Permission("/compare/{community:slug}/with/communities", "/compare/river-city/with/communities", everybody(404)),
    Permission("/compare/{community:slug}/with/surveys", "/compare/river-city/with/surveys", everybody(404)),
    Permission("/reports/{community:slug}/{wave:slug}/annex.pdf", "/reports/river-city/police-2026/annex.pdf", ANYBODY),
    Permission("/reports/{community:slug}/{wave:slug}/{page:slug}", "/reports/river-city/police-2026/details", ANYBODY),
    *(
        Permission(
            f"/reports/{{community:slug}}/{{wave:slug}}/figures/{{figure:slug}}.{form}",
            f"/reports/river-city/police-2026/figures/cards.{form}",
            ANYBODY,
        )
        for form in ("svg", "png")
    ),
    Permission("/embed/{community:slug}/{wave:slug}/{figure:slug}", "/embed/river-city/police-2026/cards", ANYBODY),
    Permission("/feed.atom", "/feed.atom", ANYBODY),
    Permission("/data", "/data", ANYBODY),
    Permission("/data/catalog.jsonld", "/data/catalog.jsonld", ANYBODY),
    Permission("/data/variables", "/data/variables?q=trust", ANYBODY),
    Permission("/data/{release}", f"/data/{RELEASE}", ANYBODY),
    Permission("/data/{release}/{path:path}", f"/data/{RELEASE}/TERMS.txt", ANYBODY),
    Permission("/api/v1/releases", "/api/v1/releases", ANYBODY),
    Permission("/api/v1/releases/{release}", f"/api/v1/releases/{RELEASE}", ANYBODY),
    # Restricted data: anyone may ask; no key opens them, only a link that a reviewer approved.
    Permission("/data/request/{wave:slug}", "/data/request/river-city-2026", ANYBODY),
    Permission("/data/request/{wave:slug}", "/data/request/river-city-2026", everybody(422), "POST"),
    Permission("/data/access/{token}", "/data/access/guess", everybody(404)),
    Permission("/data/access/{token}/{path:path}", "/data/access/guess/TERMS.txt", everybody(404)),
    Permission("/scorecards", "/scorecards", ANYBODY),
    *(
        Permission(f"/scorecard/{{community:slug}}{ending}", f"/scorecard/river-city{ending}", ANYBODY)
        for ending in ("", ".json", ".csv", ".pdf")
    ),
    *(
        Permission(
            f"/scorecard/{{community:slug}}/{{agency:slug}}{ending}", f"/scorecard/river-city/police{ending}", ANYBODY
        )
        for ending in ("", ".json", ".csv", ".pdf")
    ),
    Permission("/scorecard/{community:slug}/meetings.ics", "/scorecard/river-city/meetings.ics", ANYBODY),
    Permission(
        "/scorecard/{community:slug}/registers/{register:slug}.csv",
        "/scorecard/river-city/registers/commitments.csv",
        ANYBODY,
    ),
    # Anyone may comment, without a name; an empty form is refused.
    Permission("/say/{community:slug}", "/say/river-city", ANYBODY),
    Permission("/say/{community:slug}", "/say/river-city", everybody(422), "POST"),
    # For programs with a key.
    Permission("/api/v1/reports", "/api/v1/reports", ANY_KEY),
    Permission("/api/v1/reports/{community}/{wave}", "/api/v1/reports/river-city/police-2026", KEY_OF_POLICE),
    Permission(
        "/api/v1/reports/{community}/{wave}/index", "/api/v1/reports/river-city/police-2026/index", KEY_OF_POLICE
    ),
    Permission("/api/v1/measures", "/api/v1/measures", ANYBODY),
    Permission("/api/v1/measures/{community}", "/api/v1/measures/river-city", TO_WRITE, "POST"),
    Permission(
        "/api/v1/measures/{community}/registers/{register}",
        "/api/v1/measures/river-city/registers/commitments",
        TO_WRITE,
        "POST",
    ),
    # The description of the API.
    Permission("/api/docs", "/api/docs", ANYBODY),
    Permission("/api/openapi.json", "/api/openapi.json", ANYBODY),
    Permission("/api/report.schema.json", "/api/report.schema.json", ANYBODY),
    Permission("/api/scorecard.schema.json", "/api/scorecard.schema.json", ANYBODY),
    Permission("/api/measures.schema.json", "/api/measures.schema.json", ANYBODY),
    # The state of the service: no figure is about a person.
    Permission("/healthz", "/healthz", ANYBODY),
    Permission("/readyz", "/readyz", ANYBODY),
    Permission("/metrics", "/metrics", ANYBODY),
)


def routes_of(app: FastAPI) -> set[tuple[str, str]]:
    return {(method, path) for route in app.routes for method, path in methods_of(route)}


def methods_of(route: BaseRoute) -> Iterator[tuple[str, str]]:
    assert isinstance(route, APIRoute | Route), f"no way to tell who may see {route}"
    yield from ((method, route.path) for method in route.methods or () if method != "HEAD")


def test_permission_table_lists_every_route_and_no_other(desk: Desk) -> None:
    """But for the staff's, whose table is in `tests/web/admin/test_permissions.py`."""
    stated = {(each.method, each.route) for each in PERMISSIONS}
    served = {(method, path) for method, path in routes_of(desk.app) if not path.startswith("/staff")}
    assert served == stated


def test_every_permission_lists_every_role() -> None:
    assert all(set(each.statuses) == set(ROLES) for each in PERMISSIONS)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("permission", PERMISSIONS, ids=lambda each: f"{each.method} {each.route}")
def test_each_role_gets_the_status_of_the_table(desk: Desk, permission: Permission, role: str) -> None:
    if permission.address.endswith((".pdf", ".svg", ".png")):
        require("fonts")
    answer = desk.client.request(permission.method, permission.address, headers=desk.headers(role))
    assert answer.status_code == permission.statuses[role]
