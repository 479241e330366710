"""Store waves and the agencies rated in them. A wave has days, never times.

Every write to an open wave passes `PROMISES`: through the ORM nothing can weaken what residents were promised.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Connection, event
from sqlalchemy import select as select_row
from sqlalchemy.orm import Mapper
from sqlmodel import Field, Session, col, select

from app.errors import NotFound, PromiseWeakened
from app.records.communities import Agency
from app.records.metadata import Record, json_column
from app.records.wave_lifecycle import DRAFT, PROMISED, PROMISES, SMALLEST_BOX, SMALLEST_CELL, find_weakened


class Wave(Record, table=True):
    __table_args__: Any = (
        CheckConstraint(f"box_size >= {SMALLEST_BOX}", name="box_size"),
        CheckConstraint(f"smallest_cell >= {SMALLEST_CELL}", name="smallest_cell"),
        CheckConstraint("code_policy IN ('none', 'optional', 'required')", name="code_policy"),
        CheckConstraint("status IN ('draft', 'open', 'closed', 'published', 'withdrawn')", name="status"),
    )

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id")
    slug: str = Field(unique=True, max_length=80)
    status: str = Field(default=DRAFT, max_length=20)
    survey_id: str = Field(max_length=80)
    survey_version: str = Field(max_length=40)
    survey_text: str
    languages: list[str] = Field(sa_column=json_column())
    drafts: list[str] = Field(sa_column=json_column())  # languages whose unreviewed wording was accepted
    code_policy: str = Field(max_length=20)
    box_size: int = SMALLEST_BOX
    smallest_cell: int = SMALLEST_CELL
    # Fewest codes of one source and part of the city, and days before an early opening; 0 in waves of an earlier plan.
    smallest_stratum: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    days_sealed: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    contact: str = Field(default="", max_length=300)
    population_source: str | None = Field(default=None, max_length=300)
    # Fingerprints of the operator and of the second holder; empty where each answer has one envelope.
    operator_holder: str = Field(default="", max_length=32, sa_column_kwargs={"server_default": ""})
    second_holder: str = Field(default="", max_length=32, sa_column_kwargs={"server_default": ""})
    # Digest of the keys that sign tokens, fixed at the opening; empty where codes travel beside sealed answers.
    token_keys: str = Field(default="", max_length=64, sa_column_kwargs={"server_default": ""})
    # Digest of what its pages rely on, fixed at the opening; empty in waves of an earlier version.
    record_digest: str = Field(default="", max_length=64, sa_column_kwargs={"server_default": ""})
    protocol: dict[str, str] = Field(default_factory=dict, sa_column=json_column())  # statements of the method box
    opened_on: date | None = None
    closed_on: date | None = None


class RatedAgency(Record, table=True):
    """Hold one agency rated in one wave, and the probability that a resident is asked about it."""

    __tablename__ = "rated_agency"
    __table_args__: Any = (CheckConstraint("probability > 0 AND probability <= 1", name="probability"),)

    wave_id: int = Field(foreign_key="wave.id", primary_key=True)
    agency_id: int = Field(foreign_key="agency.id", primary_key=True)
    probability: float


def find_wave(session: Session, slug: str) -> Wave | None:
    return session.exec(select(Wave).where(Wave.slug == slug)).first()


def get_wave(session: Session, slug: str) -> Wave:
    wave = find_wave(session, slug)
    if wave is None:
        raise NotFound("wave", slug, session.exec(select(Wave.slug)))
    return wave


def waves_of(session: Session, community_id: int) -> list[Wave]:
    return list(session.exec(select(Wave).where(Wave.community_id == community_id).order_by(col(Wave.slug))))


def waves_with_status(session: Session, statuses: Collection[str]) -> list[Wave]:
    return list(session.exec(select(Wave).where(col(Wave.status).in_(statuses)).order_by(col(Wave.slug))))


def statuses_of(session: Session, wave_ids: Collection[int]) -> dict[int, str]:
    rows = session.exec(select(Wave.id, Wave.status).where(col(Wave.id).in_(wave_ids)))
    return {wave_id: status for wave_id, status in rows if wave_id is not None}


def rated_agencies_of(session: Session, wave_id: int) -> list[tuple[Agency, float]]:
    rated = (
        select(Agency, RatedAgency.probability)
        .where(RatedAgency.agency_id == Agency.id, RatedAgency.wave_id == wave_id)
        .order_by(col(Agency.slug))
    )
    return list(session.exec(rated))


@event.listens_for(Wave, "before_update")
def refuse_weakening(mapper: Mapper[Wave], connection: Connection, wave: Wave) -> None:
    """Compare with the stored row, because the session's own copy may be expired or unread."""
    table = mapper.local_table
    promised = connection.execute(select_row(table).where(table.c.id == wave.id)).mappings().one()
    changes = {name: (promised[name], getattr(wave, name)) for name in PROMISES}
    weakened = find_weakened(promised["status"], changes)
    if weakened is not None:
        raise PromiseWeakened(wave.slug, weakened, *changes[weakened])


@event.listens_for(Wave, "before_delete")
def refuse_deletion(mapper: Mapper[Wave], connection: Connection, wave: Wave) -> None:
    if wave.status in PROMISED:
        raise PromiseWeakened(wave.slug, "a record", "kept", "deleted")


@event.listens_for(RatedAgency, "before_insert")
@event.listens_for(RatedAgency, "before_update")
@event.listens_for(RatedAgency, "before_delete")
def refuse_other_agencies(mapper: Mapper[RatedAgency], connection: Connection, rated: RatedAgency) -> None:
    """Refuse to change the rated agencies, because the weights of existing answers depend on them."""
    slug, status = connection.execute(select(Wave.slug, Wave.status).where(col(Wave.id) == rated.wave_id)).one()
    if status in PROMISED:
        raise PromiseWeakened(slug, "its agencies", "as they were", rated)
