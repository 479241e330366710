"""Find sentences that a resident would read in English after choosing another language."""

from __future__ import annotations

from collections.abc import Callable

from app.language.catalogs import MessageCatalog, load_catalog
from app.language.languages import SOURCE
from app.language.po_files import read_entries, template_path
from app.paths import LOCALES
from app.questionnaire.definition import Survey
from app.questionnaire.messages import sentences

OUR_DOMAINS = ("interface", "letters")


def find_gaps(survey: Survey, language: str, load: Callable[[str, str], MessageCatalog] = load_catalog) -> list[str]:
    """Return the untranslated sentences of the survey, of the page around it and of the letters."""
    if language == SOURCE:
        return []
    words = load(language, survey.catalog)
    gaps = [each.text for each in sentences(survey) if words.find(each.text, each.context) is None]
    for domain in OUR_DOMAINS:
        words = load(language, domain)
        entries = read_entries(template_path(LOCALES, domain))
        gaps += [entry.text for entry in entries if words.find(entry.text, entry.context) is None]
    return gaps
