"""Store uploaded outcome measures and the notes of a scorecard. Rows are only ever added.

A correction is a row with a higher `revision`; the newest revision of a figure is the one in force.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    CheckConstraint,
    Connection,
    Index,
    LargeBinary,
    UniqueConstraint,
    event,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapper, class_mapper
from sqlmodel import Field, Session, col
from sqlmodel import select as select_rows

from app.records.communities import Agency
from app.records.metadata import Record, json_column
from app.records.workforce import WorkforceCount

MOST_NAMED = 500  # ids in one query
FIGURE = ("agency_id", "measure", "period", "breakdown", "level")


class MeasureValue(Record, table=True):
    """Hold one figure: numerator, denominator, period and version of the definition. A breakdown has a level."""

    __tablename__ = "measure_value"
    __table_args__: Any = (
        UniqueConstraint(*FIGURE, "revision", name="uq_measure_value_figure"),
        CheckConstraint("numerator >= 0 AND denominator >= 0 AND unknown >= 0", name="never_negative"),
    )

    id: int | None = Field(default=None, primary_key=True)
    agency_id: int = Field(foreign_key="agency.id")
    measure: str = Field(max_length=20)
    version: str = Field(max_length=40)
    period: str = Field(max_length=10)
    breakdown: str = Field(default="", max_length=40)
    level: str = Field(default="", max_length=120)
    numerator: float
    denominator: float
    unknown: float = 0
    source: str = Field(max_length=300)
    attested_by: str = Field(max_length=120)
    attested_on: date
    new_trend: bool = False
    correction: str = Field(default="", max_length=300, sa_column_kwargs={"server_default": ""})
    withdrawn: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    revision: int = 1


class MeasureTarget(Record, table=True):
    """Hold an agreed target value and its year."""

    __tablename__ = "measure_target"
    __table_args__: Any = (UniqueConstraint("community_id", "measure", "revision"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id")
    measure: str = Field(max_length=20)
    value: float
    by_year: int
    agreed_on: date
    withdrawn: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    revision: int = 1


class Statement(Record, table=True):
    """Hold a yes or no to a question, with its words and the office that attests them."""

    __table_args__: Any = (UniqueConstraint("community_id", "question", "revision"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id")
    question: str = Field(max_length=40)
    answer: bool
    words: str = Field(max_length=600)
    lang: str = Field(max_length=10)
    attested_by: str = Field(max_length=120)
    attested_on: date
    withdrawn: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    revision: int = 1


class ImprovementEvent(Record, table=True):
    """Hold an entry of the improvement log: what was tried, what worked, and what did not."""

    __tablename__ = "improvement_event"
    __table_args__: Any = (
        UniqueConstraint("community_id", "slug", "revision"),
        Index("ix_improvement_event_community", "community_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id")
    slug: str = Field(max_length=80)
    held_on: date
    lang: str = Field(max_length=10)
    title: str = Field(max_length=200)
    worked: str = Field(default="", max_length=600)
    did_not_work: str = Field(default="", max_length=600)
    report: str = Field(default="", max_length=300)
    withdrawn: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    revision: int = 1


class Scorecard(Record, table=True):
    """Hold a published scorecard, frozen. `agency` is empty for the scorecard of the whole community."""

    __table_args__: Any = (UniqueConstraint("community_id", "agency", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id")
    agency: str = Field(default="", max_length=80)
    version: int
    content: bytes = Field(sa_type=LargeBinary)  # the canonical bytes that `sha256` is of
    words: dict[str, dict[str, str]] = Field(sa_column=json_column())
    sha256: str = Field(max_length=64)
    published_on: date


FigureKey = tuple[int, str, str, str, str]


class FigureInForce(NamedTuple):
    """Hold the newest revision of a figure."""

    revision: int
    version: str
    numerator: float
    denominator: float
    unknown: float
    withdrawn: bool


def figures_in_force(session: Session, agency_ids: Collection[int]) -> dict[FigureKey, FigureInForce]:
    """Return the newest revision of each figure of these agencies."""
    columns: list[Any] = [getattr(MeasureValue, name) for name in (*FIGURE, *FigureInForce._fields)]
    found = select(*columns).order_by(col(MeasureValue.revision))
    if len(agency_ids) < MOST_NAMED:
        found = found.where(col(MeasureValue.agency_id).in_(agency_ids))
    ids = set(agency_ids)
    return {
        (row[0], row[1], row[2], row[3], row[4]): FigureInForce(*row[5:])
        for row in session.execute(found)
        if row[0] in ids
    }


def values_of(session: Session, agency_ids: Collection[int]) -> list[MeasureValue]:
    """Return the newest revisions of these agencies, withdrawn ones too, by agency, measure, period and breakdown."""
    order = [col(getattr(MeasureValue, name)) for name in FIGURE]
    found = select_rows(MeasureValue).where(col(MeasureValue.agency_id).in_(agency_ids))
    rows = session.exec(found.order_by(*order, col(MeasureValue.revision)))
    return list({tuple(getattr(row, name) for name in FIGURE): row for row in rows}.values())


def agencies_with_figures(session: Session, community_id: int) -> list[str]:
    """Return the agencies of a community that have figures or staff counts."""
    of_community = col(Agency.community_id) == community_id
    measured = select(col(MeasureValue.agency_id)).distinct()
    counted = select(col(WorkforceCount.agency_id)).distinct()
    has_figures = or_(col(Agency.id).in_(measured), col(Agency.id).in_(counted))
    return list(
        session.execute(select(col(Agency.slug)).where(of_community, has_figures).order_by(col(Agency.slug))).scalars()
    )


def store_values(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows without ORM objects, which would be the slowest step for the agencies of a whole state."""
    if rows:
        table = class_mapper(MeasureValue).local_table
        session.connection().execute(table.insert(), list(rows))  # type: ignore[attr-defined]


