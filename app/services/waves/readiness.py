"""Find the reasons why a wave cannot be opened yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from app.language.languages import LANGUAGES
from app.questionnaire.checking import check_identifiability
from app.questionnaire.definition import Survey
from app.questionnaire.loading import load_survey
from app.questionnaire.problems import SurveyProblems
from app.questionnaire.survey_words import Translations
from app.records.codes import Invitations
from app.records.communities import Agency, Community
from app.records.population import PopulationShare
from app.records.waves import Wave
from app.services.ballots.envelopes import PLAIN_SIZE, largest_ballot
from app.services.translations.untranslated import find_gaps
from app.services.waves.audio import find_missing_recordings
from app.services.waves.code_floor import expected_codes, fewest_codes

# Surveys of everyone on a list. A partnership of ten has a rule of its own: shares in steps.
OF_MEMBERS = ("staff", "partners")
FEWEST_MEMBERS = 10


def find_reasons(
    wave: Wave,
    languages: Sequence[str],
    community: Community,
    agencies: Sequence[Agency],
    population: Sequence[PopulationShare],
    unreviewed: Mapping[str, Sequence[str]],
    invited: Sequence[Invitations] = (),
    translations: Translations | None = None,
    chances: Sequence[float] = (),
) -> list[str]:
    """Return all reasons.

    `unreviewed` has the catalogs by language that two people have not signed, and `invited` the numbers of codes by
    source and stratum; `translations` are those of the survey beside its catalog, and `chances` the probabilities of
    the agencies.
    """
    try:
        survey = load_survey(wave.survey_text)
    except SurveyProblems as error:
        return [f"its survey has problems: {problem}" for problem in error.problems]
    survey = replace(survey, translations=translations) if translations is not None else survey
    return [
        *_size_reasons(survey),
        *_name_reasons(languages, community, agencies),
        *_agency_reasons(survey, agencies),
        *_language_reasons(languages, survey),
        *_review_reasons(wave, unreviewed),
        *_support_reasons(languages, survey),
        *_audio_reasons(survey),
        *_stratum_reasons(wave, invited, chances),
        *(str(problem) for problem in check_identifiability(survey, counts_by_level(population), wave.smallest_cell)),
    ]


def _stratum_reasons(wave: Wave, invited: Sequence[Invitations], chances: Sequence[float]) -> Iterator[str]:
    """A code shows its source, part of the city and agency, so that few codes of a kind would point at few people.

    Where all members have codes of one kind, the kind says no more of an answer than the round does.
    """
    is_one = wave.survey_id in OF_MEMBERS and len(invited) == 1
    floor = min(wave.smallest_stratum, FEWEST_MEMBERS) if is_one else wave.smallest_stratum
    fewest = fewest_codes(floor, chances)
    for each in invited:
        if each.codes < fewest:
            name = " / ".join(filter(None, (each.source, each.stratum)))
            kind = "" if len(chances) < 2 else f", about {expected_codes(each.codes, chances)} of them for one agency"
            least = f"{floor} or more" + (" for each agency" if kind else "")
            more = f"make {fewest - each.codes} more, or join it with another part"
            yield f"{name} has {each.codes} codes{kind}: expected {least}; {more}"


def _size_reasons(survey: Survey) -> Iterator[str]:
    needed = largest_ballot(survey)
    if needed > PLAIN_SIZE:
        yield f"its longest answer would take {needed} bytes and a sealed answer holds {PLAIN_SIZE}: shorten the survey"


def _name_reasons(languages: Sequence[str], community: Community, agencies: Sequence[Agency]) -> Iterator[str]:
    for language in languages:
        everybody: list[Community | Agency] = [community, *agencies]
        for named in everybody:
            if not named.names.get(language):
                yield f"{named.slug} has no name in {language}: add it"


def _agency_reasons(survey: Survey, agencies: Sequence[Agency]) -> Iterator[str]:
    rates = any("{agency}" in item.text for item in survey.items.values())
    if rates and not agencies:
        yield "its survey asks about an agency and the survey round names none: add one"


def _language_reasons(languages: Sequence[str], survey: Survey) -> Iterator[str]:
    for language in languages:
        if language not in LANGUAGES:
            yield f"{language} is not a known language"
            continue
        gaps = find_gaps(survey, language)
        if gaps:
            yield f"{len(gaps)} sentences are not translated into {language}, the first is {gaps[0]!r}"


def _support_reasons(languages: Sequence[str], survey: Survey) -> Iterator[str]:
    lines = [section.support_lines for section in survey.sections if section.support_lines is not None]
    for language in languages if lines else ():
        if language not in lines[0]:
            yield f"its sensitive questions have no line of support in {language}: add it under `support` in the plan"


def _review_reasons(wave: Wave, unreviewed: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for language, domains in unreviewed.items():
        if language not in wave.drafts:
            yield (
                f"{_english_name(language)} has not been checked by two people yet ({', '.join(domains)}): ask two "
                f"reviewers, see `commontrust translations status {language}`, or accept it as a draft with "
                f"`drafts: [{language}]` in the plan"
            )


def _english_name(language: str) -> str:
    return LANGUAGES[language].english_name if language in LANGUAGES else language


def _audio_reasons(survey: Survey) -> Iterator[str]:
    for language, codes in find_missing_recordings(survey).items():
        yield f"its survey promises recordings in {language} and {len(codes)} are missing, the first is {codes[0]}"


def counts_by_level(population: Sequence[PopulationShare]) -> dict[str, dict[int, float]]:
    """Return counts of residents by variable and option code. Variables with shares only are left out."""
    tables: dict[str, dict[int, float]] = {}
    for row in population:
        if row.count is not None and row.level.lstrip("-").isdigit():
            tables.setdefault(row.variable, {})[int(row.level)] = row.count
    return tables
