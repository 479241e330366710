"""A small wave that is over and answered, so that a report can be made of it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from sqlalchemy import Engine

from app.questionnaire.loading import load_survey
from app.questionnaire.packing import layout_of
from app.records.ballots import Response
from app.records.database import writing
from app.records.waves import get_wave
from app.services.reports import publish as report_publishing
from app.services.reports.publish import FrozenReport
from app.services.waves import lifecycle
from app.settings import Settings
from tests.services.making import ACT, PLAN, create_and_open

WAVE = PLAN.slug
SHORT = """
id: short
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
  - id: you
    title: About you
    items:
      - {code: AGE, text: How old are you?, kind: single, key_variable: age, options: {1: Under 45, 2: 45 or older}}
indices:
  - id: CTI
    title: Trust index
    rated: agency
    minimum_facets: 2
    facets:
      - {id: respect, title: Respect, items: [B1], minimum_answered: 1}
      - {id: openness, title: Openness, items: [B2], minimum_answered: 1}
"""


def make_closed_wave(engine: Engine, settings: Settings, people: int = 240, seed: int = 1, **plan: Any) -> str:
    """A closed wave of the survey `SHORT` with so many opened answers from the open link; returns its name."""
    planned = replace(PLAN, survey=SHORT, **plan)
    create_and_open(engine, settings, planned)
    lifecycle.close_wave(engine, planned.slug, ACT)
    add_responses(engine, planned.slug, [each.slug for each in planned.agencies], people, seed)
    return planned.slug


def add_responses(engine: Engine, wave: str, agencies: list[str], people: int, seed: int = 1) -> None:
    with writing(engine) as session:
        wave_id = get_wave(session, wave).id
        session.add_all(make_responses(wave_id or 0, agencies, people, seed))


def make_responses(wave_id: int, agencies: list[str], people: int, seed: int) -> Iterator[Response]:
    chance = np.random.default_rng(seed)
    layout = layout_of(load_survey(SHORT))
    for number in range(people):
        answers = {code: int(chance.integers(1, 6)) for code in ("B1", "B2")} | {"AGE": int(chance.integers(1, 3))}
        yield Response(
            key=secrets.token_bytes(16),
            wave_id=wave_id,
            source="open link",
            stratum="",
            agency=agencies[number % len(agencies)],
            codes=layout.pack(answers),
        )


def make_published_wave(engine: Engine, settings: Settings, **options: Any) -> FrozenReport:
    return report_publishing.publish_report(engine, make_closed_wave(engine, settings, **options), ACT)
