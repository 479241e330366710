"""Name everything on a scorecard in each of its languages. The names are frozen beside the figures."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from app.language.catalogs import load_catalog
from app.language.languages import LANGUAGES, SOURCE
from app.language.po_files import PoEntry, read_entries, template_path
from app.paths import LOCALES
from app.questionnaire.loading import load_survey
from app.records.communities import Agency, Community
from app.records.waves import Wave, waves_of
from app.services.common.report_names import Words, name_in, report_words
from app.services.scorecards.wave_figures import asks_residents
from app.services.translations.untranslated import find_missing

DOMAIN = "scorecard"


def scorecard_words(session: Session, community: Community, agencies: Sequence[Agency]) -> Words:
    """Return language -> id -> text for the community, its agencies, and the groups of residents."""
    waves = waves_of(session, community.id or 0)
    languages = complete_languages({code for wave in waves for code in wave.languages} | set(community.names))
    groups = _group_words(waves, community, languages)
    return {
        code: {
            "community": name_in(community.names, code),
            **{f"agency.{each.slug}": name_in(each.names, code) for each in agencies},
            **groups.get(code, {}),
        }
        for code in languages
    }


def complete_languages(asked: set[str]) -> list[str]:
    """Return the languages that have every sentence of a scorecard, or English if there is none."""
    template = template_path(LOCALES, DOMAIN)
    entries = read_entries(template) if template.exists() else []
    return [code for code in LANGUAGES if code in asked and _is_complete(code, entries)] or [SOURCE]


def _is_complete(code: str, entries: Sequence[PoEntry]) -> bool:
    words = load_catalog(code, DOMAIN)
    return code == SOURCE or all(words.find(each.text, each.context) for each in entries)


def _group_words(waves: Sequence[Wave], community: Community, languages: Sequence[str]) -> Words:
    """Return the groups of the newest residents' survey, whose levels are those of population tables."""
    asked = [wave for wave in waves if asks_residents(wave)]
    if not asked:
        return {}
    newest = max(asked, key=lambda wave: (wave.opened_on is not None, f"{wave.opened_on}", wave.slug))
    survey = load_survey(newest.survey_text)
    whole = [code for code in languages if code in newest.languages and not find_missing(survey, code)]
    words = report_words(survey, community, (), whole)
    return {code: {id: text for id, text in found.items() if id.startswith("group.")} for code, found in words.items()}
