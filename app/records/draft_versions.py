"""Store the versions of a draft's questions: each save adds one, and none is changed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, col, select

from app.records.metadata import Record

LONGEST_CHANGE, LONGEST_NAME = 600, 120


class DraftVersion(Record, table=True):
    """Hold one version of the questions of a draft: its survey file, the person, the day and what changed."""

    __tablename__ = "draft_version"
    __table_args__ = (UniqueConstraint("wave_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    wave_id: int = Field(foreign_key="wave.id", index=True)
    number: int
    text: str
    saved_by: str = Field(max_length=120)
    saved_on: date
    change: str = Field(max_length=LONGEST_CHANGE)


def add_version(session: Session, wave_id: int, text: str, saved_by: str, saved_on: date, change: str) -> DraftVersion:
    """Add the next version of a draft, with the number after the last one."""
    last = last_version(session, wave_id)
    row = DraftVersion(
        wave_id=wave_id,
        number=last.number + 1 if last else 1,
        text=text,
        saved_by=saved_by[:LONGEST_NAME],
        saved_on=saved_on,
        change=change if len(change) <= LONGEST_CHANGE else f"{change[: LONGEST_CHANGE - 1]}…",
    )
    session.add(row)
    session.flush()
    return row


def versions_of_draft(session: Session, wave_id: int) -> list[DraftVersion]:
    """Return the versions of a draft, the newest first."""
    found = select(DraftVersion).where(DraftVersion.wave_id == wave_id).order_by(col(DraftVersion.number).desc())
    return list(session.exec(found))


def last_version(session: Session, wave_id: int) -> DraftVersion | None:
    found = select(DraftVersion).where(DraftVersion.wave_id == wave_id).order_by(col(DraftVersion.number).desc())
    return session.exec(found.limit(1)).first()