def targets_of(session: Session, community_id: int) -> dict[str, MeasureTarget]:
    """Return the newest revision of each target, withdrawn ones too."""
    return {row.measure: row for row in _newest(session, MeasureTarget, community_id)}


def statements_of(session: Session, community_id: int) -> dict[str, Statement]:
    """Return the newest revision of each answer, withdrawn ones too."""
    return {row.question: row for row in _newest(session, Statement, community_id)}


def events_of(session: Session, community_id: int) -> list[ImprovementEvent]:
    """Return the newest revision of each event, withdrawn ones too, the latest event first."""
    newest = {row.slug: row for row in _newest(session, ImprovementEvent, community_id)}
    return sorted(newest.values(), key=lambda row: (row.held_on, row.slug), reverse=True)


def _newest(session: Session, table: type[Any], community_id: int) -> list[Any]:
    found = select_rows(table).where(table.community_id == community_id).order_by(table.revision)
    return list(session.exec(found))


def find_scorecard(
    session: Session, community_id: int, agency: str = "", version: int | None = None
) -> Scorecard | None:
    """Return one version of a scorecard; by default the newest."""
    found = select_rows(Scorecard).where(Scorecard.community_id == community_id, Scorecard.agency == agency)
    if version is not None:
        found = found.where(Scorecard.version == version)
    return session.exec(found.order_by(col(Scorecard.version).desc()).limit(1)).first()


def scorecards_of(session: Session, community_id: int, agencies: Collection[str] | None = None) -> list[Scorecard]:
    """Return the scorecards of a community in order of publication; of some agencies, or of all."""
    found = select_rows(Scorecard).where(Scorecard.community_id == community_id)
    if agencies is not None:
        found = found.where(col(Scorecard.agency).in_(agencies))
    return list(session.exec(found.order_by(col(Scorecard.id))))


def newest_scorecards(session: Session, agency: str | None = None) -> list[Scorecard]:
    """Return the newest version of each scorecard; an empty `agency` selects those of whole communities."""
    newest = select(func.max(Scorecard.id)).group_by(col(Scorecard.community_id), col(Scorecard.agency))
    found = select_rows(Scorecard).where(col(Scorecard.id).in_(newest))
    if agency is not None:
        found = found.where(Scorecard.agency == agency)
    return list(session.exec(found.order_by(col(Scorecard.community_id), col(Scorecard.agency))))


def scored_agencies(session: Session, community_id: int) -> list[str]:
    """Return the agencies of a community that have a scorecard of their own."""
    found = (
        select(col(Scorecard.agency))
        .where(col(Scorecard.community_id) == community_id, col(Scorecard.agency) != "")
        .distinct()
    )
    return sorted(session.execute(found).scalars())


def _refuse_change(mapper: Mapper[Any], connection: Connection, row: Any) -> None:
    raise AssertionError(f"{type(row).__name__} {row.id} cannot be changed: add a revision")


for _table in (MeasureValue, MeasureTarget, Statement, ImprovementEvent, Scorecard):
    event.listen(_table, "before_update", _refuse_change)
    event.listen(_table, "before_delete", _refuse_change)
