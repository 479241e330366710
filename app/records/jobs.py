"""Store jobs: work that takes minutes, its status, and the worker that runs it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, Index, or_, text
from sqlmodel import Field, Session, col, select

from app.errors import NotFound
from app.records.metadata import Record

# waiting ──> running ──> done, refused or failed; a running job whose worker is gone waits again
WAITING, RUNNING, DONE, REFUSED, FAILED = "waiting", "running", "done", "refused", "failed"
LIVE = (WAITING, RUNNING)
_LIVE = text("status IN ('waiting', 'running')")


class Job(Record, table=True):
    __table_args__: Any = (
        CheckConstraint("status IN ('waiting', 'running', 'done', 'refused', 'failed')", name="status"),
        # One subject has at most one live job of a kind.
        Index("ix_job_one_live", "kind", "subject", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=20)
    subject: str = Field(max_length=120)
    actor: str = Field(max_length=120)
    status: str = Field(default=WAITING, max_length=10)
    said: str = Field(default="", max_length=500)  # the latest step, then the outcome
    tries: int = 0
    holder: str | None = Field(default=None, max_length=32)  # a random id for one attempt of one worker
    asked_at: datetime = Field(sa_type=DateTime)  # UTC, as all of them
    seen_at: datetime | None = Field(default=None, sa_type=DateTime)
    ended_at: datetime | None = Field(default=None, sa_type=DateTime)


def find_live(session: Session, kind: str, subject: str) -> Job | None:
    return session.exec(select(Job).where(Job.kind == kind, Job.subject == subject, col(Job.status).in_(LIVE))).first()


def get_job(session: Session, id: int) -> Job:
    job = session.get(Job, id)
    if job is None:
        raise NotFound("job", str(id))
    return job


def find_free(session: Session, seen_before: datetime) -> Job | None:
    """Return the job that has waited longest, or one whose worker was not seen since `seen_before`."""
    abandoned = (col(Job.status) == RUNNING) & or_(col(Job.seen_at).is_(None), col(Job.seen_at) < seen_before)
    return session.exec(
        select(Job).where(or_(col(Job.status) == WAITING, abandoned)).order_by(col(Job.id)).limit(1)
    ).first()


def latest_jobs(session: Session, most: int) -> list[Job]:
    return list(session.exec(select(Job).order_by(col(Job.id).desc()).limit(most)))
