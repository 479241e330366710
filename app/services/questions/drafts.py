"""Edit the questions of a draft in versions. An opened round is never changed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from sqlalchemy import Engine
from sqlmodel import Session

from app.errors import NotFound, Refused
from app.language.languages import SOURCE
from app.paths import SURVEYS
from app.questionnaire.definition import Survey
from app.questionnaire.editing.changes import SurveyChange, apply_changes
from app.questionnaire.editing.document import in_round, items_of, open_document
from app.questionnaire.loading import load_survey
from app.questionnaire.messages import sentences
from app.questionnaire.survey_words import survey_words
from app.records.audit_log import record_act
from app.records.communities import get_community_of
from app.records.database import reading, writing
from app.records.draft_versions import DraftVersion, add_version, last_version, versions_of_draft
from app.records.wave_lifecycle import DRAFT
from app.records.waves import Wave, get_wave, rated_agencies_of
from app.services.common.actor import Actor
from app.services.questions.earlier_rounds import WordingComparison, compare_rounds
from app.services.translations.own_words import asked_survey, with_own_words

AS_PLANNED = "as planned"
CODE = re.compile(r"\bcode: ?['\"]?([A-Za-z][A-Za-z0-9_]*)")


class QuestionsFixed(Refused):
    """Refuse to change the questions of a round that is no draft."""

    def __init__(self, wave: str, status: str) -> None:
        super().__init__(
            f"Expected a draft, got {wave!r}, which is {status}: its questions stay as residents have read them."
        )


class SavedMeanwhile(Refused):
    """Refuse a change of a version that is no longer the newest."""

    def __init__(self, seen: int, last: DraftVersion) -> None:
        super().__init__(
            f"Expected the newest version, got version {seen}. {last.saved_by} saved version {last.number} meanwhile "
            f"({last.change}). Your words are still here: look at that version, then save again."
        )


class NotOwn(Refused):
    """Refuse to delete a question that comes with the service."""

    def __init__(self, code: str) -> None:
        super().__init__(f"Expected a question of your own, got {code}, which comes with the survey: switch it off.")


@dataclass(frozen=True)
class DraftQuestions:
    """Hold the questions of a draft: its survey with all translations, the number of its version, and its base.

    `base` is the text of the survey that the service brings; empty for a survey of the community. Codes in `used` had
    a meaning in some version, and `order` has the questions of each part, those too that are switched off.
    """

    wave: str
    community: str
    status: str
    languages: tuple[str, ...]
    agencies: tuple[str, ...]
    survey: Survey
    text: str
    version: int
    base: str
    used: frozenset[str]
    comparison: WordingComparison
    order: Mapping[str, tuple[str, ...]]

    @property
    def own_codes(self) -> frozenset[str]:
        """Return the codes of questions that are the community's own."""
        known = _codes(load_survey(self.base)) if self.base else frozenset()
        return _codes(self.survey) - known


def _codes(survey: Survey) -> frozenset[str]:
    return frozenset(item.context for item in (*survey.items.values(), *survey.set_aside))


@dataclass(frozen=True)
class Saved:
    """Hold a saved version, and the contexts whose translation it loses by language."""

    number: int
    lost: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_new: bool = True


@dataclass(frozen=True)
class ListedVersion:
    number: int
    saved_by: str
    saved_on: date
    change: str
    is_now: bool


def get_questions(engine: Engine, slug: str) -> DraftQuestions:
    with reading(engine) as session:
        wave = get_wave(session, slug)
        rows = versions_of_draft(session, wave.id or 0)
        survey = asked_survey(session, wave)
        return DraftQuestions(
            wave=wave.slug,
            community=get_community_of(session, wave.community_id).slug,
            status=wave.status,
            languages=tuple(wave.languages),
            agencies=tuple(agency.slug for agency, _ in rated_agencies_of(session, wave.id or 0)),
            survey=survey,
            text=wave.survey_text,
            version=rows[0].number if rows else 1,
            base=base_text(survey),
            used=frozenset(code for row in rows for code in CODE.findall(row.text)),
            comparison=compare_rounds(session, wave, survey),
            order=_order(wave.survey_text),
        )


@lru_cache(maxsize=8)
def _order(text: str) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for section, item in items_of(open_document(text)):
        found[section["id"]] = (*found.get(section["id"], ()), str(item["code"]))
    return found


def base_text(survey: Survey) -> str:
    """Return the text of the survey of the service that a survey was made from, or nothing."""
    path = SURVEYS / survey.catalog / "survey.yaml"
    return path.read_text("utf-8") if path.is_file() else ""


