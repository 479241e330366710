"""Published reports. A report is frozen: a correction is a new version."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, UniqueConstraint, event
from sqlalchemy.orm import Mapper
from sqlmodel import Field, Session, col, select

from app.records.metadata import Record, json_column


class Report(Record, table=True):
    __table_args__: Any = (UniqueConstraint("wave_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    wave_id: int = Field(foreign_key="wave.id")
    version: int
    content: dict[str, Any] = Field(sa_column=json_column())
    sha256: str = Field(max_length=64)
    published_on: date


def find_report(session: Session, wave_id: int, version: int | None = None) -> Report | None:
    """One version of the report of a wave; the newest where none is named."""
    found = select(Report).where(Report.wave_id == wave_id).order_by(col(Report.version).desc()).limit(1)
    if version is not None:
        found = found.where(Report.version == version)
    return session.exec(found).first()


def versions_of(session: Session, wave_id: int) -> list[int]:
    return list(session.exec(select(Report.version).where(Report.wave_id == wave_id).order_by(col(Report.version))))


@event.listens_for(Report, "before_update")
@event.listens_for(Report, "before_delete")
def refuse_change(mapper: Mapper[Report], connection: Connection, report: Report) -> None:
    raise AssertionError(f"report {report.id} is frozen: publish a new version")
