"""Show one wave: what it is, what it still needs, and what can be done with it now."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine
from sqlmodel import Session

from app.errors import NotFound
from app.questionnaire.definition import Survey
from app.questionnaire.loading import load_survey
from app.questionnaire.problems import SurveyProblems
from app.records.ballots import CURRENT, OPENED, OPENING, boxes_with_status
from app.records.codes import BatchCount, batch_counts
from app.records.communities import get_community_of
from app.records.database import reading
from app.records.reports import versions_of
from app.records.wave_lifecycle import CLOSED, DRAFT, OPEN, PUBLISHED, TRANSITIONS
from app.records.waves import Wave, find_wave
from app.services.accounts.permissions import Member
from app.services.dashboard.overview import WaveLine, count_waiting, to_line
from app.services.waves.box_fullness import count_openable
from app.services.waves.coverage import rounded_or_hidden
from app.services.waves.lifecycle import find_obstacles, find_token_gap
from app.services.waves.release_rule import fewest_to_open
from app.services.waves.tallies import EVERYBODY, fewest_of, find_tallies


@dataclass(frozen=True)
class WaveView:
    """Hold one wave. `opened` is rounded and moves in steps; `reasons` lists why a draft cannot be opened yet.

    `token_gap` is a sentence where codes travel beside the sealed answers.
    """

    line: WaveLine
    community: str
    survey: str
    questions: int
    code_policy: str
    contact: str
    box_size: int
    fewest: int
    drafts: tuple[str, ...]
    reasons: tuple[str, ...]
    opened: int | None
    interrupted: bool
    sealed: bool
    is_full: bool
    batches: tuple[BatchCount, ...]
    versions: tuple[int, ...]
    next_statuses: tuple[str, ...]
    token_gap: str = ""

    @property
    def slug(self) -> str:
        return self.line.slug

    @property
    def status(self) -> str:
        return self.line.status

    @property
    def language_options(self) -> list[tuple[str, str]]:
        return [(code, code) for code in self.line.languages]

    @property
    def fewest_to_open(self) -> int:
        """Return the number of one source, part of the city and agency from which an open wave releases some."""
        return fewest_to_open(self.box_size)

    @property
    def can_open_box(self) -> bool:
        """Return whether opening its box would do something, as far as this may be shown."""
        return self.interrupted or (self.status == OPEN and self.is_full) or (self.status != OPEN and self.sealed)

    @property
    def can_report(self) -> bool:
        return self.status in (CLOSED, PUBLISHED) and not self.sealed


def view_wave(engine: Engine, member: Member, slug: str) -> WaveView:
    """Return the wave, or refuse as if it did not exist where this person may not see it."""
    with reading(engine) as session:
        wave = get_visible(session, member, slug)
        return _view(session, wave)


def get_visible(session: Session, member: Member, slug: str) -> Wave:
    wave = find_wave(session, slug)
    if wave is None or not member.answers_for(to_line(session, wave).agencies):
        raise NotFound("wave", slug)
    return wave


def _view(session: Session, wave: Wave) -> WaveView:
    assert wave.id is not None
    fewest = fewest_of(wave)
    return WaveView(
        line=to_line(session, wave),
        community=get_community_of(session, wave.community_id).slug,
        survey=f"{wave.survey_id} {wave.survey_version}",
        questions=_count_questions(wave),
        code_policy=wave.code_policy,
        contact=wave.contact,
        box_size=wave.box_size,
        fewest=fewest,
        drafts=tuple(wave.drafts),
        reasons=tuple(find_obstacles(session, wave)) if wave.status == DRAFT else (),
        opened=rounded_or_hidden(find_tallies(session, wave).get(EVERYBODY, 0), fewest),
        interrupted=any(boxes_with_status(session, wave.id, status) for status in (OPENING, OPENED)),
        sealed=bool(count_waiting(session, wave, CURRENT, OPENING)),
        is_full=wave.status == OPEN and count_openable(session, wave) >= fewest_to_open(wave.box_size),
        batches=tuple(batch_counts(session, wave.id)),
        versions=tuple(versions_of(session, wave.id)),
        next_statuses=TRANSITIONS[wave.status],
        token_gap=_token_gap(session, wave),
    )


def _token_gap(session: Session, wave: Wave) -> str:
    if wave.status == DRAFT and (gap := find_token_gap(session, wave)):
        return f"Each code will travel beside its sealed answers, because {gap}"
    if wave.status == OPEN and wave.code_policy != "none" and not wave.token_keys:
        return "Each code travels beside its sealed answers, because the round opened without tokens"
    return ""


def count_asked(survey: Survey) -> int:
    """Return the number of questions as the list of questions counts them: a repeated question is one."""
    return len({item.context for item in survey.items.values()})


def _count_questions(wave: Wave) -> int:
    try:
        return count_asked(load_survey(wave.survey_text))
    except SurveyProblems:
        return 0
