"""Build the scorecard of River City: waves of staff and partners, figures, notes, and the published page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from sqlalchemy import Engine

from app.demo import agency_figures
from app.demo.community import AGENCY_NAMES, LANGUAGES, NAMES
from app.demo.holders import UNLOCK
from app.demo.http_client import SimulatedVisit, send_visits
from app.demo.population import Population
from app.demo.register_year import register_rows
from app.services.ballots import invitation_codes
from app.services.common.actor import Actor
from app.services.communities.register_import import Registered, store_register
from app.services.communities.workforce import store_workforce
from app.services.registers.entries import store_entries
from app.services.scorecards.load import load_measures
from app.services.scorecards.notes import ANSWERS, TARGETS, NoteKind, load_notes
from app.services.scorecards.publish import publish_community
from app.services.scorecards.upload_rows import to_rows
from app.services.waves import box_opening, lifecycle
from app.services.waves.plan_file import PlannedAgency, WavePlan
from app.settings import Settings

COMMUNITY = "river-city"
PARTNERSHIP_NAMES = {
    "en": "River City Safety Partnership",
    "es": "Alianza por la Seguridad de Ciudad del Río",
    "ar": "شراكة السلامة في مدينة النهر",
    "zh-Hans": "河城安全伙伴联盟",
    "vi": "Liên minh An toàn Thành phố Sông",
    "ko": "리버시티 안전 협력체",
    "fr": "Partenariat pour la sécurité de Ville-Rivière",
    "ru": "Партнёрство по безопасности Речного города",
}
ROSTER = "roster"  # everyone on a list of staff or of partners gets a code


@dataclass(frozen=True)
class DemoWave:
    """Describe a wave of staff or partners: the number of people on the list, and of those who answer."""

    slug: str
    survey: str
    about: str
    names: Mapping[str, str]
    everyone: int
    answering: int


STAFF_WAVES = (
    DemoWave("river-city-staff-2026", "staff", "police", AGENCY_NAMES["police"], 240, 168),
    DemoWave("river-city-partners-2026", "partners", agency_figures.PARTNERSHIP, PARTNERSHIP_NAMES, 64, 47),
)
SCORECARD_TIME = datetime(2026, 4, 24, 12, tzinfo=UTC)


def build_registers(engine: Engine, actor: Actor) -> None:
    """Store the partnership and the registers, with commitments that answer findings of the first report."""
    register = [
        Registered(COMMUNITY, NAMES[lang], agency_figures.PARTNERSHIP, PARTNERSHIP_NAMES[lang], lang)
        for lang in LANGUAGES
    ]
    store_register(engine, register, actor)
    for name, rows in register_rows():
        store_entries(engine, COMMUNITY, name, to_rows(rows), actor, "demo")


def build_scorecard(
    engine: Engine,
    settings: Settings,
    actor: Actor,
    people: Population,
    served: Callable[[Settings], AbstractContextManager[str]],
    show: Callable[[str], None],
) -> None:
    """Store everything that the scorecard needs, then publish it."""
    on = Actor(actor.name, SCORECARD_TIME)
    for number, wave in enumerate(STAFF_WAVES):
        show(f"Survey round {wave.slug} ...")
        _run_wave(engine, settings, on, wave, people, served, number)
    load_measures(engine, COMMUNITY, to_rows(list(agency_figures.figure_rows())), on, "demo")
    store_workforce(engine, COMMUNITY, agency_figures.staff_levels(), on)
    statement = {"attested_by": "City manager of River City (simulated)", "attested_on": "2026-04-20", "lang": "en"}
    _note(engine, TARGETS, agency_figures.TARGETS, on)
    _note(engine, ANSWERS, [{**each, **statement} for each in agency_figures.ANSWERS], on)
    card = publish_community(engine, COMMUNITY, on)
    show(f"  scorecard {card.version} published")


def _run_wave(
    engine: Engine,
    settings: Settings,
    on: Actor,
    wave: DemoWave,
    people: Population,
    served: Callable[[Settings], AbstractContextManager[str]],
    number: int,
) -> None:
    survey = lifecycle.create_wave(engine, _plan(wave), on)
    lifecycle.open_wave(engine, settings, wave.slug, on)
    invitations = invitation_codes.create_codes(
        engine, settings, wave.slug, wave.everyone, "address sample", ROSTER, frame=wave.everyone
    )
    chance = np.random.default_rng([number, wave.everyone])
    rows = chance.choice(people.size, wave.answering, replace=False).tolist()
    visits = [SimulatedVisit(row, "en", invitation.link) for row, invitation in zip(rows, invitations, strict=False)]
    with served(settings) as address:
        send_visits(address, wave.slug, survey, people, visits, number)
    lifecycle.close_wave(engine, wave.slug, on)
    box_opening.open_boxes(engine, settings, wave.slug, on, unlock=UNLOCK)


def _plan(wave: DemoWave) -> WavePlan:
    return WavePlan(
        slug=wave.slug,
        survey=wave.survey,
        community=COMMUNITY,
        community_names=NAMES,
        languages=LANGUAGES,
        agencies=(PlannedAgency(wave.about, wave.names),),
        contact="commontrust@river-city.example",
        codes="required",
        drafts=LANGUAGES[1:],
    )


def _note(engine: Engine, kind: NoteKind, rows: Iterable[Mapping[str, Any]], on: Actor) -> None:
    load_notes(engine, COMMUNITY, kind, to_rows(list(rows)), on, "demo")
