"""Planning, opening and closing a wave."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from app.errors import BadWavePlan, NotFound, TransitionRefused, WaveExists, WaveNotReady
from app.questionnaire.loading import load_survey
from app.records.audit_log import acts
from app.records.holders import HolderKey
from app.records.population import PopulationShare
from app.records.waves import get_wave, rated_agencies_of
from app.services.ballots.envelopes import PLAIN_SIZE, Ballot, largest_ballot, to_plain
from app.services.ballots.invitation_codes import create_codes
from app.services.waves import lifecycle
from app.services.waves.lifecycle import fill_probabilities
from app.services.waves.plan_file import PlannedAgency
from app.settings import Settings
from tests.services.making import ACT, NOON, PLAN, SURVEY, make_form, make_open_wave, send


def test_wave_goes_from_draft_to_closed_and_stores_the_days(both_engine: Engine, both_settings: Settings) -> None:
    lifecycle.create_wave(both_engine, PLAN, ACT)
    lifecycle.open_wave(both_engine, both_settings, PLAN.slug, ACT)
    lifecycle.close_wave(both_engine, PLAN.slug, ACT)
    with Session(both_engine) as session:
        wave = get_wave(session, PLAN.slug)
        assert (wave.status, wave.opened_on, wave.closed_on) == ("closed", NOON.date(), NOON.date())
        assert [each.act for each in acts(session) if each.subject == PLAN.slug] == [
            "wave created",
            "wave opened",
            "wave closed",
        ]


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        (["close"], "is draft and can become open or withdrawn, not closed"),
        (["open", "open"], "is open and can become closed, not open"),
        (["open", "close", "open"], "is closed and can become published, not open"),
        (["open", "withdraw"], "is open and can become closed, not withdrawn"),
        (["withdraw", "open"], "is withdrawn and can become nothing else, not open"),
    ],
)
def test_a_step_out_of_turn_is_refused(engine: Engine, settings: Settings, steps: list[str], said: str) -> None:
    ways: dict[str, Any] = {
        "open": lambda: lifecycle.open_wave(engine, settings, PLAN.slug, ACT),
        "close": lambda: lifecycle.close_wave(engine, PLAN.slug, ACT),
        "withdraw": lambda: lifecycle.withdraw_wave(engine, PLAN.slug, ACT),
    }
    lifecycle.create_wave(engine, PLAN, ACT)
    for step in steps[:-1]:
        ways[step]()
    with pytest.raises(TransitionRefused, match=said):
        ways[steps[-1]]()


def test_a_draft_can_be_planned_again_and_an_open_wave_not(engine: Engine, settings: Settings) -> None:
    lifecycle.create_wave(engine, PLAN, ACT)
    lifecycle.create_wave(engine, replace(PLAN, agencies=PLAN.agencies[:1], contact="ask us"), ACT)
    with Session(engine) as session:
        wave = get_wave(session, PLAN.slug)
        assert wave.contact == "ask us"
        assert [(agency.slug, chance) for agency, chance in rated_agencies_of(session, wave.id or 0)] == [("police", 1)]
    lifecycle.open_wave(engine, settings, PLAN.slug, ACT)
    with pytest.raises(WaveExists, match="which exists and is open"):
        lifecycle.create_wave(engine, PLAN, ACT)


def test_the_survey_is_frozen_with_its_areas(engine: Engine) -> None:
    survey = SURVEY + '      - {code: AREA, kind: single, text: "Where do you live?", options_from: areas}\n'
    lifecycle.create_wave(engine, replace(PLAN, survey=survey, areas={1: "North", 2: "South"}), ACT)
    with Session(engine) as session:
        frozen = load_survey(get_wave(session, PLAN.slug).survey_text)
    assert [option.text for option in frozen.items["AREA"].options] == ["North", "South"]


@pytest.mark.parametrize(
    ("chances", "expected"),
    [([None, None], [0.5, 0.5]), ([0.5, None, None], [0.5, 0.25, 0.25]), ([0.2, 0.8], [0.2, 0.8]), ([], [])],
)
def test_agencies_without_a_probability_share_the_rest(chances: list[float | None], expected: list[float]) -> None:
    assert fill_probabilities(chances) == expected


@pytest.mark.parametrize("chances", [[0.5, 0.4], [1.0, None], [0.7, 0.7]])
def test_probabilities_that_do_not_sum_to_one_are_refused(chances: list[float | None]) -> None:
    with pytest.raises(BadWavePlan, match="sum to 1"):
        fill_probabilities(chances)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"languages": ("en", "es")}, "river-city has no name in es"),
        ({"languages": ("en", "es")}, "sentences are not translated into es"),
        ({"agencies": ()}, "asks about an agency and the survey round names none"),
        ({"agencies": (PlannedAgency("police", {"es": "la policía"}),)}, "police has no name in en"),
    ],
)
def test_incomplete_wave_is_not_opened(engine: Engine, settings: Settings, change: dict[str, Any], said: str) -> None:
    lifecycle.create_wave(engine, replace(PLAN, **change), ACT)
    with pytest.raises(WaveNotReady, match=said):
        lifecycle.open_wave(engine, settings, PLAN.slug, ACT)
    with Session(engine) as session:
        assert not session.exec(select(HolderKey).where(col(HolderKey.box_id).is_not(None))).all()


def test_identifying_survey_for_its_community_is_not_opened(engine: Engine, settings: Settings) -> None:
    survey = SURVEY + (
        '      - {code: D1, kind: single, text: "Your age?", key_variable: age, options: {1: Young, 2: Old}}\n'
    )
    lifecycle.create_wave(engine, replace(PLAN, survey=survey), ACT)
    with Session(engine) as session, session.begin():
        community = get_wave(session, PLAN.slug).community_id
        for level, people in (("1", 5_000), ("2", 4)):
            session.add(
                PopulationShare(
                    community_id=community, variable="age", level=level, count=people, source="census", year=2025
                )
            )
    with pytest.raises(WaveNotReady, match="D1"):
        lifecycle.open_wave(engine, settings, PLAN.slug, ACT)


def test_survey_larger_than_its_envelope_is_not_opened(engine: Engine, settings: Settings) -> None:
    options = ", ".join(f"{code}: Thing {code}" for code in range(100, 140))
    many = "".join(
        f'      - {{code: M{n}, kind: multiple, text: "Which?", options: {{{options}}}}}\n' for n in range(40)
    )
    lifecycle.create_wave(engine, replace(PLAN, survey=SURVEY + many), ACT)
    with pytest.raises(WaveNotReady, match=f"a sealed answer holds {PLAIN_SIZE}"):
        lifecycle.open_wave(engine, settings, PLAN.slug, ACT)


def test_largest_ballot_is_as_large_as_any_answer() -> None:
    survey = load_survey(SURVEY)
    answers = dict.fromkeys(survey.items, -9)
    assert len(to_plain(Ballot("a" * 40, "b" * 40, "police", answers))) < largest_ballot(survey) < PLAIN_SIZE


def test_only_a_complete_language_joins_an_open_wave(engine: Engine, settings: Settings) -> None:
    make_open_wave(engine, settings)
    with pytest.raises(WaveNotReady, match="not translated into es"):
        lifecycle.add_language(engine, settings, PLAN.slug, "es", ACT)
    with Session(engine) as session:
        assert get_wave(session, PLAN.slug).languages == ["en"]


def test_status_counts_answers_and_names_no_person(engine: Engine, settings: Settings) -> None:
    plan = make_open_wave(engine, settings)
    codes = create_codes(engine, settings, plan.slug, 3, "address sample", "north")
    send(settings, plan.slug, [make_form(1, codes[0].typed), make_form(2)])
    status = lifecycle.wave_status(engine, plan.slug)
    assert (status.waiting, status.opened, status.being_opened) == (2, 0, 0)
    assert [(batch.codes, batch.spent) for batch in status.batches] == [(3, 1)]
    with pytest.raises(NotFound, match="Expected one of: river-city-2026; there is no survey round 'nowhere'"):
        lifecycle.wave_status(engine, "nowhere")
