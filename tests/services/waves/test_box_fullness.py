"""The console offers to open a box exactly when codes and help points allow it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from app.errors import BoxTooThin
from app.records.database import reading
from app.records.waves import get_wave
from app.services.accounts.permissions import Member
from app.services.ballots.invitation_codes import create_codes
from app.services.dashboard.overview import load_overview
from app.services.dashboard.wave_page import view_wave
from app.services.intake.acceptance import ASSISTED
from app.services.waves.assisted_entry import open_desk
from app.services.waves.box_fullness import count_openable, largest_sample
from app.settings import Settings
from tests.services.making import ACT, ONE_AGENCY, PLAN, make_form, make_open_wave, open_boxes, send

WAVE = "river-city-2026"
OLGA = Member(1, "olga", "operator", frozenset())


def answer(engine: Engine, settings: Settings, stratum: str, count: int) -> None:
    codes = create_codes(engine, settings, WAVE, count, "address sample", stratum, frame=1000)
    send(settings, WAVE, [make_form(number, each.typed) for number, each in enumerate(codes)], together=True)


def is_offered(engine: Engine) -> bool:
    tasks = load_overview(engine, OLGA, datetime(2026, 11, 24, tzinfo=UTC)).tasks
    offered = any(task.path == f"/staff/waves/{WAVE}/box" for task in tasks)
    assert view_wave(engine, OLGA, WAVE).can_open_box == offered
    return offered


def test_many_answers_of_small_strata_are_not_offered(engine: Engine, settings: Settings) -> None:
    make_open_wave(engine, settings, agencies=ONE_AGENCY)
    answer(engine, settings, "north", 39)
    answer(engine, settings, "south", 39)
    assert not is_offered(engine)
    with pytest.raises(BoxTooThin):
        open_boxes(engine, settings, WAVE, ACT)


def test_one_full_stratum_is_offered_and_opened(engine: Engine, settings: Settings) -> None:
    make_open_wave(engine, settings, agencies=ONE_AGENCY)
    answer(engine, settings, "north", 40)
    answer(engine, settings, "south", 5)
    assert is_offered(engine)
    opening = open_boxes(engine, settings, WAVE, ACT)
    assert (opening.released, opening.carried) == (20, 25)
    assert not is_offered(engine)
    answer(engine, settings, "south", 35)
    assert is_offered(engine)


def test_answers_without_codes_count_on_their_own(engine: Engine, settings: Settings) -> None:
    make_open_wave(engine, settings, agencies=ONE_AGENCY)
    answer(engine, settings, "north", 10)
    send(settings, WAVE, [make_form(number) for number in range(39)], together=True)
    assert not is_offered(engine)
    send(settings, WAVE, [make_form(99)])
    assert is_offered(engine)


def test_assisted_answers_may_be_a_second_kind(engine: Engine, settings: Settings) -> None:
    make_open_wave(engine, settings, agencies=ONE_AGENCY)
    open_desk(engine, settings, WAVE, "library", ACT)
    send(settings, WAVE, [make_form(number) for number in range(39)], together=True)
    send(settings, WAVE, [make_form(number, source=ASSISTED) for number in range(39)], together=True)
    assert not is_offered(engine)
    with reading(engine) as session:
        assert count_openable(session, get_wave(session, WAVE)) == 39
    send(settings, WAVE, [make_form(99, source=ASSISTED)])
    assert is_offered(engine)


def test_of_two_agencies_one_has_half_of_the_answers(engine: Engine, settings: Settings) -> None:
    make_open_wave(engine, settings, agencies=PLAN.agencies)
    answer(engine, settings, "north", 78)
    assert not is_offered(engine)
    answer(engine, settings, "north", 1)
    assert is_offered(engine)
    assert open_boxes(engine, settings, WAVE, ACT).released


@given(st.lists(st.integers(0, 30), max_size=4), st.integers(0, 40), st.integers(0, 40), st.booleans())
def test_largest_sample_never_promises_too_much(coded: list[int], open_link: int, assisted: int, desks: bool) -> None:
    assisted = assisted if desks else 0
    kinds = [*coded, open_link, assisted]
    found = largest_sample(sum(kinds), coded, desks)
    assert found <= max(kinds)
    assert found >= max([*coded, 0])
