"""A plan declares how a round was sampled; only with a list and a selection it is a probability sample."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from app.errors import BadWavePlan, PromiseWeakened
from app.records.waves import get_wave
from app.services.waves import lifecycle
from app.services.waves.plan_file import check_wave_plan
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
