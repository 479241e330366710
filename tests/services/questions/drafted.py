"""A draft in English and Spanish about the shipped survey, ready to be edited."""

from __future__ import annotations

from sqlalchemy import Engine

from app.records.database import reading
from app.records.waves import Wave, get_wave
from app.services.common.actor import Actor
from app.services.waves.lifecycle import create_wave
from app.services.waves.plan_file import PlannedAgency, WavePlan
from tests.services.making import NOON

SLUG = "spring"
NAMES = {"en": "the police", "es": "la policía"}
PLAN = WavePlan(
    slug=SLUG,
    survey="community-trust-1-1",
    community="river-city",
    community_names={"en": "River City", "es": "Ciudad del Río"},
    languages=("en", "es"),
    agencies=(PlannedAgency("police", NAMES),),
    codes="none",
    drafts=("es",),
    areas={1: "North", 2: "South"},
    support={"en": "Call 211.", "es": "Llame al 211."},
)
ANA, BEN, EVA = (Actor(name, NOON) for name in ("ana", "ben", "eva"))


def make_draft(engine: Engine) -> None:
    create_wave(engine, PLAN, ANA)


def read_wave(engine: Engine, slug: str = SLUG) -> Wave:
    with reading(engine) as session:
        return get_wave(session, slug)
