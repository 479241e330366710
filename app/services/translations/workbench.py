"""Translate the sentences of a draft one by one, beside notes, and sign them as two people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine
from sqlmodel import Session

from app.errors import NotFound, Refused
from app.language.completeness import find_faults
from app.language.languages import SOURCE
from app.language.po_files import PoEntry
from app.language.review_state import DRAFT, REVIEWED, SIGNED_BY_TWO, fingerprint, signer_key
from app.questionnaire.definition import Survey
from app.questionnaire.loading import load_survey
from app.questionnaire.messages import sentences
from app.questionnaire.survey_words import survey_words
from app.records import wave_lifecycle
from app.records.audit_log import record_act
from app.records.database import reading, writing
from app.records.own_words import (
    LONGEST_NOTE,
    NOTE_KINDS,
    SEEN,
    OwnTranslation,
    TranslationNote,
    notes_of,
    own_translations_of,
    sentence_key,
)
from app.records.sign_offs import sign_offs_for
from app.records.waves import Wave, get_wave
from app.services.common.actor import Actor
from app.services.translations.own_words import newest_by_key, with_own_words
from app.services.translations.review_status import Signers, find_sentence_state, find_signers

MISSING, STALE, TRANSLATED, CHECKED, SIGNED = "missing", "stale", "draft", "reviewed", "signed"
STATES = (MISSING, STALE, TRANSLATED, CHECKED, SIGNED)
KEY_LENGTH = 12


class RoundFixed(Refused):
    """Refuse to translate a round whose words residents have read."""

    def __init__(self, wave: str, status: str) -> None:
        super().__init__(
            f"Expected a draft, got {wave!r}, which is {status}: its words stay as residents have read them."
        )


class TranslationRefused(Refused):
    """Refuse a translation with a fault, in one sentence for the translator."""


@dataclass(frozen=True)
class WorkNote:
    kind: str
    text: str
    author: str
    day: date


@dataclass(frozen=True)
class WorkSentence:
    """Hold one sentence of a round in a language; `earlier` is the translation of what stood there before."""

    key: str
    context: str
    text: str
    comment: str
    translation: str
    state: str
    fingerprint: str
    translator: str = ""
    earlier: str = ""
    notes: tuple[WorkNote, ...] = ()
    seen_by: frozenset[str] = frozenset()
    reviewers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Workbench:
    """Hold the sentences of a round in one language, in the order of the survey."""

    wave: str
    status: str
    language: str
    catalog: str
    survey: Survey
    sentences: tuple[WorkSentence, ...]

    def count(self, state: str) -> int:
        return sum(each.state == state for each in self.sentences)

    def get(self, key: str) -> WorkSentence:
        found = next((each for each in self.sentences if each.key == key), None)
        if found is None:
            raise NotFound("sentence", key)
        return found

    def after(self, key: str, states: Sequence[str]) -> WorkSentence | None:
        """Return the next sentence in one of these states, from the beginning again after the last."""
        keys = [each.key for each in self.sentences]
        place = keys.index(key) + 1 if key in keys else 0
        turned = (*self.sentences[place:], *self.sentences[:place])
        return next((each for each in turned if each.state in states and each.key != key), None)

    def first(self, states: Sequence[str]) -> WorkSentence | None:
        return next((each for each in self.sentences if each.state in states), None)


def open_workbench(engine: Engine, slug: str, language: str) -> Workbench:
    with reading(engine) as session:
        return read_workbench(session, get_wave(session, slug), language)


def open_workbenches(engine: Engine, slug: str) -> list[Workbench]:
    """Return a workbench for each language of a round but the source."""
    with reading(engine) as session:
        wave = get_wave(session, slug)
        return [read_workbench(session, wave, code) for code in wave.languages if code != SOURCE]


def read_workbench(session: Session, wave: Wave, language: str) -> Workbench:
    _check_language(wave, language)
    survey = with_own_words(session, wave, load_survey(wave.survey_text))
    rows = own_translations_of(session, wave.community_id, [language])
    notes = _by_key(notes_of(session, wave.community_id, language))
    signers = find_signers(sign_offs_for(session, [language]), language)
    words, newest = survey_words(survey, language), newest_by_key(rows, language)
    earlier = _earlier(survey, language, rows)
    found: dict[str, WorkSentence] = {}
    for each in sentences(survey):
        forms, whole = words.find(each.text, each.context), sentence_key(each.context, each.text)
        mark = fingerprint(PoEntry(each.text, each.context, translation=forms or ()))
        before = "" if forms else earlier.get(each.context, "")
        row, own_notes = newest.get(whole), notes.get(whole, ())
        found[whole] = WorkSentence(
            key=whole[:KEY_LENGTH],
            context=each.context,
            text=each.text,
            comment=each.comment,
            translation=forms[0] if forms else "",
            state=_state(bool(forms), before, signers, mark),
            fingerprint=mark,
            translator=row.translator if row and forms == (row.translation,) else "",
            earlier=before,
            notes=tuple(WorkNote(n.kind, n.text, n.author, n.written_on) for n in own_notes if n.kind != SEEN),
            seen_by=frozenset(signer_key(n.author) for n in own_notes if n.kind == SEEN and n.fingerprint == mark),
            reviewers=signers[REVIEWED].get(mark, frozenset()),
        )
    return Workbench(wave.slug, wave.status, language, survey.catalog, survey, tuple(found.values()))


def _check_language(wave: Wave, language: str) -> None:
    if language == SOURCE or language not in wave.languages:
        raise NotFound("language of the round", language, set(wave.languages) - {SOURCE})


def _state(has_translation: bool, earlier: str, signers: Signers, mark: str) -> str:
    if not has_translation:
        return STALE if earlier else MISSING
    state = find_sentence_state(signers, mark)
    return SIGNED if state in SIGNED_BY_TWO else TRANSLATED if state == DRAFT else CHECKED


def _by_key(notes: Iterable[TranslationNote]) -> Mapping[str, tuple[TranslationNote, ...]]:
    found: dict[str, tuple[TranslationNote, ...]] = {}
    for each in notes:
        found[each.key] = (*found.get(each.key, ()), each)
    return found


def _earlier(survey: Survey, language: str, rows: Sequence[OwnTranslation]) -> dict[str, str]:
    """Return the last known translation of each place, whatever sentence stood there."""
    catalog = survey_words(survey, language)
    found = {context: forms[0] for (context, _), forms in catalog.messages.items() if context}
    return found | {row.context: row.translation for row in rows}


def save_translation(engine: Engine, slug: str, language: str, key: str, translation: str, actor: Actor) -> None:
    """Store a translation of one sentence. Raises `TranslationRefused`; the same words again change nothing."""
    words = translation.replace("\r\n", "\n").strip()
    with writing(engine) as session:
        wave = get_wave(session, slug)
        check_is_draft(wave)
        bench = read_workbench(session, wave, language)
        sentence = bench.get(key)
        check_words(language, bench.catalog, sentence, words)
        if words == sentence.translation:
            return
        row = OwnTranslation(
            community_id=wave.community_id,
            language=language,
            key=sentence_key(sentence.context, sentence.text),
            context=sentence.context,
            text=sentence.text,
            translation=words,
            translator=actor.name,
            made_on=actor.now.date(),
        )
        session.add(row)
        record_act(session, actor.name, "sentence translated", f"{slug}/{language}", actor.now, place=sentence.context)


def check_words(language: str, catalog: str, sentence: WorkSentence, words: str) -> None:
    """Refuse what an import of translations refuses, in the words of the fault."""
    if not words:
        raise TranslationRefused("Expected a translation, got nothing.")
    source = PoEntry(sentence.text, sentence.context)
    made = PoEntry(sentence.text, sentence.context, translation=(words,))
    faults = find_faults(language, catalog, [source], [made], 1)
    if faults:
        reasons = "; ".join(f"{each.fault} ({each.detail.partition('; ')[2] or each.detail})" for each in faults)
        raise TranslationRefused(f"Expected a translation without faults, got: {reasons}.")


def add_note(engine: Engine, slug: str, language: str, key: str, kind: str, text: str, actor: Actor) -> None:
    """Add a comment, a translation back into English, a record of a pretest, or that a person has seen a sentence."""
    if kind not in NOTE_KINDS:
        raise NotFound("kind of note", kind, NOTE_KINDS)
    if len(text) > LONGEST_NOTE:
        raise TranslationRefused(f"Expected a note of at most {LONGEST_NOTE} characters, got {len(text)}.")
    with writing(engine) as session:
        wave = get_wave(session, slug)
        sentence = read_workbench(session, wave, language).get(key)
        note = TranslationNote(
            community_id=wave.community_id,
            language=language,
            key=sentence_key(sentence.context, sentence.text),
            fingerprint=sentence.fingerprint,
            kind=kind,
            text=text,
            author=actor.name,
            written_on=actor.now.date(),
        )
        session.add(note)
        record_act(session, actor.name, "sentence noted", f"{slug}/{language}", actor.now, place=sentence.context)


def mark_seen(engine: Engine, slug: str, language: str, keys: Collection[str], actor: Actor) -> int:
    """Note that a person looked at translations and finds them right; return their number."""
    with writing(engine) as session:
        wave = get_wave(session, slug)
        bench = read_workbench(session, wave, language)
        found = [each for each in bench.sentences if each.key in keys and each.translation]
        session.add_all(
            TranslationNote(
                community_id=wave.community_id,
                language=language,
                key=sentence_key(each.context, each.text),
                fingerprint=each.fingerprint,
                kind=SEEN,
                author=actor.name,
                written_on=actor.now.date(),
            )
            for each in found
        )
        record_act(session, actor.name, "sentences seen", f"{slug}/{language}", actor.now, sentences=len(found))
        return len(found)


def check_is_draft(wave: Wave) -> None:
    """Raise `RoundFixed` for a round that was opened or withdrawn."""
    if wave.status != wave_lifecycle.DRAFT:
        raise RoundFixed(wave.slug, wave.status)
