"""Who works in an agency: counts of its staff by level of a variable."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete
from sqlmodel import Field, Session, col, select

from app.records.metadata import Record


class WorkforceCount(Record, table=True):
    __tablename__ = "workforce_count"

    agency_id: int = Field(foreign_key="agency.id", primary_key=True)
    variable: str = Field(primary_key=True, max_length=80)
    level: str = Field(primary_key=True, max_length=120)
    year: int = Field(primary_key=True)
    count: int
    source: str = Field(max_length=300)


def workforce_of(session: Session, agency_id: int) -> list[WorkforceCount]:
    found = select(WorkforceCount).where(WorkforceCount.agency_id == agency_id)
    return list(session.exec(found.order_by(col(WorkforceCount.variable), col(WorkforceCount.level))))


def replace_workforce(session: Session, rows: Sequence[WorkforceCount]) -> None:
    """Put `rows` in the place of what was known about the same agency, variable and year."""
    for agency_id, variable, year in sorted({(row.agency_id, row.variable, row.year) for row in rows}):
        session.execute(
            delete(WorkforceCount).where(
                col(WorkforceCount.agency_id) == agency_id,
                col(WorkforceCount.variable) == variable,
                col(WorkforceCount.year) == year,
            )
        )
    session.add_all(rows)
