"""Cache the waves that residents can see, so that a page view needs no database query.

The event loop never waits for the database: a thread reads, and while the database hangs the waves stay as they were.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from app.errors import AnswerNotStored, BoxKeysForged, RecordForged, TokenKeysForged
from app.language.catalogs import UNREADABLE
from app.language.languages import SOURCE
from app.questionnaire.answers import can_err
from app.questionnaire.definition import Survey
from app.questionnaire.loading import load_survey
from app.questionnaire.problems import SurveyProblems
from app.records.ballots import Box, HeldBox, find_current_box
from app.records.communities import get_community_of
from app.records.database import reading
from app.records.holders import find_holder
from app.records.wave_lifecycle import OPEN, PROMISED
from app.records.waves import Wave, rated_agencies_of, waves_with_status
from app.services.ballots.box_keys import find_sealing_keys
from app.services.ballots.tokens.token_keys import WaveTokens, load_tokens
from app.services.holders.identity import SECOND, SIGNATURE_SIZE, fingerprint_of, is_signed, key_statement
from app.services.holders.round_record import check_record
from app.services.translations.review_status import AskedSentences, unreviewed
from app.services.waves.protocol import LAST_DAY, MINUTES, RESULTS_DAY
from app.services.waves.wave_words import COMMUNITY, WaveWords, read_words
from app.services.waves.word_freezing import digests_by_catalog, find_frozen, frozen_fingerprints

log = logging.getLogger(__name__)

FRESH_FOR = 2.0  # seconds
ABSENT_FOR = 0.2  # seconds that a wave counts as absent; it may be opened at any moment
PATIENCE = 1.0  # seconds that a request waits for a reading, where its wave is known from an earlier one
FIRST_PATIENCE = 10.0  # seconds, where it is not


@dataclass(frozen=True)
class OpenWaveAgency:
    slug: str
    names: Mapping[str, str]
    probability: float


@dataclass(frozen=True)
class PageKeys:
    """Hold what a page needs to seal, as text: the second holder's key of this box, its owner and signature."""

    box: str
    key: str
    holder: str
    signed: str


@dataclass(frozen=True)
class WaveFacts:
    """Hold what the first page says about a wave, from its protocol: empty where the plan does not say it."""

    community: str = ""
    asked_by: str = ""
    last_day: date | None = None
    results_day: date | None = None
    minutes: int = 0


@dataclass(frozen=True)
class OpenWave:
    """Hold all that the resident's page uses of a wave. `drafts` are its languages with unreviewed wording.

    `is_forged`: someone put other keys into the database or deleted some, and no answer can be accepted.
    `takes_tokens`: answers with tokens count, also where a restore ended the selling and `tokens` is None.
    """

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
    keys: PageKeys | None = None
    tokens: WaveTokens | None = None
    takes_tokens: bool = False
    is_forged: bool = False
    facts: WaveFacts = WaveFacts()
    frozen: Mapping[str, WaveWords] = field(default_factory=dict, repr=False)

    def words_in(self, language: str) -> WaveWords:
        """Return the words of a language as they were when the wave opened; those of a draft are as they are now."""
        found = self.frozen.get(language)
        return found or read_words(language, self.survey, {})

    @property
    def is_frozen(self) -> bool:
        """Whether the words of every language are whole in the database."""
        return self.frozen.keys() >= {*self.languages}


def to_open_wave(session: Session, wave: Wave, secret: bytes) -> OpenWave:
    assert wave.id is not None
    survey, frozen = load_survey(wave.survey_text), find_frozen(session, secret, wave)
    keys = find_keys(session, wave, survey, secret)
    asked = AskedSentences(partial(frozen_fingerprints, survey, frozen), frozenset(survey.translations))
    unsigned = unreviewed(session, survey.catalog, wave.languages, digests_by_catalog(frozen), asked)
    community = get_community_of(session, wave.community_id)
    return OpenWave(
        slug=wave.slug,
        community_name=_names_of(COMMUNITY, community.names, frozen),
        survey=survey,
        languages=tuple(wave.languages),
        agencies=tuple(
            OpenWaveAgency(agency.slug, _names_of(agency.slug, agency.names, frozen), chance)
            for agency, chance in rated_agencies_of(session, wave.id)
        ),
        code=wave.code_policy,
        is_open=wave.status == OPEN,
        drafts=frozenset(unsigned) | ({SOURCE} & {*wave.drafts}),
        contact=wave.contact,
        id=wave.id,
        keys=keys.page,
        tokens=keys.tokens,
        takes_tokens=wave.token_keys != "",
        is_forged=keys.is_forged,
        facts=to_facts(community.slug, wave.protocol),
        frozen=frozen,
    )


def to_facts(community: str, protocol: Mapping[str, str]) -> WaveFacts:
    last, results = (protocol.get(name) for name in (LAST_DAY, RESULTS_DAY))
    return WaveFacts(
        community=community,
        asked_by=protocol.get("conductor") or protocol.get("sponsor", ""),
        last_day=date.fromisoformat(last) if last else None,
        results_day=date.fromisoformat(results) if results else None,
        minutes=int(protocol.get(MINUTES, 0)),
    )


def _names_of(key: str, names: Mapping[str, str], frozen: Mapping[str, WaveWords]) -> dict[str, str]:
    """Return the names as residents read them: those of the opening, and later ones in other languages."""
    return {**names, **{language: words.names[key] for language, words in frozen.items() if key in words.names}}


