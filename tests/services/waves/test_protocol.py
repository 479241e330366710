"""A plan declares how a round was sampled; only with a list and a selection it is a probability sample."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from app.errors import BadWavePlan, PromiseWeakened
from app.records.waves import get_wave
from app.services.waves import lifecycle
from app.services.waves.open_waves import WaveFacts, to_open_wave
from app.services.waves.plan_file import check_wave_plan, read_wave_plan
from app.services.waves.protocol import find_protocol_problems, is_random
from app.settings import Settings
from tests.services.making import ACT, PLAN

DRAWN = {"list": "Post office, May 2026", "selection": "Systematic, in each part of the city"}


@pytest.mark.parametrize(
    ("protocol", "problem"),
    [
        ({"frame": "a list"}, "'frame' is unknown"),
        ({"sponsor": ""}, "sponsor: expected"),
        ({"sponsor": 7}, "sponsor: expected"),
        ({"sponsor": "x" * 501}, "sponsor: expected"),
        ({"list": "Post office"}, "expected selection beside list"),
        ({"selection": "By lot"}, "expected list beside selection"),
        ({"last_day": "December 13"}, "last_day: expected the last day to answer, such as 2026-12-13"),
        ({"results_day": ""}, "results_day: expected the day of the results"),
        ({"last_day": "2026-12-13", "results_day": "2026-12-12"}, "results_day: expected 2026-12-13, the last day to"),
        ({"minutes": "0"}, "minutes: expected the minutes"),
        ({"minutes": "soon"}, "minutes: expected the minutes"),
    ],
)
def test_protocol_refuses_unpublishable_statements(protocol: dict[str, Any], problem: str) -> None:
    (found,) = find_protocol_problems(protocol)
    assert problem in found


def test_probability_sample_needs_list_and_selection() -> None:
    assert is_random(DRAWN)
    assert not is_random({"sponsor": "River City"})
    assert not find_protocol_problems(DRAWN)


def test_plan_file_carries_the_protocol() -> None:
    plan = {
        "wave": "w",
        "survey": "community-trust",
        "community": {"slug": "c", "name": {"en": "C"}},
        "languages": ["en"],
        "protocol": DRAWN,
    }
    assert check_wave_plan("the file", plan).protocol == DRAWN
    with pytest.raises(BadWavePlan):
        check_wave_plan("the file", {**plan, "protocol": {"list": "only"}})


def test_open_wave_keeps_its_protocol(engine: Engine, settings: Settings) -> None:
    lifecycle.create_wave(engine, replace(PLAN, protocol=DRAWN), ACT)
    lifecycle.open_wave(engine, settings, PLAN.slug, ACT)
    with Session(engine) as session:
        wave = get_wave(session, PLAN.slug)
        assert wave.protocol == DRAWN
        wave.protocol = {}
        session.add(wave)
        with pytest.raises(PromiseWeakened):
            session.commit()


def test_days_and_minutes_of_a_plan_reach_the_first_page(engine: Engine, settings: Settings) -> None:
    text = """
    wave: w
    survey: community-trust
    community: {slug: river-city, name: {en: River City}}
    languages: [en]
    protocol: {sponsor: River City Council, last_day: 2026-12-13, results_day: "2027-02-15", minutes: 8}
    """
    plan = read_wave_plan("the file", text)
    lifecycle.create_wave(engine, plan, ACT)
    with Session(engine) as session:
        facts = to_open_wave(session, get_wave(session, "w"), b"k" * 32).facts
    assert facts == WaveFacts("river-city", "River City Council", date(2026, 12, 13), date(2027, 2, 15), 8)
