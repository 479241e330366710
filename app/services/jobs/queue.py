"""Run work that takes minutes as background jobs: queued once, shown step by step, started again after a crash.

Every job can run twice: a report on the same answers is the same report, and of two openings of one box only one moves
the answers. So a worker that was thought dead may go on; only the worker that holds the job stores its outcome.
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

HEARTBEAT = 10.0  # seconds between two heartbeats
DEAD_AFTER = timedelta(seconds=60)  # without a heartbeat the worker counts as dead
MOST_TRIES = 3
SHOWN = 50
MOST_LIVE = 1000


# --- the tasks: each returns a sentence about its result


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
    progress: Progress,
) -> str:
    from app.services.releases.build import build_release

    built = build_release(engine, settings, subject, actor, tier, progress)
    return f"Release {built.release.name} {'is published' if built.is_new else 'is current: nothing changed'}."


TASKS: dict[str, Task] = {
    "report": publish_report,
    "data": publish_data,
    "restricted data": publish_restricted_data,
}


def _find_task(kind: str, tasks: Mapping[str, Task]) -> Task:
    """Return the task of a kind. A queue of an earlier version may hold a kind that no longer exists."""
    if kind not in tasks:
        raise NotFound("kind of job", kind, tasks)
    return tasks[kind]


# --- queueing and listing


@dataclass(frozen=True)
class JobView:
    """Hold a job as the console shows it."""

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


def enqueue(engine: Engine, kind: str, subject: str, actor: Actor, tasks: Mapping[str, Task] = TASKS) -> JobView:
    """Queue a job. If the same job is waiting or running, return that one."""
    _find_task(kind, tasks)
    with writing(engine) as session:
        job = find_live(session, kind, subject)
        if job is None:
            job = Job(kind=kind, subject=subject, actor=actor.name, asked_at=_to_stored(actor.now))
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
        return find_free(session, _to_stored(now) - DEAD_AFTER) is not None


def find_queue(engine: Engine) -> tuple[int, datetime | None]:
    """Return how many jobs wait or run, and since when the oldest does."""
    with reading(engine) as session:
        live = [job for job in latest_jobs(session, MOST_LIVE) if job.status in (WAITING, RUNNING)]
        oldest = min((job.asked_at for job in live), default=None)
    return len(live), oldest.replace(tzinfo=UTC) if oldest else None


def _view(session: Session, job: Job) -> JobView:
    session.flush()
    assert job.id is not None
    return JobView(job.id, job.kind, job.subject, job.actor, job.status, job.said, job.asked_at, job.ended_at)


# --- working


def now_utc() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class JobLease:
    """Hold one attempt of one worker at one job. It writes only while the worker still holds the job."""

    engine: Engine
    id: int
    holder: str
    clock: Clock

    def report(self, words: str) -> None:
        self._write(said=words[:500], seen_at=_to_stored(self.clock()))

    def renew(self) -> None:
        self._write(seen_at=_to_stored(self.clock()))

    def end(self, status: str, words: str) -> None:
        self._write(status=status, said=words[:500], ended_at=_to_stored(self.clock()), holder=None)

    def release(self) -> None:
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
    """Run the next job to its end, or return None where no job waits."""
    taken = _take(engine, clock)
    if taken is None:
        return None
    lease, job = taken
    with _heartbeat(lease):
        _do(lease, job, settings, tasks)
    return find_job(engine, job.id)


def _take(engine: Engine, clock: Clock) -> tuple[JobLease, JobView] | None:
    with writing(engine) as session:
        job = find_free(session, _to_stored(clock()) - DEAD_AFTER)
        while job is not None and job.tries >= MOST_TRIES:
            job.status, job.ended_at = FAILED, _to_stored(clock())
            job.said = _stopped_text(job.said)[:500]
            session.flush()
            job = find_free(session, _to_stored(clock()) - DEAD_AFTER)
        if job is None:
            return None
        holder = secrets.token_hex(16)
        job.status, job.holder, job.tries, job.seen_at = RUNNING, holder, job.tries + 1, _to_stored(clock())
        view = _view(session, job)
    return JobLease(engine, view.id, holder, clock), view


def _stopped_text(last_step: str) -> str:
    return (
        f"It was stopped {MOST_TRIES} times before its end; the last step was: {last_step or 'none'}. Queue it again."
    )


def _do(lease: JobLease, job: JobView, settings: Settings, tasks: Mapping[str, Task]) -> None:
    try:
        actor = Actor(job.actor, lease.clock())
        lease.end(DONE, _find_task(job.kind, tasks)(lease.engine, settings, job.subject, actor, lease.report))
    except (Refused, AnalysisError) as refused:
        lease.end(REFUSED, str(refused))
    except SystemExit:
        # The worker was asked to stop; the next worker starts this job again.
        lease.release()
        raise
    except Exception as error:
        # Log only the class, because the message of an error could contain an answer.
        log.error("the job %s of %s failed: %s", job.kind, job.subject, type(error).__name__)
        lease.end(FAILED, f"Something went wrong inside: {type(error).__name__}.")


@contextlib.contextmanager
def _heartbeat(lease: JobLease, every: float = HEARTBEAT) -> Iterator[None]:
    """Renew the lease while a step takes long."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(every):
            with contextlib.suppress(SQLAlchemyError):  # a database that is briefly unreachable is no reason to stop
                lease.renew()

    thread = threading.Thread(target=beat, name="job heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _to_stored(moment: datetime) -> datetime:
    """Return the time as it is stored: UTC, to the second, without a zone."""
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)
