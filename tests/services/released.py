"""A wave that is over and answered by people with backgrounds, so that its data can be released."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import numpy as np
from sqlalchemy import Engine

from app.questionnaire.definition import DONT_KNOW, NO_ANSWER
from app.questionnaire.loading import load_survey
from app.questionnaire.packing import layout_of
from app.records.ballots import Response
from app.records.database import writing
from app.records.waves import get_wave
from app.services.releases import build as release_building
from app.services.releases.publish import FrozenRelease
from app.services.waves import lifecycle
from app.services.waves.plan_file import PlannedAgency, WavePlan
from app.settings import Settings
from tests.services.making import ACT, create_and_open

WAVE = "river-city-2026"
BACKGROUND = """
id: background
version: "1.0"
title: Questions about public services
defaults: {dont_know: true, prefer_not: true}
scales:
  agree: {options: {1: Strongly disagree, 2: Disagree, 3: Neither, 4: Agree, 5: Strongly agree}}
sections:
  - id: agency
    title: One agency
    items:
      - {code: B1, text: "{agency} treats people with respect.", scale: agree}
      - {code: B2, text: "{agency} explains its decisions.", scale: agree}
      - code: C1
        text: What could stop you?
        kind: multiple
        sensitive: true
        options: {1: Fear, 2: Time, 3: Language}
  - id: you
    title: About you
    items:
      - {code: AGE, text: How old are you?, kind: single, key_variable: age, options: {1: Under 45, 2: 45 or older}}
      - {code: HOME, text: Where do you live?, kind: single, key_variable: area, options: {1: North, 2: South}}
indices:
  - id: CTI
    title: Trust index
    rated: agency
    minimum_facets: 2
    facets:
      - {id: respect, title: Respect, items: [B1], minimum_answered: 1}
      - {id: openness, title: Openness, items: [B2], minimum_answered: 1}
"""
LAYOUT = layout_of(load_survey(BACKGROUND))
PLAN = WavePlan(
    slug=WAVE,
    survey=BACKGROUND,
    community="river-city",
    community_names={"en": "River City"},
    languages=("en",),
    agencies=(PlannedAgency("police", {"en": "the police"}), PlannedAgency("library", {"en": "the library"})),
    codes="optional",
    contact="data@example.org",
)


def make_answered_wave(engine: Engine, settings: Settings, people: int = 400, seed: int = 1) -> str:
    """A closed wave with so many opened answers from the open link; returns its name."""
    create_and_open(engine, settings, PLAN)
    lifecycle.close_wave(engine, PLAN.slug, ACT)
    with writing(engine) as session:
        session.add_all(make_responses(get_wave(session, PLAN.slug).id or 0, people, seed))
    return PLAN.slug


def make_responses(wave_id: int, people: int, seed: int) -> Iterator[Response]:
    chance = np.random.default_rng(seed)
    for number in range(people):
        answers: dict[str, Any] = {code: int(chance.integers(1, 6)) for code in ("B1", "B2")}
        answers |= {"AGE": int(chance.integers(1, 3)), "HOME": int(chance.integers(1, 3))}
        chosen = [code for code in (1, 2, 3) if chance.random() < 0.4]
        answers["C1"] = chosen or NO_ANSWER
        answers |= {"B2": DONT_KNOW} if number % 17 == 0 else {}
        yield Response(
            key=secrets.token_bytes(16),
            wave_id=wave_id,
            source="open link",
            stratum="",
            agency=("police", "library")[number % 2],
            codes=LAYOUT.pack(answers),
        )


def make_release(engine: Engine, settings: Settings, **options: Any) -> FrozenRelease:
    make_answered_wave(engine, settings, **options)
    return release_building.build_release(engine, settings, WAVE, ACT).release
