"""A small service to visit: one open wave, a client, and a look at how many answers it keeps."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.testclient import TestClient

from app.main import create_app
from app.services.ballots.invitation_codes import Invitation, create_codes
from app.services.waves import lifecycle
from app.services.waves.plan_file import PlannedAgency
from app.settings import Settings
from tests.services.making import (
    ACT,
    make_database,
    make_database_and_wave,
    make_open_wave,
    make_plan,
    make_settings,
)

WAVE = "riverside-2026"
LANGUAGES = ("en", "es", "ar")
PATHS = """
id: paths
version: "1.0"
title: Questions about public services
defaults: {dont_know: true, prefer_not: true}
scales:
  agree: {options: {1: Disagree, 2: Neither, 3: Agree}}
  trust: {from: 0, to: 10, low: Not at all, high: Completely}
sections:
  - id: trust
    title: Your trust
    items:
      - {code: A1, text: "How much do you trust {agency}?", scale: trust}
      - {code: B1, text: "{agency} listens.", scale: agree}
  - id: contact
    title: Your contact
    items:
      - code: D1
        text: Whom did you meet?
        kind: multiple
        options: {1: Police, 2: Clinic, 3: {text: Nobody, exclusive: true}}
      - {code: D2, text: They were polite., scale: agree, show_if: {any_in: {D1: [1, 2]}}}
  - id: harm
    title: If something happened to you
    sensitive: true
    support: You can call 988 at any time.
    items:
      - {code: H1, text: Did something happen?, kind: single, options: {1: "Yes", 2: "No"}}
      - {code: H2, text: Was it reported?, kind: single, options: {1: "Yes", 2: "No"}, show_if: {equal: {H1: 1}}}
"""
POLICE = PlannedAgency(
    "police",
    {"en": "the Riverside Police Department", "es": "la Policía de Riverside", "ar": "شرطة ريفرسايد"},
)
RIVERSIDE = {"en": "Riverside", "es": "Riverside", "ar": "ريفرسايد"}


@dataclass(frozen=True)
class Service:
    settings: Settings
    engine: Engine
    app: FastAPI
    client: TestClient
    codes: tuple[Invitation, ...] = ()  # that were made before the wave opened

    @property
    def address(self) -> str:
        return f"/s/{WAVE}"

    def kept(self) -> int:
        """How many answers are in the box."""
        return lifecycle.wave_status(self.engine, WAVE).waiting

    def close(self) -> None:
        lifecycle.close_wave(self.engine, WAVE, ACT)


@contextlib.contextmanager
def open_service(folder: Path, coded: int = 0, **plan: Any) -> Iterator[Service]:
    """A service with one open wave; by default the small survey `PATHS`, in English, about the police.

    Codes that are made before it opens, `coded` of them, buy blind-signed tokens.
    """
    settings = make_settings(folder)
    defaults = {
        "slug": WAVE,
        "survey": PATHS,
        "community_names": RIVERSIDE,
        "agencies": (POLICE,),
        "contact": "call 555 0100",
    }
    codes: tuple[Invitation, ...] = ()
    if coded:
        engine = make_database(settings)
        lifecycle.create_wave(engine, make_plan(**(defaults | plan)), ACT)
        codes = tuple(create_codes(engine, settings, WAVE, coded, "letters", "north"))
        make_open_wave(engine, settings, **(defaults | plan))
    else:
        engine = make_database_and_wave(settings, **(defaults | plan))
    app = create_app(settings)
    with TestClient(app, raise_server_exceptions=True) as client:
        yield Service(settings, engine, app, client, codes)
    engine.dispose()


def open_city(folder: Path, **plan: Any) -> contextlib.AbstractContextManager[Service]:
    """The real questionnaire in all languages."""
    return open_service(folder, **({"survey": "community-trust", "languages": LANGUAGES} | plan))