def check_is_own(draft: DraftQuestions, code: str) -> None:
    """Raise `NotOwn` for a question that comes with the service, so that its code keeps its meaning."""
    if code in _codes(draft.survey) and code not in draft.own_codes:
        raise NotOwn(code)


def save_changes(
    engine: Engine,
    slug: str,
    changes: Sequence[SurveyChange],
    actor: Actor,
    seen: int | None = None,
    slips: frozenset[str] = frozenset(),
) -> Saved:
    """Save changes as a new version. Raises `SurveyProblems` with each place, and then nothing is stored.

    `seen` is the version that the person saw; None takes the newest. The questions in `slips` mean the same as before,
    so that the translations of their changed sentences stay.
    """
    with writing(engine) as session:
        wave = get_wave(session, slug)
        _check_is_draft(wave)
        _check_is_newest(session, wave, seen)
        before = load_survey(wave.survey_text)
        kept = find_kept(asked_survey(session, wave), wave.languages, slips)
        text = apply_changes(wave.survey_text, changes, base_text(before), kept)
        words = "; ".join(dict.fromkeys(change.describe() for change in changes))
        return _store(session, wave, text, words, actor)


def find_kept(survey: Survey, languages: Sequence[str], slips: frozenset[str]) -> dict[str, dict[str, str]]:
    """Return the translations of the sentences of some questions by language and context."""
    wanted = [each for each in sentences(survey) if each.context.partition(".")[0] in slips]
    found = {}
    for language in languages if wanted else ():
        words = survey_words(survey, language)
        lines = {each.context: forms[0] for each in wanted if (forms := words.find(each.text, each.context))}
        if lines:
            found[language] = lines
    return found


def go_back(engine: Engine, slug: str, number: int, actor: Actor) -> Saved:
    """Save the questions of an earlier version as the newest; areas and lines of support stay as planned."""
    with writing(engine) as session:
        wave = get_wave(session, slug)
        _check_is_draft(wave)
        found = next((row for row in versions_of_draft(session, wave.id or 0) if row.number == number), None)
        if found is None:
            raise NotFound("version", str(number))
        text = in_round(found.text, wave.survey_text)
        return _store(session, wave, text, f"back to version {number}", actor)


def _check_is_draft(wave: Wave) -> None:
    if wave.status != DRAFT:
        raise QuestionsFixed(wave.slug, wave.status)


def _check_is_newest(session: Session, wave: Wave, seen: int | None) -> None:
    last = last_version(session, wave.id or 0)
    if seen is not None and last is not None and seen != last.number:
        raise SavedMeanwhile(seen, last)


def _store(session: Session, wave: Wave, text: str, words: str, actor: Actor) -> Saved:
    assert wave.id is not None
    last = last_version(session, wave.id)
    before = asked_survey(session, wave)
    if text == wave.survey_text:
        return Saved(last.number if last else 1, is_new=False)
    if last is None:
        add_version(session, wave.id, wave.survey_text, actor.name, actor.now.date(), AS_PLANNED)
    now = load_survey(text)
    wave.survey_text, wave.survey_id, wave.survey_version = text, now.id, now.version
    session.add(wave)
    lost = find_lost(before, with_own_words(session, wave, now), wave.languages)
    row = add_version(session, wave.id, text, actor.name, actor.now.date(), words + _describe_lost(lost))
    record_act(session, actor.name, "questions changed", wave.slug, actor.now, version=row.number, change=row.change)
    return Saved(row.number, lost)


def find_lost(before: Survey, now: Survey, languages: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return by language the contexts that had a translation before and have none now."""
    found = {}
    for language in languages:
        if language == SOURCE:
            continue
        had, has = survey_words(before, language), survey_words(now, language)
        kept = {each.context for each in sentences(before) if had.find(each.text, each.context)}
        lost = tuple(
            each.context
            for each in sentences(now)
            if each.context in kept and has.find(each.text, each.context) is None
        )
        if lost:
            found[language] = lost
    return found


def _describe_lost(lost: Mapping[str, Sequence[str]]) -> str:
    if not lost:
        return ""
    return f". To translate again: {', '.join(f'{len(each)} in {code}' for code, each in lost.items())}"


def list_versions(engine: Engine, slug: str) -> list[ListedVersion]:
    """Return the versions of a draft, the newest first; none before the first change."""
    with reading(engine) as session:
        rows = versions_of_draft(session, get_wave(session, slug).id or 0)
        return [
            ListedVersion(row.number, row.saved_by, row.saved_on, row.change, is_now=row is rows[0]) for row in rows
        ]
