"""Start the service with records for every route and all staff signed in, and list the addresses of every route."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.testclient import TestClient

from app.services.accounts.api_keys import READ_REPORTS, WRITE_MEASURES, WantedKey, create_key
from app.services.waves import lifecycle
from app.services.waves.plan_file import PlannedAgency
from app.settings import Settings
from tests.services.making import ACT
from tests.services.reported import make_published_wave
from tests.web.admin.people import open_office
from tests.web.api.test_permissions import routes_of

# The values for the braces of a route: each names a record that exists.
KNOWN: Mapping[str, str] = {
    "community": "river-city",
    "wave": "river-city-2026",
    "agency": "police",
    "version": "1",
    "name": "olga",
    "person": "olga",
    "member": "olga",
    "register": "commitments",
}
BRACES = re.compile(r"{(\w+)(?::\w+)?}")


@dataclass(frozen=True)
class Place:
    settings: Settings
    engine: Engine
    app: FastAPI
    people: Mapping[str, TestClient]
    tokens: Mapping[str, str]  # of a form, for each who is signed in

    @property
    def routes(self) -> list[tuple[str, str]]:
        return sorted(routes_of(self.app))


@contextlib.contextmanager
def open_service_with_records(folder: Path) -> Iterator[Place]:
    with open_office(folder) as office:
        settings, engine = office.settings, office.engine
        agencies = (PlannedAgency("police", {"en": "the police"}),)
        make_published_wave(engine, settings, slug="police-2026", agencies=agencies, people=120)
        wanted = WantedKey("dashboard", (), (READ_REPORTS, WRITE_MEASURES), days=30)
        key = create_key(engine, settings, wanted, lifecycle.Actor("olga", ACT.now.now(ACT.now.tzinfo)))
        people = {name: person.client for name, person in office.people.items()}
        people["program"] = TestClient(
            office.app, base_url=settings.base_url, headers={"Authorization": f"Bearer {key}"}
        )
        yield Place(settings, engine, office.app, people, {name: find_token(people[name]) for name in people})


def find_token(client: TestClient) -> str:
    """Return the token in this person's forms, or an empty string without a session."""
    found = re.search(r'name="_token" value="([^"]+)"', client.get("/staff/account").text)
    return found[1] if found else ""


def fill(route: str, values: Mapping[str, str] = KNOWN) -> str:
    """An address of a route, with something that is there in its braces."""
    return BRACES.sub(lambda found: values.get(found[1], "1"), route)


def every_route(place: Place) -> list[tuple[str, str]]:
    """Method and address of each route, but for those that end a session."""
    return [(method, fill(route)) for method, route in place.routes if "sign-out" not in route]
