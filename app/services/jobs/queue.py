"""Work that takes minutes, done beside the pages: asked for once, followed step by step, taken up again after a crash.

Whatever a job does can be done twice: a report on the same answers is the same report, and of two that open one box one
moves the answers. So a worker that was thought dead may go on; only the one that holds the job says how it ended.
"""

from __future__ import annotations

import contextlib
import logging
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from analysis.errors import AnalysisError
from app.errors import NotFound, Refused
from app.records.audit_log import record_act
from app.records.database import reading, writing
from app.records.jobs import DONE, FAILED, REFUSED, RUNNING, WAITING, Job, find_free, find_live, get_job, latest_jobs
from app.services.common.actor import Actor
from app.settings import Settings

log = logging.getLogger(__name__)

Progress = Callable[[str], None]
Task = Callable[[Engine, Settings, str, Actor, Progress], str]
Clock = Callable[[], datetime]

PULSE = 10.0  # seconds between two signs of life
GIVEN_UP = timedelta(seconds=60)  # without a sign of life: the worker is taken for dead
MOST_TRIES = 3
SHOWN = 50


# --- what there is to do: a sentence comes back


def open_box(engine: Engine, settings: Settings, subject: str, actor: Actor, progress: Progress) -> str:
    from app.services.waves.box_opening import open_boxes

    return " ".join(open_boxes(engine, settings, subject, actor, progress=progress).told())


def publish_report(engine: Engine, settings: Settings, subject: str, actor: Actor, progress: Progress) -> str:
    from app.services.common.object_store import ObjectStore
    from app.services.reports import publish as report_publishing

    frozen = report_publishing.publish_report(engine, subject, actor, progress, ObjectStore(settings))
    return f"Version {frozen.version} is published."


def publish_data(engine: Engine, settings: Settings, subject: str, actor: Actor, progress: Progress) -> str:
    return _publish_data(engine, settings, subject, actor, "public", progress)


def publish_restricted_data(engine: Engine, settings: Settings, subject: str, actor: Actor, progress: Progress) -> str:
    return _publish_data(engine, settings, subject, actor, "restricted", progress)


def _publish_data(
    engine: Engine,
    settings: Settings,
    subject: str,
    actor: Actor,
    tier: Literal["public", "restricted"],
    tell: Progress,
) -> str:
    from app.services.releases.publish import build_release

    built = build_release(engine, settings, subject, actor, tier, tell)
    return f"Release {built.release.name} {'is published' if built.is_new else 'stands: nothing changed'}."


TASKS: dict[str, Task] = {
    "box": open_box,
    "report": publish_report,
    "data": publish_data,
    "restricted data": publish_restricted_data,
}


# --- asking and looking


@dataclass(frozen=True)
class JobView:
    """A job as it is shown."""

    id: int
    kind: str
    subject: str
    actor: str
    status: str
    said: str
    asked_at: datetime
    ended_at: datetime | None

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None


def ask(engine: Engine, kind: str, subject: str, actor: Actor, tasks: Mapping[str, Task] = TASKS) -> JobView:
    """Write a job down; one that is under way already is that job."""
    if kind not in tasks:
        raise NotFound("kind of job", kind, tasks)
    with writing(engine) as session:
        job = find_live(session, kind, subject)
        if job is None:
            job = Job(kind=kind, subject=subject, actor=actor.name, asked_at=_bare(actor.now))
            session.add(job)
            record_act(session, actor.name, "job asked for", subject, actor.now, kind=kind)
        return _view(session, job)


def find_job(engine: Engine, id: int) -> JobView:
    with reading(engine) as session:
        return _view(session, get_job(session, id))


def list_jobs(engine: Engine, most: int = SHOWN) -> list[JobView]:
    with reading(engine) as session:
        return [_view(session, job) for job in latest_jobs(session, most)]


def has_work(engine: Engine, now: datetime) -> bool:
    with reading(engine) as session:
        return find_free(session, _bare(now) - GIVEN_UP) is not None


def _view(session: Session, job: Job) -> JobView:
    session.flush()
    assert job.id is not None
    return JobView(job.id, job.kind, job.subject, job.actor, job.status, job.said, job.asked_at, job.ended_at)


# --- working


def now_utc() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class JobLease:
    """One try of one worker at one job. Everything it writes is written only while it still holds the job."""

    engine: Engine
    id: int
    holder: str
    clock: Clock

    def say(self, words: str) -> None:
        self._write(said=words[:500], seen_at=_bare(self.clock()))

    def seen(self) -> None:
        self._write(seen_at=_bare(self.clock()))

    def end(self, status: str, words: str) -> None:
        self._write(status=status, said=words[:500], ended_at=_bare(self.clock()), holder=None)

    def hand_back(self) -> None:
        self._write(status=WAITING, holder=None)

    def _write(self, **columns: object) -> None:
        with writing(self.engine) as session:
            job = get_job(session, self.id)
            if job.holder == self.holder:
                for name, value in columns.items():
                    setattr(job, name, value)


def work_once(
    engine: Engine, settings: Settings, tasks: Mapping[str, Task] = TASKS, clock: Clock = now_utc
) -> JobView | None:
    """Take the next job and do it to its end; None where there is nothing to do."""
    taken = _take(engine, clock)
    if taken is None:
        return None
    hold, job = taken
    with _pulse(hold):
        _do(hold, job, settings, tasks)
    return find_job(engine, job.id)


def _take(engine: Engine, clock: Clock) -> tuple[JobLease, JobView] | None:
    with writing(engine) as session:
        job = find_free(session, _bare(clock()) - GIVEN_UP)
        while job is not None and job.tries >= MOST_TRIES:
            job.status, job.ended_at = FAILED, _bare(clock())
            job.said = f"It was stopped {MOST_TRIES} times before its end; the last step was: {job.said or 'none'}."[
                :500
            ]
            session.flush()
            job = find_free(session, _bare(clock()) - GIVEN_UP)
        if job is None:
            return None
        holder = secrets.token_hex(16)
        job.status, job.holder, job.tries, job.seen_at = RUNNING, holder, job.tries + 1, _bare(clock())
        view = _view(session, job)
    return JobLease(engine, view.id, holder, clock), view


def _do(hold: JobLease, job: JobView, settings: Settings, tasks: Mapping[str, Task]) -> None:
    try:
        actor = Actor(job.actor, hold.clock())
        hold.end(DONE, tasks[job.kind](hold.engine, settings, job.subject, actor, hold.say))
    except (Refused, AnalysisError) as refused:
        hold.end(REFUSED, str(refused))
    except SystemExit:
        # The worker was asked to end: the next one starts this job again.
        hold.hand_back()
        raise
    except Exception as error:
        # The class alone: the rest of an error could hold what nobody may read.
        log.error("the job %s of %s failed: %s", job.kind, job.subject, type(error).__name__)
        hold.end(FAILED, f"Something went wrong inside: {type(error).__name__}.")


@contextlib.contextmanager
def _pulse(hold: JobLease, every: float = PULSE) -> Iterator[None]:
    """Signs of life while a step takes long."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(every):
            with contextlib.suppress(SQLAlchemyError):  # a database that is away for a moment is no reason to stop
                hold.seen()

    thread = threading.Thread(target=beat, name="pulse of a job", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _bare(moment: datetime) -> datetime:
    """As it is stored: UTC, to the second, without a zone."""
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)
