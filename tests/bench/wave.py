"""A closed wave of many simulated answers, written straight into a database: two of three by invitation."""

import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Engine
from sqlmodel import Session

from app.demo.community import AREAS, population_levels, wave_plan
from app.demo.population import AGENCIES, Population, make_population
from app.demo.simulated_answers import Respondent, fill_in
from app.demo.story import ADDRESS_SAMPLE
from app.questionnaire.answers import Answers, read_answers
from app.questionnaire.definition import Survey
from app.questionnaire.packing import layout_of
from app.records.ballots import Response, store_rows
from app.records.codes import Code, CodeBatch
from app.records.database import writing
from app.records.waves import get_wave
from app.services.communities.population import store_population
from app.services.waves import lifecycle
from tests.services.making import ACT, make_database, make_settings

WAVE = "bench"
DRAWN_DIFFERENTLY = 5000  # so many people are simulated; more answers than that are theirs, mixed anew


def make_wave(folder: Path, answers: int) -> Engine:
    """A database with one closed wave of the core survey and so many opened answers."""
    settings = make_settings(folder)
    engine = make_database(settings)
    population = make_population(max(answers, DRAWN_DIFFERENTLY), np.random.default_rng(3))
    survey = lifecycle.create_wave(engine, replace(wave_plan(WAVE), languages=("en",)), ACT)
    store_population(engine, "river-city", population_levels(population), ACT)
    lifecycle.open_wave(engine, settings, WAVE, ACT)
    lifecycle.close_wave(engine, WAVE, ACT)
    with writing(engine) as session:
        wave_id = get_wave(session, WAVE).id or 0
        _store_codes(session, wave_id, population, answers)
        rows = _rows(wave_id, survey, population, answers)
        while part := [row for row, _ in zip(rows, range(DRAWN_DIFFERENTLY), strict=False)]:
            store_rows(session, Response, part)
    return engine


def _store_codes(session: Session, wave_id: int, population: Population, answers: int) -> None:
    """One code for each answer in each area, out of a list of ten times as many addresses as people."""
    for area, name in AREAS.items():
        living = int((population.groups["AREA"] == area).sum())
        batch = CodeBatch(wave_id=wave_id, source=ADDRESS_SAMPLE, stratum=name, codes=living, frame=10 * living)
        session.add(batch)
        session.flush()
        hashes = sorted(secrets.token_bytes(32) for _ in range(min(living, answers)))
        store_rows(session, Code, [{"hash": each, "batch_id": batch.id, "spent": True} for each in hashes])


def _rows(wave_id: int, survey: Survey, population: Population, answers: int) -> Iterator[dict[str, Any]]:
    """Two of three are invited. Beyond the first few thousand, one person's background with another's answers."""
    chance = np.random.default_rng(4)
    background = {item.code for item in survey.key_variables}
    layout = layout_of(survey)
    stated: list[dict[str, Any]] = []
    for row in range(answers):
        agency = AGENCIES[row % len(AGENCIES)]
        if row < DRAWN_DIFFERENTLY:
            read = read_answers(survey, fill_in(survey, Respondent(population, row, agency), chance))
            assert isinstance(read, Answers)
            stated.append(read.coded())
        own, other = (row, row) if row < DRAWN_DIFFERENTLY else chance.integers(len(stated), size=2).tolist()
        mixed = {code: stated[other if code in background else own][code] for code in stated[own]}
        invited = row % 3 < 2
        yield {
            "key": secrets.token_bytes(16),
            "wave_id": wave_id,
            "source": ADDRESS_SAMPLE if invited else "open link",
            "stratum": AREAS[int(population.groups["AREA"][row])] if invited else "",
            "agency": agency,
            "codes": layout.pack(mixed),
        }
