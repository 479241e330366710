"""Cache the waves that residents can see, so that a page view needs no database query."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from app.language.languages import SOURCE
from app.questionnaire.definition import Survey
from app.questionnaire.loading import load_survey
from app.questionnaire.problems import SurveyProblems
from app.records.communities import get_community_of
from app.records.database import reading
from app.records.wave_lifecycle import OPEN, PROMISED
from app.records.waves import Wave, rated_agencies_of, waves_with_status
from app.services.translations.review_status import unreviewed

log = logging.getLogger(__name__)

FRESH_FOR = 2.0  # seconds


@dataclass(frozen=True)
class OpenWaveAgency:
    slug: str
    names: Mapping[str, str]
    probability: float


@dataclass(frozen=True)
class OpenWave:
    """Hold all that the resident's page uses of a wave. `drafts` are its languages with unreviewed wording."""

    slug: str
    community_name: Mapping[str, str]
    survey: Survey
    languages: tuple[str, ...]
    agencies: tuple[OpenWaveAgency, ...]
    code: str
    is_open: bool
    drafts: frozenset[str]
    contact: str
    id: int = field(repr=False)


def to_open_wave(session: Session, wave: Wave) -> OpenWave:
    assert wave.id is not None
    survey = load_survey(wave.survey_text)
    return OpenWave(
        slug=wave.slug,
        community_name=get_community_of(session, wave.community_id).names,
        survey=survey,
        languages=tuple(wave.languages),
        agencies=tuple(OpenWaveAgency(a.slug, a.names, chance) for a, chance in rated_agencies_of(session, wave.id)),
        code=wave.code_policy,
        is_open=wave.status == OPEN,
        drafts=frozenset(unreviewed(session, survey.catalog, wave.languages)) | ({SOURCE} & {*wave.drafts}),
        contact=wave.contact,
        id=wave.id,
    )


def find_open(session: Session, wave: Wave) -> OpenWave | None:
    """Return the wave, or None if its survey, frozen by an older version, is no longer valid.

    The other waves stay available.
    """
    try:
        return to_open_wave(session, wave)
    except SurveyProblems as problems:
        log.error("the wave %s cannot be shown: %s", wave.slug, problems)
        return None


class OpenWaves:
    """Cache all waves by name, read together at most once in two seconds, so that unknown names cost nothing."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine, self._clock = engine, clock
        self._waves: Mapping[str, OpenWave] = {}
        self._read_at: float | None = None
        self._lock = threading.Lock()

    def find(self, slug: str) -> OpenWave | None:
        return self._current().get(slug)

    def open_waves(self) -> tuple[OpenWave, ...]:
        return tuple(wave for wave in self._current().values() if wave.is_open)

    def _current(self) -> Mapping[str, OpenWave]:
        with self._lock:
            if self._read_at is None or self._clock() - self._read_at > FRESH_FOR:
                self._refresh()
            return self._waves

    def _refresh(self) -> None:
        try:
            with reading(self._engine) as session:
                waves = [find_open(session, wave) for wave in waves_with_status(session, PROMISED)]
                found = {wave.slug: wave for wave in waves if wave is not None}
        except SQLAlchemyError:
            # Keep the page when the database is briefly unreachable: the cached waves are still valid.
            if self._read_at is None:
                raise
            found = dict(self._waves)
        self._waves, self._read_at = found, self._clock()
