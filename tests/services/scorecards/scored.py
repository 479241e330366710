"""A community with agencies, figures and a wave of its staff, ready to be scored."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from sqlalchemy import Engine

from app.questionnaire.loading import load_survey
from app.questionnaire.packing import layout_of
from app.records.ballots import Response
from app.records.database import writing
from app.records.waves import get_wave
from app.services.ballots import invitation_codes
from app.services.communities.register_import import store_register
from app.services.scorecards.load import load_measures
from app.services.scorecards.publish import FrozenScorecard, publish_community
from app.services.waves import lifecycle
from app.services.waves.plan_file import PlannedAgency, survey_path
from app.settings import Settings
from tests.services.making import ACT, PLAN
from tests.services.scorecards.making import make_rows
from tests.services.scorecards.test_load import REGISTER

WHERE = "river-city"


def make_register(engine: Engine) -> None:
    store_register(engine, REGISTER, ACT)


def load(engine: Engine, *changes: Mapping[str, Any]) -> None:
    load_measures(engine, WHERE, make_rows(*changes), ACT, "table.csv")


def publish(engine: Engine, agency: str = "") -> FrozenScorecard:
    return publish_community(engine, WHERE, ACT, agency)


def make_staff_wave(
    engine: Engine, settings: Settings, answered: int, everyone: int | None, survey: str = "staff"
) -> str:
    """A closed wave of staff in which every third lives in the area; `everyone` is the length of the roster."""
    plan = replace(
        PLAN, slug=f"{survey}-2026", survey=survey, agencies=(PlannedAgency("police", {"en": "the police"}),)
    )
    lifecycle.create_wave(engine, plan, ACT)
    lifecycle.open_wave(engine, settings, plan.slug, ACT)
    if everyone is not None:
        invitation_codes.create_codes(engine, settings, plan.slug, answered, "address sample", "roster", frame=everyone)
    lifecycle.close_wave(engine, plan.slug, ACT)
    layout = layout_of(load_survey(survey_path(survey).read_text("utf-8")))
    chance = np.random.default_rng(answered)
    with writing(engine) as session:
        wave_id = get_wave(session, plan.slug).id or 0
        for number in range(answered):
            codes_of = {"S3": 1 if number % 3 == 0 else 2, "S4": int(chance.integers(1, 3)), "S6": 4}
            session.add(
                Response(
                    key=secrets.token_bytes(16), wave_id=wave_id, source="address sample", stratum="roster",
                    agency="police", codes=layout.pack(codes_of),
                )
            )  # fmt: skip
    return plan.slug
