"""Find numbers of a population table with which a draft of the community could not be opened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Engine

from app.questionnaire.checking import check_identifiability
from app.questionnaire.loading import load_survey
from app.records.communities import get_community
from app.records.database import reading
from app.records.population import population_of
from app.records.wave_lifecycle import DRAFT
from app.records.waves import Wave, waves_of
from app.services.uploads.templates import Answers, list_groups
from app.services.waves.readiness import counts_by_level

Counts = dict[str, dict[int, float]]


def find_thin_groups(engine: Engine, community: str, rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return a sentence for each number of a checked table that would keep a draft from opening, with the way out.

    `rows` begin with variable, level and count.
    """
    new: Counts = {}
    for variable, level, count, *_ in rows:
        if count and level.lstrip("-").isdigit():
            new.setdefault(variable, {})[int(level)] = float(count)
    with reading(engine) as session:
        place = get_community(session, community)
        known = counts_by_level(population_of(session, place.id or 0))
        drafts = [wave for wave in waves_of(session, place.id or 0) if wave.status == DRAFT]
    words = list_groups(engine, community)
    found = (sentence for wave in drafts for sentence in _thin_groups(wave, {**known, **new}, new, words))
    return tuple(dict.fromkeys(found))


def _thin_groups(wave: Wave, counts: Counts, new: Counts, words: Answers) -> Iterator[str]:
    survey = load_survey(wave.survey_text)
    asked = {str(item.key_variable) for item in survey.key_variables}
    thin = [
        (variable, level, count)
        for variable, levels in new.items()
        for level, count in levels.items()
        if variable in asked and count < wave.smallest_cell
    ]
    for variable, level, count in thin:
        named = words.get(variable, {}).get(str(level), str(level))
        yield (
            f"{variable.capitalize()}, {named}: {count:g} residents. {wave.slug} opens only with {wave.smallest_cell} "
            f"or more in every answer, so that no one is recognized. Leave {variable} out of this table, or join the "
            "answer with another one in the questions of the round."
        )
    if not thin and new.keys() & asked:
        for problem in check_identifiability(survey, counts, wave.smallest_cell):
            yield (
                f"{wave.slug} does not open with these numbers ({problem}). Leave one of these questions out of the "
                "table, or join answers in the questions of the round."
            )