@dataclass(frozen=True)
class WaveKeys:
    """Hold the keys for a page to seal with, those that sign tokens, and whether someone replaced either."""

    page: PageKeys | None = None
    tokens: WaveTokens | None = None
    is_forged: bool = False


def find_keys(session: Session, wave: Wave, survey: Survey, secret: bytes) -> WaveKeys:
    """Return the keys of an open wave, as far as there are any."""
    box = find_current_box(session, wave.id or 0) if wave.status == OPEN else None
    if box is None:
        return WaveKeys()
    try:
        find_sealing_keys(secret, HeldBox.of(box, wave))
        check_record(session, wave)
        if wave.token_keys and can_err(survey):
            raise TokenKeysForged(wave.slug)  # a page that seals no answer of this survey would send codes beside them
        return WaveKeys(_to_page_keys(session, wave, box), load_tokens(session, secret, wave))
    except (BoxKeysForged, RecordForged, TokenKeysForged) as forged:
        log.error("the wave %s accepts no answers: %s", wave.slug, forged)
        return WaveKeys(is_forged=True)


def _to_page_keys(session: Session, wave: Wave, box: Box) -> PageKeys | None:
    if box.second_key is None or box.signatures is None:
        return None  # of an earlier version, as its seal says
    holder, signed = find_holder(session, wave.second_holder), box.signatures[SIGNATURE_SIZE:]
    if (
        holder is None
        or fingerprint_of(holder.identity) != wave.second_holder
        or not is_signed(holder.identity, key_statement(SECOND, box.second_key), signed)
    ):
        raise BoxKeysForged(box.id)
    key, identity, signature = (b64encode(part).decode() for part in (box.second_key, holder.identity, signed))
    return PageKeys(box.id, key, identity, signature)


def find_open(session: Session, wave: Wave, secret: bytes) -> OpenWave | None:
    """Return the wave, or None if its survey, frozen by an older version, is no longer valid, or a file unreadable.

    The other waves stay available.
    """
    try:
        return to_open_wave(session, wave, secret)
    except (SurveyProblems, *UNREADABLE) as problems:
        log.error("the wave %s cannot be shown: %s", wave.slug, problems)
        return None


def _in_a_thread(read: Callable[[], object]) -> Future[object]:
    """Read in a thread of its own, which does not keep the process from ending while the database hangs."""
    done: Future[object] = Future()

    def work() -> None:
        try:
            done.set_result(read())
        except Exception as error:
            done.set_exception(error)

    threading.Thread(target=work, name="wave reader", daemon=True).start()
    return done


def _end_of(reading_now: Future[object]) -> Future[None]:
    """Return a future that ends with another one, whatever its outcome, and that a request cannot cancel."""
    ended: Future[None] = Future()
    ended.set_running_or_notify_cancel()
    reading_now.add_done_callback(lambda _: ended.set_result(None))
    return ended


class OpenWaves:
    """Cache all waves by name, read together at most once in two seconds; for unknown names, five times a second."""

    def __init__(self, engine: Engine, secret: bytes, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine, self._secret, self._clock = engine, secret, clock
        self._waves: Mapping[str, OpenWave] = {}
        self._read_at: float | None = None
        self._is_stale = False
        self._lock = threading.Lock()
        self._reading: Future[object] | None = None
        self._reading_since = 0.0

    async def find_soon(self, slug: str) -> OpenWave | None:
        """Find a wave without waiting for the database in the event loop.

        Raises `AnswerNotStored` where nothing is known yet and the database does not answer.
        """
        if not self._is_fresh(slug):
            await self._read_soon(slug)
        return self._waves.get(slug)

    async def _read_soon(self, slug: str) -> None:
        reading_now = self._reading
        if reading_now is None or reading_now.done():
            reading_now = self._reading = _in_a_thread(partial(self._current, slug))
            self._reading_since = self._clock()
        is_known = self._read_at is not None
        # A wave that is not there yet may have been opened since: an earlier reading does not say that it is not.
        patience = (PATIENCE if is_known and slug in self._waves else FIRST_PATIENCE) - (
            self._clock() - self._reading_since
        )
        if patience > 0:
            await asyncio.wait({asyncio.wrap_future(_end_of(reading_now))}, timeout=patience)
        if is_known:
            return
        if not reading_now.done():
            raise AnswerNotStored
        reading_now.result()  # raises the error of the first reading

    def find(self, slug: str) -> OpenWave | None:
        return self._current(slug).get(slug)

    def open_waves(self) -> tuple[OpenWave, ...]:
        return tuple(wave for wave in self._current().values() if wave.is_open)

    def forget(self) -> None:
        """Read the waves anew at the next call. Takes no lock, because a reading may hold it for long."""
        self._is_stale = True

    def _current(self, slug: str | None = None) -> Mapping[str, OpenWave]:
        with self._lock:
            if not self._is_fresh(slug):
                self._refresh()
            return self._waves

    def _is_fresh(self, slug: str | None = None) -> bool:
        limit = FRESH_FOR if slug is None or slug in self._waves else ABSENT_FOR
        return self._read_at is not None and not self._is_stale and self._clock() - self._read_at <= limit

    def _refresh(self) -> None:
        self._is_stale = False  # first: a change while this reads must be read once more
        try:
            with reading(self._engine) as session:
                waves = [find_open(session, wave, self._secret) for wave in waves_with_status(session, PROMISED)]
                found = {wave.slug: wave for wave in waves if wave is not None}
        except SQLAlchemyError:
            # Keep the page when the database is briefly unreachable: the cached waves are still valid.
            if self._read_at is None:
                raise
            found = dict(self._waves)
        self._waves, self._read_at = found, self._clock()
