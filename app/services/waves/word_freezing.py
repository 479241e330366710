"""Freeze the words of a wave in the database when it opens, and read them from there alone until it is closed.

Files come and go with versions: a page in a language whose catalog has changed would be another page, or none.
"""

from __future__ import annotations

import hashlib
import logging
import zlib
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import partial

from sqlalchemy import Engine
from sqlmodel import Session

from app.errors import WordsNotFrozen
from app.language.catalogs import UNREADABLE, MessageCatalog
from app.questionnaire.definition import Survey
from app.questionnaire.loading import load_survey
from app.questionnaire.problems import SurveyProblems
from app.questionnaire.survey_words import survey_words
from app.records.communities import get_community_of
from app.records.database import reading, writing
from app.records.frozen_words import FrozenWords, content_of, digests_of
from app.records.wave_lifecycle import OPEN, PROMISED
from app.records.waves import Wave, rated_agencies_of, waves_with_status
from app.services.translations.own_words import asked_survey
from app.services.translations.review_status import fingerprints_in
from app.services.translations.untranslated import find_gaps
from app.services.waves.protocol import LAST_DAY, RESULTS_DAY
from app.services.waves.wave_words import COMMUNITY, WaveWords, add_sources, pack, read_words, unpack

log = logging.getLogger(__name__)

DAMAGED = (zlib.error, ValueError, KeyError, TypeError)
KEPT = 256  # languages of waves in memory
_UNPACKED: dict[str, WaveWords] = {}  # by digest: the same bytes are the same words, in every database


def freeze_words(session: Session, wave: Wave, languages: Collection[str]) -> None:
    """Freeze these languages of a wave as the files have them now. Raises `WordsNotFrozen`."""
    survey = asked_survey(session, wave)
    for language in languages:
        content = _pack_whole(session, wave, survey, language)
        row = FrozenWords(
            wave_id=wave.id or 0, language=language, sha256=hashlib.sha256(content).hexdigest(), content=content
        )
        session.merge(row)


def _pack_whole(session: Session, wave: Wave, survey: Survey, language: str) -> bytes:
    try:
        gaps = find_gaps(survey, language)
        content = pack(read_words(language, survey, names_in(session, wave, language)), days_of(wave))
    except (*UNREADABLE, KeyError) as error:
        raise WordsNotFrozen(wave.slug, language, f"a catalog that cannot be read ({type(error).__name__})") from None
    if gaps:
        raise WordsNotFrozen(wave.slug, language, f"{len(gaps)} sentences without a translation in its catalogs")
    return content


def days_of(wave: Wave) -> list[date]:
    """Return the days that pages and letters of a wave name."""
    return [date.fromisoformat(wave.protocol[name]) for name in (LAST_DAY, RESULTS_DAY) if wave.protocol.get(name)]


def names_in(session: Session, wave: Wave, language: str) -> dict[str, str]:
    """Return the names of the community and of the rated agencies that exist in a language."""
    named = {COMMUNITY: get_community_of(session, wave.community_id).names}
    named |= {agency.slug: agency.names for agency, _ in rated_agencies_of(session, wave.id or 0)}
    return {key: names[language] for key, names in named.items() if language in names}


def find_frozen(session: Session, wave: Wave) -> dict[str, WaveWords]:
    """Return the words of each language that is whole in the database; a damaged one is left out and logged."""
    found = {}
    for language, digest in digests_of(session, wave.id or 0).items():
        words = _find_whole(session, wave, language, digest)
        if words is not None:
            found[language] = words
    return found


def _find_whole(session: Session, wave: Wave, language: str, digest: str) -> WaveWords | None:
    if digest not in _UNPACKED:
        content = content_of(session, wave.id or 0, language)
        try:
            words = unpack(content)
        except DAMAGED:
            words = None
        if words is None or hashlib.sha256(content).hexdigest() != digest:
            log.error("the words of %s in %s are damaged in the database", wave.slug, language)
            return None
        if len(_UNPACKED) >= KEPT:
            _UNPACKED.clear()
        _UNPACKED[digest] = words
    return _UNPACKED[digest]


def digests_by_catalog(frozen: Mapping[str, WaveWords]) -> dict[tuple[str, str], str]:
    """Return the digests of frozen sentences, by language and catalog."""
    return {(lang, domain): digest for lang, words in frozen.items() for domain, digest in words.digests.items()}


def frozen_fingerprints(survey: Survey, frozen: Mapping[str, WaveWords], language: str) -> frozenset[str]:
    """Return the fingerprints of a survey's frozen sentences; without frozen words those of now."""
    words = frozen.get(language)
    return fingerprints_in(survey, words.catalogs[survey.catalog] if words else survey_words(survey, language))


def freeze_earlier_waves(engine: Engine) -> list[str]:
    """Freeze what an earlier version did not, from the catalogs as they are now, and return the names of the waves.

    A wave that is open and whose words are not all there is refused; a closed one shows no page that could change.
    """
    done = []
    with writing(engine) as session:
        for wave in waves_with_status(session, PROMISED):
            missing = set(wave.languages) - digests_of(session, wave.id or 0).keys()
            try:
                freeze_words(session, wave, sorted(missing))
            except (WordsNotFrozen, SurveyProblems) as refused:
                if wave.status == OPEN:
                    raise _named(refused, wave) from None
                continue
            done += [wave.slug] if missing or _add_sources(session, wave) else []
    return done


def _add_sources(session: Session, wave: Wave) -> bool:
    """Freeze the sources of the pages beside words of an earlier version. Damaged words stay for `serve` to refuse."""
    changed = False
    for language, digest in digests_of(session, wave.id or 0).items():
        content = content_of(session, wave.id or 0, language)
        if wave.status != OPEN or hashlib.sha256(content).hexdigest() != digest:
            continue
        if (renewed := add_sources(content, days_of(wave))) is not None:
            digest = hashlib.sha256(renewed).hexdigest()
            session.merge(FrozenWords(wave_id=wave.id or 0, language=language, sha256=digest, content=renewed))
            changed = True
    return changed


def _named(refused: WordsNotFrozen | SurveyProblems, wave: Wave) -> WordsNotFrozen:
    if isinstance(refused, WordsNotFrozen):
        return refused
    return WordsNotFrozen(wave.slug, wave.languages[0], f"a survey that this version cannot read ({refused})")


def check_frozen_words(engine: Engine) -> None:
    """Refuse to serve an open wave whose words are not whole in the database. Raises `WordsNotFrozen`."""
    with reading(engine) as session:
        for wave in waves_with_status(session, (OPEN,)):
            for language, reason in _find_faults(session, wave):
                raise WordsNotFrozen(wave.slug, language, reason)


def _find_faults(session: Session, wave: Wave) -> Iterator[tuple[str, str]]:
    try:
        survey = load_survey(wave.survey_text)
    except SurveyProblems as problems:
        yield wave.languages[0], f"a survey that this version cannot read ({problems})"
        return
    stored, frozen = digests_of(session, wave.id or 0), find_frozen(session, wave)
    for language in wave.languages:
        if language not in frozen:
            yield language, "damaged ones" if language in stored else "none"
        elif frozen[language].sources is None and (gaps := find_gaps(survey, language, partial(_load_frozen, frozen))):
            yield language, f"{len(gaps)} sentences missing, which its pages need"


def _load_frozen(frozen: Mapping[str, WaveWords], language: str, domain: str) -> MessageCatalog:
    return frozen[language].catalogs[domain]
