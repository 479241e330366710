"""Give a survey the translations that its community made in the console, beside those of the catalogs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlmodel import Session

from app.language.catalogs import load_catalog
from app.language.languages import SOURCE
from app.paths import SURVEYS
from app.questionnaire.definition import Survey
from app.questionnaire.loading import load_survey
from app.questionnaire.messages import Sentence, sentences
from app.records.own_words import OwnTranslation, own_translations_of, sentence_key
from app.records.wave_lifecycle import DRAFT
from app.records.waves import Wave

Keyed = Mapping[str, OwnTranslation]


def asked_survey(session: Session, wave: Wave) -> Survey:
    """Return the survey of a wave with its translations: of a draft as they are now, later as they were frozen."""
    return with_own_words(session, wave, load_survey(wave.survey_text))


def with_own_words(session: Session, wave: Wave, survey: Survey) -> Survey:
    rows = own_translations_of(session, wave.community_id, wave.languages)
    is_frozen = wave.status != DRAFT
    found = {
        language: words
        for language in wave.languages
        if language != SOURCE
        and (words := find_words(survey, language, newest_by_key(rows, language), is_frozen=is_frozen))
    }
    return replace(survey, translations={**survey.translations, **found}) if found else survey


def newest_by_key(rows: Iterable[OwnTranslation], language: str) -> dict[str, OwnTranslation]:
    return {row.key: row for row in rows if row.language == language}


def find_words(survey: Survey, language: str, rows: Keyed, *, is_frozen: bool = False) -> dict[str, str]:
    """Return the translations by context that the survey's own catalog does not give.

    They come from the console, else from the survey file, else from another catalog that has the same sentence at the
    same place. In a frozen survey those of its file come first.
    """
    written = survey.translations.get(language, {})
    own = load_catalog(language, survey.catalog)
    found = {}
    for each in sentences(survey):
        made = rows.get(sentence_key(each.context, each.text))
        given = written.get(each.context)
        if is_frozen and given:
            found[each.context] = given
        elif made or given:
            found[each.context] = made.translation if made else str(given)
        elif own.find(each.text, each.context) is None and (kept := find_in_banks(each, language)):
            found[each.context] = kept
    return found


def find_in_banks(sentence: Sentence, language: str) -> str | None:
    """Return the translation of the same sentence at the same place in a survey of the service."""
    for bank in bank_catalogs():
        if kept := load_catalog(language, bank).find(sentence.text, sentence.context):
            return kept[0]
    return None


def bank_catalogs() -> list[str]:
    """Return the catalogs of the surveys that come with the service."""
    return sorted(path.parent.name for path in SURVEYS.glob("*/survey.yaml"))
