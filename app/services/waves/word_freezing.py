"""Freeze the words of a wave in the database when it opens, and read them from there alone until it is closed.

Files come and go with versions: a page in a language whose catalog has changed would be another page, or none.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
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
from app.records.frozen_words import FrozenWords, content_of, seals_of
from app.records.wave_lifecycle import OPEN, PROMISED
from app.records.waves import Wave, rated_agencies_of, waves_with_status
from app.services.translations.own_words import asked_survey
from app.services.translations.review_status import fingerprints_in
from app.services.translations.untranslated import find_gaps
from app.services.waves.protocol import LAST_DAY, RESULTS_DAY
from app.services.waves.wave_words import COMMUNITY, WaveWords, add_sources, pack, read_words, unpack
from app.settings import derive_key

log = logging.getLogger(__name__)

DAMAGED = (zlib.error, ValueError, KeyError, TypeError)
KEPT = 256  # languages of waves in memory
_UNPACKED: dict[tuple[str, str, str], WaveWords] = {}  # by wave, language and seal: the same seal is the same words


def freeze_words(session: Session, secret: bytes, wave: Wave, languages: Collection[str]) -> None:
    """Freeze these languages of a wave as the files have them now. Raises `WordsNotFrozen`."""
    survey = asked_survey(session, wave)
    for language in languages:
        _store(session, secret, wave, language, _pack_whole(session, wave, survey, language))


def _store(session: Session, secret: bytes, wave: Wave, language: str, content: bytes) -> None:
    seal = _seal(secret, wave, language, content)
    session.merge(FrozenWords(wave_id=wave.id or 0, language=language, seal=seal, content=content))


def _seal(secret: bytes, wave: Wave, language: str, content: bytes) -> str:
    """Return the seal of frozen words, which no writer of the database can make: pages run their scripts."""
    key = derive_key(secret, "frozen words")
    return hmac.new(key, f"{wave.slug}\n{language}\n".encode() + content, hashlib.sha256).hexdigest()


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


def find_frozen(session: Session, secret: bytes, wave: Wave) -> dict[str, WaveWords]:
    """Return the words of each language that is whole in the database; a damaged one is left out and logged."""
    found = {}
    for language, seal in seals_of(session, wave.id or 0).items():
        words = _find_whole(session, secret, wave, language, seal)
        if words is not None:
            found[language] = words
    return found


def _find_whole(session: Session, secret: bytes, wave: Wave, language: str, seal: str) -> WaveWords | None:
    key = (wave.slug, language, seal)
    if key not in _UNPACKED:
        content = content_of(session, wave.id or 0, language)
        words = _unpack_whole(secret, wave, language, content, seal)
        if words is None:
            log.error("the words of %s in %s are damaged in the database", wave.slug, language)
            return None
        if len(_UNPACKED) >= KEPT:
            _UNPACKED.clear()
        _UNPACKED[key] = words
    return _UNPACKED[key]


def _unpack_whole(secret: bytes, wave: Wave, language: str, content: bytes, seal: str) -> WaveWords | None:
    """Return words that are as they were frozen; those of an earlier version without templates and scripts."""
    is_sealed = hmac.compare_digest(seal, _seal(secret, wave, language, content))
    if not is_sealed and not _is_of_earlier_version(wave, content, seal):
        return None
    try:
        words = unpack(content)
    except DAMAGED:
        return None
    return words if is_sealed else replace(words, sources=None)


def _is_of_earlier_version(wave: Wave, content: bytes, seal: str) -> bool:
    """Return whether words have a digest in place of a seal, in a wave that no version with seals has opened."""
    return not wave.record_digest and hashlib.sha256(content).hexdigest() == seal


def digests_by_catalog(frozen: Mapping[str, WaveWords]) -> dict[tuple[str, str], str]:
    """Return the digests of frozen sentences, by language and catalog."""
    return {(lang, domain): digest for lang, words in frozen.items() for domain, digest in words.digests.items()}


def frozen_fingerprints(survey: Survey, frozen: Mapping[str, WaveWords], language: str) -> frozenset[str]:
    """Return the fingerprints of a survey's frozen sentences; without frozen words those of now."""
    words = frozen.get(language)
    return fingerprints_in(survey, words.catalogs[survey.catalog] if words else survey_words(survey, language))


def freeze_earlier_waves(engine: Engine, secret: bytes) -> list[str]:
    """Freeze what an earlier version did not, from the catalogs as they are now, and return the names of the waves.

    A wave that is open and whose words are not all there is refused; a closed one shows no page that could change.
    """
    done = []
    with writing(engine) as session:
        for wave in waves_with_status(session, PROMISED):
            missing = set(wave.languages) - seals_of(session, wave.id or 0).keys()
            try:
                freeze_words(session, secret, wave, sorted(missing))
            except (WordsNotFrozen, SurveyProblems) as refused:
                if wave.status == OPEN:
                    raise _named(refused, wave) from None
                continue
            done += [wave.slug] if missing or _add_sources(session, secret, wave) else []
    return done


def _add_sources(session: Session, secret: bytes, wave: Wave) -> bool:
    """Freeze the sources of the pages beside words of an earlier version. Damaged words stay for `serve` to refuse."""
    changed = False
    for language, digest in seals_of(session, wave.id or 0).items():
        content = content_of(session, wave.id or 0, language)
        if wave.status != OPEN or not _is_of_earlier_version(wave, content, digest):
            continue
        if (renewed := add_sources(content, days_of(wave))) is not None:
            _store(session, secret, wave, language, renewed)
            changed = True
    return changed


def _named(refused: WordsNotFrozen | SurveyProblems, wave: Wave) -> WordsNotFrozen:
    if isinstance(refused, WordsNotFrozen):
        return refused
    return WordsNotFrozen(wave.slug, wave.languages[0], f"a survey that this version cannot read ({refused})")


def check_frozen_words(engine: Engine, secret: bytes) -> None:
    """Refuse to serve an open wave whose words are not whole in the database. Raises `WordsNotFrozen`."""
    with reading(engine) as session:
        for wave in waves_with_status(session, (OPEN,)):
            for language, reason in _find_faults(session, secret, wave):
                raise WordsNotFrozen(wave.slug, language, reason)


def _find_faults(session: Session, secret: bytes, wave: Wave) -> Iterator[tuple[str, str]]:
    try:
        survey = load_survey(wave.survey_text)
    except SurveyProblems as problems:
        yield wave.languages[0], f"a survey that this version cannot read ({problems})"
        return
    stored, frozen = seals_of(session, wave.id or 0), find_frozen(session, secret, wave)
    for language in wave.languages:
        if language not in frozen:
            yield language, "damaged ones" if language in stored else "none"
        elif frozen[language].sources is None and (gaps := find_gaps(survey, language, partial(_load_frozen, frozen))):
            yield language, f"{len(gaps)} sentences missing, which its pages need"


def _load_frozen(frozen: Mapping[str, WaveWords], language: str, domain: str) -> MessageCatalog:
    return frozen[language].catalogs[domain]
