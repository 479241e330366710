"""Say before a round opens what its report can be weighted by, what it cannot, and what looks wrong in a table."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlmodel import Session

from app.questionnaire.loading import load_survey
from app.records.database import reading
from app.records.population import PopulationShare, population_of
from app.records.waves import Wave, get_wave
from app.services.communities.survey_levels import answers_of
from app.services.reports.samples import groups_of
from app.services.reports.targets import find_unused

FURTHEST_APART = 0.15  # two questions that count the same people may differ by this much of the larger sum

Answers = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class WeightingCheck:
    """Hold the questions that can weight the answers, and one sentence for each that cannot or looks wrong."""

    usable: tuple[str, ...]
    problems: tuple[str, ...]


def check_weighting(engine: Engine, slug: str) -> WeightingCheck:
    with reading(engine) as session:
        return check_wave(session, get_wave(session, slug))


def check_wave(session: Session, wave: Wave) -> WeightingCheck:
    survey, rows = load_survey(wave.survey_text), population_of(session, wave.community_id)
    answers = answers_of(survey)
    unused = {each.variable: each for each in find_unused(rows, groups_of(survey))}
    loaded = dict.fromkeys(row.variable for row in rows)
    return WeightingCheck(
        tuple(name for name in loaded if name not in unused),
        (
            *(str(each) for each in unused.values() if each.is_asked),
            *_without_table(answers, loaded),
            *_incomplete(rows, answers, unused),
            *_apart(rows, unused),
        ),
    )


def _without_table(answers: Answers, loaded: Mapping[str, None]) -> Iterator[str]:
    missing = [name for name in answers if name not in loaded]
    if missing and not loaded:
        yield "No population table is loaded, so the report is not weighted at all."
    elif missing:
        yield f"No population table has {', '.join(missing)}, so the report is not weighted by {', '.join(missing)}."


def _incomplete(rows: Sequence[PopulationShare], answers: Answers, unused: Mapping[str, object]) -> Iterator[str]:
    for name, codes in answers.items():
        levels = {row.level for row in rows if row.variable == name}
        lacking = [f"{words} ({code})" for code, words in codes.items() if code not in levels]
        if levels and lacking and name not in unused:
            yield f"The table of {name} has no row for {', '.join(lacking)}: such answers get no weight of their own."


def _apart(rows: Sequence[PopulationShare], unused: Mapping[str, object]) -> Iterator[str]:
    """Compare the sums of tables that count people once each."""
    sums: dict[str, float] = {}
    for name in dict.fromkeys(row.variable for row in rows):
        own = [row for row in rows if row.variable == name]
        if name not in unused and all(row.count is not None and not row.kind for row in own):
            sums[name] = math.fsum(row.count or 0 for row in own)
    if len(sums) > 1 and min(sums.values()) < (1 - FURTHEST_APART) * max(sums.values()):
        shown = ", ".join(f"{name} {total:,.0f}" for name, total in sums.items())
        yield f"The tables count different numbers of people ({shown}): check that each counts the same residents."
