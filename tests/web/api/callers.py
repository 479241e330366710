"""Start a service with two reports, the police's and the library's, a data set, and programs with keys."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.testclient import TestClient

from app.main import create_app
from app.services.accounts.api_keys import KeyText, WantedKey, create_key, revoke_key
from app.services.common.actor import Actor
from app.services.releases.build import build_release
from app.services.reports.publish import FrozenReport
from app.services.scorecards.load import load_measures
from app.services.scorecards.publish import publish_community
from app.services.waves.plan_file import PlannedAgency
from app.settings import Settings
from tests.services.making import ACT, make_database, make_open_wave, make_settings
from tests.services.released import WAVE, make_release
from tests.services.reported import make_published_wave
from tests.services.scorecards.making import make_rows

STRANGER, POLICE, LIBRARY, EVERYTHING, EXPIRED, REVOKED = "stranger", "police", "library", "all", "expired", "revoked"
ROLES = (STRANGER, POLICE, LIBRARY, EVERYTHING, EXPIRED, REVOKED)
OPEN_WAVE = "open-2026"
RELEASE = f"{WAVE}-v1.0.0"
NOW = datetime.now(UTC)


@dataclass(frozen=True)
class Desk:
    settings: Settings
    engine: Engine
    app: FastAPI
    client: TestClient
    reports: Mapping[str, FrozenReport]
    keys: Mapping[str, KeyText]

    def headers(self, role: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.keys[role]}"} if role in self.keys else {}


def address(report: FrozenReport) -> str:
    return f"/api/v1/reports/{report.community}/{report.wave}"


@contextlib.contextmanager
def open_desk(folder: Path) -> Iterator[Desk]:
    settings = make_settings(folder)
    engine = make_database(settings)
    reports = {
        POLICE: make_published(engine, settings, "police-2026", POLICE),
        LIBRARY: make_published(engine, settings, "library-2026", LIBRARY),
    }
    make_scorecards(engine)
    make_open_wave(engine, settings, slug=OPEN_WAVE)
    make_release(engine, settings)
    build_release(engine, settings, WAVE, ACT, "restricted")
    keys = make_keys(engine, settings)
    app = create_app(settings)
    with TestClient(app, raise_server_exceptions=True) as client:
        yield Desk(settings, engine, app, client, reports, keys)
    engine.dispose()


def make_published(engine: Engine, settings: Settings, wave: str, agency: str) -> FrozenReport:
    return make_published_wave(
        engine, settings, slug=wave, agencies=(PlannedAgency(agency, {"en": f"the {agency}"}),), people=300
    )


def make_scorecards(engine: Engine) -> None:
    """That of the community, and that of the police."""
    actor = Actor("olga", NOW)
    load_measures(engine, "river-city", make_rows({}), actor, "figures.csv")
    for agency in ("", POLICE):
        publish_community(engine, "river-city", actor, agency)


def make_keys(engine: Engine, settings: Settings) -> dict[str, KeyText]:
    def make(label: str, *agencies: str, days_ago: int = 0, days: int = 30) -> KeyText:
        actor = Actor("olga", NOW - timedelta(days=days_ago))
        return create_key(engine, settings, WantedKey(label, agencies, days=days), actor)

    keys = {
        POLICE: make("police", "river-city/police"),
        LIBRARY: make("library", "river-city/library"),
        EVERYTHING: make("everything"),
        EXPIRED: make("expired", days_ago=31),
        REVOKED: make("revoked"),
    }
    revoke_key(engine, keys[REVOKED].id, Actor("olga", NOW))
    return keys
