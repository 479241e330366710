"""Find sentences that a resident would read in English after choosing another language."""

from __future__ import annotations

from collections.abc import Callable

from app.language.catalogs import MessageCatalog, load_catalog
from app.language.languages import SOURCE
from app.language.po_files import read_entries, template_path
from app.paths import LOCALES
from app.questionnaire.definition import Survey
from app.questionnaire.messages import sentences
from app.questionnaire.survey_words import survey_words

OUR_DOMAINS = ("interface", "letters")


def find_gaps(survey: Survey, language: str, load: Callable[[str, str], MessageCatalog] | None = None) -> list[str]:
    """Return the untranslated sentences of the survey, of the page around it and of the letters.

    `load` gives the catalogs in place of those on disk.
    """
    if language == SOURCE:
        return []
    gaps = find_missing(survey, language, load(language, survey.catalog) if load else None)
    load = load or load_catalog
    for domain in OUR_DOMAINS:
        words = load(language, domain)
        entries = read_entries(template_path(LOCALES, domain))
        gaps += [entry.text for entry in entries if words.find(entry.text, entry.context) is None]
    return gaps


def find_missing(survey: Survey, language: str, words: MessageCatalog | None = None) -> list[str]:
    """Return the untranslated sentences of the survey alone; `words` stand in place of those that it has now."""
    if language == SOURCE:
        return []
    words = words or survey_words(survey, language)
    return [each.text for each in sentences(survey) if words.find(each.text, each.context) is None]
