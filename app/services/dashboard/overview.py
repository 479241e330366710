"""Summarize what a member of staff should see first: open waves, tasks and problems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from app.questionnaire.loading import load_survey
from app.records.ballots import CURRENT, OPENED, OPENING, boxes_with_status, count_envelopes
from app.records.communities import get_community_of
from app.records.database import reading
from app.records.keys import all_keys
from app.records.wave_lifecycle import CLOSED, DRAFT, OPEN, PUBLISHED, WITHDRAWN
from app.records.waves import Wave, rated_agencies_of, waves_with_status
from app.services.accounts.api_keys import day_of, key_status
from app.services.accounts.permissions import Member
from app.services.common.audit_log import acts_since
from app.services.releases.access_requests import list_requests
from app.services.waves.box_fullness import count_openable
from app.services.waves.lifecycle import find_obstacles
from app.services.waves.release_rule import fewest_to_open

EVERY_STATUS = (OPEN, CLOSED, DRAFT, PUBLISHED, WITHDRAWN)
SOON = timedelta(days=30)
LATELY = timedelta(days=7)


@dataclass(frozen=True)
class WaveLine:
    """Hold a wave of a list. Waiting answers are counted in full batches, never one by one."""

    slug: str
    names: Mapping[str, str]
    status: str
    languages: tuple[str, ...]
    agencies: tuple[str, ...]
    opened_on: date | None
    closed_on: date | None
    waiting: str


@dataclass(frozen=True)
class Task:
    """Hold a task: a sentence, the address of its page, and the label of the button."""

    words: str
    path: str
    button: str


@dataclass(frozen=True)
class Overview:
    open: tuple[WaveLine, ...]
    tasks: tuple[Task, ...]
    troubles: tuple[Task, ...]
    is_empty: bool


def load_overview(engine: Engine, member: Member, now: datetime) -> Overview:
    lines = list_waves(engine, member) if member.may("see waves") else []
    tasks, troubles = [], []
    if member.may("run waves"):
        with reading(engine) as session:
            for wave in waves_with_status(session, (OPEN, CLOSED, DRAFT)):
                tasks += list(find_tasks(session, wave))
                troubles += list(find_troubles(session, wave))
    if member.may("decide requests"):
        tasks += find_requests(engine)
    if member.may("keep keys"):
        tasks += find_old_keys(engine, member, now)
    if member.may("read the audit log"):
        troubles += find_security_events(engine, now)
    is_empty = not lines and member.may("run waves")
    return Overview(tuple(line for line in lines if line.status == OPEN), tuple(tasks), tuple(troubles), is_empty)


def list_waves(engine: Engine, member: Member) -> list[WaveLine]:
    """Return the waves that this person may see, the open ones first."""
    with reading(engine) as session:
        lines = [to_line(session, wave) for wave in waves_with_status(session, EVERY_STATUS)]
    lines = [line for line in lines if member.answers_for(line.agencies)]
    newest = sorted(lines, key=lambda line: (line.opened_on or date.max, line.slug), reverse=True)
    return sorted(newest, key=lambda line: EVERY_STATUS.index(line.status))


def to_line(session: Session, wave: Wave) -> WaveLine:
    assert wave.id is not None
    community = get_community_of(session, wave.community_id)
    return WaveLine(
        slug=wave.slug,
        names=community.names,
        status=wave.status,
        languages=tuple(wave.languages),
        agencies=tuple(f"{community.slug}/{agency.slug}" for agency, _ in rated_agencies_of(session, wave.id)),
        opened_on=wave.opened_on,
        closed_on=wave.closed_on,
        waiting=describe_waiting(count_waiting(session, wave, CURRENT), wave.box_size),
    )


def count_waiting(session: Session, wave: Wave, *statuses: str) -> int:
    boxes = [box.id for status in statuses for box in boxes_with_status(session, wave.id or 0, status)]
    return count_envelopes(session, boxes)


def describe_waiting(waiting: int, box_size: int) -> str:
    """Describe sealed answers in full batches, because a number that moves with every answer shows when one arrived.

    >>> describe_waiting(7, 20), describe_waiting(59, 20)
    ('fewer than 20', 'at least 40')
    """
    return f"fewer than {box_size}" if waiting < box_size else f"at least {waiting // box_size * box_size}"


def find_tasks(session: Session, wave: Wave) -> Iterator[Task]:
    page = f"/staff/waves/{wave.slug}"
    match wave.status:
        case "draft":
            reasons = find_obstacles(session, wave)
            if reasons:
                yield Task(
                    f"{wave.slug} is a draft with {format_number(len(reasons), 'thing')} to settle.", page, "See"
                )
            else:
                yield Task(f"{wave.slug} is ready to open.", f"{page}/open", "Open it")
        case "open" if count_openable(session, wave) >= fewest_to_open(wave.box_size):
            yield Task(f"A batch of sealed answers of {wave.slug} is full.", f"{page}/box", "Unlock the answers")
        case "closed" if count_waiting(session, wave, CURRENT, OPENING):
            yield Task(f"{wave.slug} is closed, and answers are still sealed.", f"{page}/box", "Unlock the answers")
        case "closed" if load_survey(wave.survey_text).indices:
            yield Task(f"{wave.slug} is closed and can be published.", f"{page}/report", "Preview the report")
        case "closed":
            path = f"/staff/communities/{get_community_of(session, wave.community_id).slug}/scorecard"
            yield Task(f"{wave.slug} is closed; its figures are on the scorecard.", path, "Preview the scorecard")


def find_troubles(session: Session, wave: Wave) -> Iterator[Task]:
    boxes = [box for status in (OPENING, OPENED) for box in boxes_with_status(session, wave.id or 0, status)]
    if boxes:
        words = f"Unlocking answers of {wave.slug} was interrupted. Nothing is lost: start it again."
        yield Task(words, f"/staff/waves/{wave.slug}/box", "Go on")


def find_requests(engine: Engine) -> list[Task]:
    waiting = sum(each.status == "waiting" for each in list_requests(engine))
    words = f"{format_number(waiting, 'request')} for restricted data to decide."
    return [Task(words, "/staff/requests", "Read")] if waiting else []


def find_old_keys(engine: Engine, member: Member, now: datetime) -> list[Task]:
    today = day_of(now)
    with reading(engine) as session:
        keys = [key for key in all_keys(session) if key_status(key, today) == "works"]
    return [
        Task(f"The API key of {key.label} expires on {key.expires_on}.", "/staff/keys", "See the API keys")
        for key in keys
        if key.expires_on - today <= SOON and member.answers_for_all(key.agencies)
    ]


def find_security_events(engine: Engine, now: datetime) -> list[Task]:
    since = now - LATELY
    nouns = {
        "sign-in failed": "failed sign-in",
        "sign-in slowed": "delayed sign-in",
        "refused": "refused action",
    }
    counts = {act: acts_since(engine, act, since) for act in nouns}
    return [
        Task(f"{format_number(count, nouns[act])} in the last 7 days.", f"/staff/audit?act={act}", "Look")
        for act, count in counts.items()
        if count
    ]


def format_number(count: int, word: str) -> str:
    """Return a count with its noun.

    >>> format_number(1, "thing"), format_number(3, "thing")
    ('1 thing', '3 things')
    """
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
