"""A service with the scorecard of two communities, in three languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from app.main import create_app
from app.services.communities.population import Level, store_population
from app.services.communities.register_import import Registered, store_register
from app.services.communities.workforce import StaffLevel, store_workforce
from app.services.scorecards.load import load_measures
from app.services.scorecards.notes import ANSWERS, EVENTS, TARGETS, load_notes
from app.services.scorecards.publish import publish_agencies, publish_community
from app.services.scorecards.upload_rows import to_rows
from tests.services.making import ACT, make_database, make_settings
from tests.services.scorecards.making import make_rows
from tests.services.scorecards.test_notes import ANSWER, EVENT, TARGET

NAMES = {"en": "River City", "es": "Ciudad del Río", "ar": "مدينة النهر"}
POLICE = {"en": "the police", "es": "la policía", "ar": "الشرطة"}


def make_scorecards(engine: Engine) -> None:
    """River City with figures, staff, notes and an agency's own scorecard; Hill Town with one figure."""
    register = [Registered("river-city", NAMES[lang], "police", POLICE[lang], lang) for lang in NAMES]
    register += [Registered("hill-town", "Hill Town", "police", "the police")]
    store_register(engine, register, ACT)
    supervisors = {"breakdown": "role", "level": "supervisor", "numerator": 4, "denominator": 12}
    rows = make_rows({"period": "2025-Q4", "numerator": 90}, {}, supervisors)
    load_measures(engine, "river-city", rows, ACT, "t.csv")
    load_measures(engine, "hill-town", make_rows({"numerator": 66}), ACT, "t.csv")
    staff = {"black": 20, "white": 160, "asian": 4}
    store_workforce(
        engine, "river-city", [StaffLevel("police", "race", *each, "HR", 2025) for each in staff.items()], ACT
    )
    city = {"black": 0.3, "white": 0.6, "asian": 0.1}
    levels = [Level("race", level, None, share, 0.01, "ACS", 2025) for level, share in city.items()]
    store_population(engine, "river-city", levels, ACT)
    load_notes(engine, "river-city", TARGETS, to_rows([TARGET]), ACT, "t.csv")
    load_notes(engine, "river-city", ANSWERS, to_rows([ANSWER]), ACT, "t.csv")
    failed = {**EVENT, "worked": "Waiting fell.", "did_not_work": "The Arabic form came too late."}
    load_notes(engine, "river-city", EVENTS, to_rows([failed]), ACT, "t.csv")
    for community in ("river-city", "hill-town"):
        publish_community(engine, community, ACT)
    publish_agencies(engine, "river-city", ACT)


@pytest.fixture(scope="session")
def scorecards(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = make_settings(tmp_path_factory.mktemp("scorecards"))
    engine = make_database(settings)
    make_scorecards(engine)
    with TestClient(create_app(settings)) as client:
        yield client
    engine.dispose()
