"""Run the demo from beginning to end: three waves of River City, two of them answered, closed and published."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from time import sleep

import httpx
import numpy as np
import uvicorn
from sqlalchemy import Engine

from app.demo.community import ADULTS, AREAS, area_map, population_levels, wave_plan
from app.demo.holders import UNLOCK, make_holders
from app.demo.http_client import SimulatedVisit, send_visits
from app.demo.population import Population, make_population
from app.demo.scorecard import build_registers, build_scorecard
from app.demo.verification import FalseClaims, find_false_claims
from app.main import create_app
from app.questionnaire.definition import Survey
from app.services.ballots import invitation_codes
from app.services.common.actor import Actor
from app.services.common.object_store import ObjectStore
from app.services.communities.area_shapes import store_shapes
from app.services.communities.population import store_population
from app.services.releases import build as release_building
from app.services.reports import publish as report_publishing
from app.services.waves import box_opening, lifecycle
from app.settings import Settings

SEED = 20260101  # of whose reports no clear difference is false, which each build checks
ADDRESS_SAMPLE = "address sample"
# The page's languages that residents read, by the language spoken at home (1 English, 2 Spanish, 3 another).
READS: Mapping[int, Mapping[str, float]] = {
    1: {"en": 1.0},
    2: {"es": 0.6, "en": 0.4},
    3: {"ar": 0.2, "zh-Hans": 0.2, "vi": 0.1, "ko": 0.05, "fr": 0.05, "ru": 0.05, "en": 0.35},
}

Show = Callable[[str], None]


@dataclass(frozen=True)
class Chapter:
    """Describe one wave: invited people, volunteers on the open link, and how trust moved. Open without an end."""

    slug: str
    invited: int = 0
    volunteers: int = 0
    drift: Mapping[str, float] = field(default_factory=dict)
    opened: date | None = None
    closed: date | None = None
    answers_findings: bool = False  # agencies have answered the findings of the report before

    def opening(self, actor: Actor) -> Actor:
        """Return the actor on the day of opening; a wave that is still open opens today."""
        return _on(actor, self.opened)

    def closing(self, actor: Actor) -> Actor:
        """Return the actor on the day of closing."""
        return _on(actor, self.closed)


def _on(actor: Actor, day: date | None) -> Actor:
    return actor if day is None else replace(actor, now=datetime.combine(day, time(12), actor.now.tzinfo))


CHAPTERS = (
    Chapter("river-city-2025", 4000, 900, {}, date(2025, 3, 3), date(2025, 4, 14)),
    Chapter(
        "river-city-2026",
        4000,
        900,
        {"police": 0.5, "health": -1.0, "housing": 7.0},
        date(2026, 3, 2),
        date(2026, 4, 13),
        answers_findings=True,
    ),
    Chapter("river-city-now"),
)


def run_story(engine: Engine, settings: Settings, actor: Actor, show: Show) -> None:
    """Run all chapters; each is finished before the next begins."""
    make_holders(engine, settings, actor, show)
    population = make_population(ADULTS, np.random.default_rng(SEED))
    before: Population | None = None
    for number, chapter in enumerate(CHAPTERS):
        show(f"Survey round {chapter.slug} ...")
        opening = chapter.opening(actor)
        survey = lifecycle.create_wave(engine, wave_plan(chapter.slug), opening)
        store_population(engine, "river-city", population_levels(population), opening)
        if number == 0:
            store_shapes(engine, "river-city", area_map(), opening)
        lifecycle.open_wave(engine, settings, chapter.slug, opening)
        if chapter.closed:
            people = make_population(ADULTS, np.random.default_rng(SEED), chapter.drift)
            _run_wave(engine, settings, actor, chapter, survey, people, SEED + number, show)
            _check_report(engine, chapter, survey, people, before, show)
            before = people
    show("Scorecard ...")
    build_scorecard(engine, settings, actor, population, served, show)


def _run_wave(
    engine: Engine,
    settings: Settings,
    actor: Actor,
    chapter: Chapter,
    survey: Survey,
    people: Population,
    seed: int,
    show: Show,
) -> None:
    chance = np.random.default_rng(seed)
    visits = [
        *invited_visits(engine, settings, chapter, people, chance),
        *volunteer_visits(chapter, people, chance),
    ]
    chance.shuffle(visits)
    with served(settings) as address:
        answered = send_visits(address, chapter.slug, survey, people, visits, seed, _every(500, len(visits), show))
    show(f"  {answered} simulated residents answered")
    closing = chapter.closing(actor)
    if chapter.answers_findings:
        build_registers(engine, closing)
    lifecycle.close_wave(engine, chapter.slug, closing)
    box_opening.open_boxes(engine, settings, chapter.slug, closing, unlock=UNLOCK)
    report = report_publishing.publish_report(engine, chapter.slug, closing, store=ObjectStore(settings))
    show(f"  report {report.version} published")
    built = release_building.build_release(engine, settings, chapter.slug, closing)
    show(f"  data {built.release.version} published")


def _check_report(
    engine: Engine, chapter: Chapter, survey: Survey, people: Population, before: Population | None, show: Show
) -> None:
    """Compare the clear differences with the population. Raises `FalseClaims` where one is false."""
    found = report_publishing.find_frozen_report(engine, "river-city", chapter.slug)
    assert found is not None
    clear, false = find_false_claims(found, survey, people, before)
    show(f"  {clear} clear differences, {len(false)} of them false in the simulated population")
    if false:
        raise FalseClaims(chapter.slug, [claim.sentence for claim in false])


def _every(step: int, total: int, show: Show) -> Callable[[int], None]:
    def progress(done: int) -> None:
        if done % step == 0:
            show(f"  {done} of {total} simulated residents have answered")

    return progress


def invited_visits(
    engine: Engine, settings: Settings, chapter: Chapter, people: Population, chance: np.random.Generator
) -> Iterator[SimulatedVisit]:
    """Draw people at random in each area and yield those who answer, with the code of their letter."""
    propensity = people.answering_propensity()
    per_area = chapter.invited // len(AREAS)
    for area, name in AREAS.items():
        living_there = np.flatnonzero(people.groups["AREA"] == area)
        drawn = chance.choice(living_there, per_area, replace=False)
        invitations = invitation_codes.create_codes(
            engine, settings, chapter.slug, per_area, ADDRESS_SAMPLE, name, frame=len(living_there)
        )
        letters = _by_agency([invitation.link for invitation in invitations])
        for row in drawn.tolist():
            if chance.random() < propensity[row]:
                yield SimulatedVisit(row, _language(people, row, chance), _next_letter(letters, chance))


def _by_agency(links: Sequence[str]) -> list[list[str]]:
    """Return the letters of each agency, which the last part of a link's path numbers."""
    found: dict[str, list[str]] = {}
    for link in links:
        found.setdefault(httpx.URL(link).path, []).append(link)
    return [found[path] for path in sorted(found)]


def _next_letter(letters: Sequence[list[str]], chance: np.random.Generator) -> str:
    """Return a letter about an agency that the seed draws.

    Codes are secret and new in each build. If they drew the agencies, each build would publish other figures.
    """
    own = letters[int(chance.integers(len(letters)))]
    return (own or max(letters, key=len)).pop()


def volunteer_visits(chapter: Chapter, people: Population, chance: np.random.Generator) -> Iterator[SimulatedVisit]:
    """Yield people who follow the open link on their own. Those with a grievance follow it more often."""
    wish = people.volunteering_propensity()
    for row in chance.choice(people.size, chapter.volunteers, replace=False, p=wish / wish.sum()).tolist():
        yield SimulatedVisit(row, _language(people, row, chance))


def _language(people: Population, row: int, chance: np.random.Generator) -> str:
    reads = READS[int(people.groups["LANGUAGE"][row])]
    return str(chance.choice(list(reads), p=list(reads.values())))


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """Serve the application on a free port of this machine until the block ends."""
    config = uvicorn.Config(create_app(settings), host="127.0.0.1", port=0, access_log=False, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            if not thread.is_alive():
                raise RuntimeError("expected the demo's server to start, but it stopped")
            sleep(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=20)
