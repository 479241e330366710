"""Store the population of a community: published counts or shares of each level of a variable, with their margins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CheckConstraint, delete
from sqlmodel import Field, Session, col, select

from app.records.metadata import Record


class PopulationShare(Record, table=True):
    """Hold one level of a variable. `moe90` is the published 90 % margin of error, in the unit of the figure.

    `universe` is `adults` or `everyone`, and `kind` is `alone` or `combination`; both are empty where the table does
    not say.
    """

    __tablename__ = "population_share"
    __table_args__: Any = (CheckConstraint("(count IS NULL) <> (share IS NULL)", name="count_or_share"),)

    community_id: int = Field(foreign_key="community.id", primary_key=True)
    variable: str = Field(primary_key=True, max_length=80)
    level: str = Field(primary_key=True, max_length=120)
    count: float | None = None
    share: float | None = None
    moe90: float | None = None
    source: str = Field(max_length=300)
    year: int
    universe: str = Field(default="", max_length=20)
    kind: str = Field(default="", max_length=20)


def population_of(session: Session, community_id: int) -> list[PopulationShare]:
    found = select(PopulationShare).where(PopulationShare.community_id == community_id)
    return list(session.exec(found.order_by(col(PopulationShare.variable), col(PopulationShare.level))))


def replace_population(session: Session, community_id: int, rows: Sequence[PopulationShare]) -> None:
    """Replace all rows of the variables in `rows`; other variables stay."""
    variables = {row.variable for row in rows}
    old = delete(PopulationShare).where(
        col(PopulationShare.community_id) == community_id, col(PopulationShare.variable).in_(variables)
    )
    session.execute(old)
    session.add_all(rows)
