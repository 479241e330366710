"""Store published reports. A report is frozen: a correction is a new version."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, Column, Connection, LargeBinary, UniqueConstraint, event, func
from sqlalchemy.orm import Mapper, defer
from sqlmodel import Field, Session, col, select

from app.records.communities import Community
from app.records.metadata import Record, json_column
from app.records.waves import Wave


class Report(Record, table=True):
    __table_args__: Any = (UniqueConstraint("wave_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    wave_id: int = Field(foreign_key="wave.id")
    version: int
    content: bytes = Field(sa_type=LargeBinary)  # the canonical bytes that `sha256` is of
    words: dict[str, dict[str, str]] = Field(sa_column=json_column())
    sha256: str = Field(max_length=64)
    published_on: date
    # Frozen beside the figures, and made from no answer. Reports of an earlier version of the service have neither.
    commitments: list[dict[str, Any]] | None = Field(default=None, sa_column=Column(JSON, nullable=True))
    shapes: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON, nullable=True))


def find_report(session: Session, wave_id: int, version: int | None = None) -> Report | None:
    """Return one version of the report of a wave; by default the newest."""
    found = select(Report).where(Report.wave_id == wave_id).order_by(col(Report.version).desc()).limit(1)
    if version is not None:
        found = found.where(Report.version == version)
    return session.exec(found).first()


def versions_of(session: Session, wave_id: int) -> list[int]:
    return list(session.exec(select(Report.version).where(Report.wave_id == wave_id).order_by(col(Report.version))))


def reports_of(session: Session) -> list[tuple[Community, Wave, Report]]:
    """Return the newest version of each wave's report, the latest published first."""
    newest = select(Report.wave_id, func.max(Report.version).label("version")).group_by(col(Report.wave_id)).subquery()
    found = (
        select(Community, Wave, Report)
        .options(defer(Report.content))  # type: ignore[arg-type]  # half a megabyte each, and lists do not show it
        .join(Wave, col(Wave.community_id) == col(Community.id))
        .join(Report, col(Report.wave_id) == col(Wave.id))
        .join(newest, (newest.c.wave_id == Report.wave_id) & (newest.c.version == Report.version))
        .order_by(col(Report.published_on).desc(), col(Wave.slug).desc())
    )
    return list(session.exec(found))


@event.listens_for(Report, "before_update")
@event.listens_for(Report, "before_delete")
def refuse_change(mapper: Mapper[Report], connection: Connection, report: Report) -> None:
    raise AssertionError(f"report {report.id} is frozen: publish a new version")
