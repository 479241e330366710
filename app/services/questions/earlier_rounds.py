"""Find which questions of a draft can be compared with the last round that asked the same survey.

The rule is that of trends: two questions are alike where their words, note, answers, ends and condition are equal.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from app.questionnaire.definition import Survey
from app.questionnaire.loading import load_survey
from app.questionnaire.problems import SurveyProblems
from app.questionnaire.wording_fingerprint import find_same_columns, find_same_items
from app.records.wave_lifecycle import CLOSED, OPEN, PUBLISHED
from app.records.waves import Wave, waves_of


@dataclass(frozen=True)
class WordingComparison:
    """Hold the earlier round, the questions that both ask in other words, and the indices that lose their trend."""

    wave: str = ""
    questions: tuple[str, ...] = ()
    indices: tuple[str, ...] = ()

    @property
    def is_broken(self) -> bool:
        return bool(self.questions or self.indices)


def compare_rounds(session: Session, wave: Wave, survey: Survey) -> WordingComparison:
    earlier = [
        other
        for other in waves_of(session, wave.community_id)
        if other.status in (OPEN, CLOSED, PUBLISHED) and other.survey_id == wave.survey_id and other.slug != wave.slug
    ]
    if not earlier:
        return WordingComparison()
    last = max(earlier, key=lambda other: (f"{other.opened_on}", other.slug))
    try:
        before = load_survey(last.survey_text)
    except SurveyProblems:
        return WordingComparison()
    return WordingComparison(last.slug, *find_broken(before, survey))


def find_broken(before: Survey, now: Survey) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the questions of both surveys that are not alike, and the titles of indices that are not."""
    same = find_same_items(before, now)
    questions = [now.items[code].context for code in now.items if code in before.items and code not in same]
    columns = find_same_columns(before, now)
    known = {index.id for index in before.indices}
    indices = [index.title for index in now.indices if index.id in known and index.id not in columns]
    return tuple(dict.fromkeys(questions)), tuple(indices)
