"""Join the translations that a survey file brings with those of the catalogs, and check them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from app.language.catalogs import PLACEHOLDER, Key, MessageCatalog, load_catalog
from app.questionnaire.definition import Survey
from app.questionnaire.messages import sentences, sentences_in, sentences_of
from app.questionnaire.options import check_text
from app.questionnaire.problems import ProblemList
from app.questionnaire.yaml_document import line_of

Translations = Mapping[str, Mapping[str, str]]


def survey_words(survey: Survey, language: str) -> MessageCatalog:
    """Return the sentences of a survey in a language: those of its catalog, and before them those of its file."""
    catalog = load_catalog(language, survey.catalog)
    own = survey.translations.get(language)
    if not own:
        return catalog
    return replace(catalog, messages={**catalog.messages, **_by_key(survey.text, tuple(own.items()))})


@lru_cache(maxsize=64)
def _by_key(text: str, own: tuple[tuple[str, str], ...]) -> dict[Key, tuple[str, ...]]:
    lines = dict(own)
    found = {each.context: each.text for each in sentences_in(text)}
    return {(context, found[context]): (line,) for context, line in lines.items() if context in found}


def texts_of(survey: Survey) -> dict[str, str]:
    """Return the sentence of each context of a survey."""
    return {each.context: each.text for each in sentences(survey)}


def check_translations(document: Any, translations: Translations, problem_list: ProblemList) -> None:
    """Report translations with other placeholders than their sentence, or with markup; those of no sentence stay."""
    if not translations:
        return
    if problem_list.found:
        return  # the sentences themselves may be unreadable
    texts = {each.context: each.text for each in sentences_of(document)}
    line = line_of(document, "translations")
    for language, lines in translations.items():
        for context, words in lines.items():
            if context in texts:
                allowed = tuple(PLACEHOLDER.findall(texts[context]))
                check_text(words, allowed, f"translation {language} {context}", line, problem_list)
