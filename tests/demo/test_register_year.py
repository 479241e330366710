"""The demo plays a year: a finding, a meeting, a promise, money, a failure that is told, and a figure that moved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html
from sqlalchemy import Engine

from app.demo import agency_figures
from app.demo.community import AGENCY_NAMES
from app.demo.scorecard import COMMUNITY, SCORECARD_TIME, build_registers
from app.services.common.actor import Actor
from app.services.communities.register_import import Registered, store_register
from app.services.scorecards.definitions import load_definitions
from app.services.scorecards.figures import read_figures
from app.services.scorecards.load import load_measures
from app.services.scorecards.publish import FrozenScorecard, publish_community
from app.services.scorecards.upload_rows import to_rows
from app.services.waves import lifecycle
from app.web.scorecards.handlers import make_page
from tests.services.making import PLAN, make_database, make_settings

ON = Actor("demo", SCORECARD_TIME)


@pytest.fixture
def card(tmp_path: Path) -> Iterator[FrozenScorecard]:
    engine: Engine = make_database(make_settings(tmp_path))
    store_register(
        engine, [Registered(COMMUNITY, "River City", slug, names["en"]) for slug, names in AGENCY_NAMES.items()], ON
    )
    lifecycle.create_wave(engine, replace(PLAN, slug="river-city-2025", community=COMMUNITY), ON)
    build_registers(engine, ON)
    load_measures(engine, COMMUNITY, to_rows(list(agency_figures.figure_rows())), ON, "demo")
    yield publish_community(engine, COMMUNITY, ON)
    engine.dispose()


def test_demo_shows_a_year_from_a_finding_to_a_change(card: FrozenScorecard) -> None:
    page = html.fromstring(make_page(card, "en", False, ()).body)
    promised, happened, ahead = (
        " ".join(page.get_element_by_id(name).text_content().split()) for name in ("promised", "happened", "next")
    )
    assert "Survey of 2025: groups that trust the police less" in promised
    assert "Two desks had no contract at night." in promised
    assert "Dispute. At four desks, not two, we waited for an hour." in promised
    assert "Interpreters at every front desk by the end of the year." in happened
    assert "State safety grant" in happened
    assert "No one called the number on the card." in happened
    assert "The card names a person from April on." in happened
    assert "Partnership meeting 6" in ahead


def test_demo_has_figures_that_moved_and_none_hidden_by_seats(card: FrozenScorecard) -> None:
    series = read_figures(card.card, load_definitions()).series
    moved = {name for (name, _), found in series.items() if found.move in ("higher", "lower")}
    assert {"1.1", "5.2t"} <= moved
    seats = [point for (name, _), found in series.items() if name in ("2.1a", "2.1b") for point in found.points]
    assert len(seats) == 10
    assert all(point.value is not None for point in seats)
