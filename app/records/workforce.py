"""Store the workforce of an agency: counts of its staff by level of a variable."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete
from sqlmodel import Field, Session, col, select

from app.records.metadata import Record

ALL_STAFF = ""


class WorkforceCount(Record, table=True):
    """Hold a count. `part` is empty for all staff, or names a part: `role=frontline`, `new hires` or `leavers`."""

    __tablename__ = "workforce_count"

    agency_id: int = Field(foreign_key="agency.id", primary_key=True)
    part: str = Field(default=ALL_STAFF, primary_key=True, max_length=80)
    variable: str = Field(primary_key=True, max_length=80)
    level: str = Field(primary_key=True, max_length=120)
    year: int = Field(primary_key=True)
    count: int
    source: str = Field(max_length=300)


def workforce_of(session: Session, agency_id: int) -> list[WorkforceCount]:
    return workforce_of_all(session, [agency_id])


def workforce_of_all(session: Session, agency_ids: Sequence[int]) -> list[WorkforceCount]:
    found = select(WorkforceCount).where(col(WorkforceCount.agency_id).in_(agency_ids))
    names = ("agency_id", "year", "part", "variable", "level")
    return list(session.exec(found.order_by(*(col(getattr(WorkforceCount, name)) for name in names))))


def replace_workforce(session: Session, rows: Sequence[WorkforceCount]) -> None:
    """Replace all rows of the same agency, part, variable and year."""
    for agency_id, part, variable, year in sorted({(row.agency_id, row.part, row.variable, row.year) for row in rows}):
        session.execute(
            delete(WorkforceCount).where(
                col(WorkforceCount.agency_id) == agency_id,
                col(WorkforceCount.part) == part,
                col(WorkforceCount.variable) == variable,
                col(WorkforceCount.year) == year,
            )
        )
    session.add_all(rows)
