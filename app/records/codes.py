"""Store batches of one-time codes. A code is a keyed hash with a spent flag; its recipient is not stored."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy
from sqlalchemy import Connection, LargeBinary, false, func, update
from sqlmodel import Field, Session, col, select

from app.records.metadata import BY_KEY_ONLY, Record
from app.records.waves import Wave


class CodeBatch(Record, table=True):
    __tablename__ = "code_batch"

    id: int | None = Field(default=None, primary_key=True)
    wave_id: int = Field(foreign_key="wave.id", index=True)
    source: str = Field(max_length=40)
    stratum: str = Field(max_length=40)
    language: str | None = Field(default=None, max_length=20)
    codes: int
    frame: int | None = None  # addresses on the list that the sample was drawn from, in this stratum


class Code(Record, table=True):
    __table_args__: Any = BY_KEY_ONLY

    hash: bytes = Field(sa_type=LargeBinary, primary_key=True)
    batch_id: int = Field(foreign_key="code_batch.id", index=True)
    spent: bool = False
    counted: bool = Field(default=False, sa_column_kwargs={"server_default": false()})  # an opening came after its use


@dataclass(frozen=True)
class FoundCode:
    wave_id: int
    source: str
    stratum: str
    spent: bool


def codes_among(session: Session, hashes: Collection[bytes]) -> dict[bytes, FoundCode]:
    rows = session.exec(
        select(Code, CodeBatch)
        .join(CodeBatch, col(CodeBatch.id) == col(Code.batch_id))
        .where(col(Code.hash).in_(hashes))
    )
    return {code.hash: FoundCode(batch.wave_id, batch.source, batch.stratum, code.spent) for code, batch in rows}


def spend_codes(session: Session, hashes: Collection[bytes]) -> int:
    """Mark codes as spent and return how many were unspent, after waiting for other transactions on the same codes."""
    unspent = update(Code).where(col(Code.hash).in_(hashes), col(Code.spent).is_(False)).values(spent=True)
    return int(session.execute(unspent).rowcount)  # type: ignore[attr-defined]


def mark_counted(session: Session, wave_id: int) -> None:
    """Mark the used codes of a wave as counted by an opening."""
    batches = sqlalchemy.select(col(CodeBatch.id)).where(col(CodeBatch.wave_id) == wave_id)
    used = col(Code.batch_id).in_(batches) & col(Code.spent).is_(True) & col(Code.counted).is_(False)
    session.execute(update(Code).where(used).values(counted=True))


def batches_with_status(connection: Connection, status: str) -> set[int]:
    """Return the batches of codes of all waves with a status."""
    found = sqlalchemy.select(col(CodeBatch.id)).join(Wave, col(Wave.id) == col(CodeBatch.wave_id))
    ids = connection.execute(found.where(col(Wave.status) == status)).scalars()
    return {id for id in ids if id is not None}


@dataclass(frozen=True)
class BatchCount:
    source: str
    stratum: str
    codes: int
    spent: int
    frame: int | None


@dataclass(frozen=True)
class Invitations:
    source: str
    stratum: str
    codes: int
    frame: int | None


def invitations_of(session: Session, wave_id: int) -> list[Invitations]:
    """Return the number of codes by source and stratum from the batches, without reading any code."""
    batch = (col(CodeBatch.source), col(CodeBatch.stratum))
    rows = session.execute(
        sqlalchemy.select(*batch, func.sum(col(CodeBatch.codes)), func.max(col(CodeBatch.frame)))
        .where(col(CodeBatch.wave_id) == wave_id)
        .group_by(*batch)
        .order_by(*batch)
    )
    return [Invitations(*row) for row in rows]


def batch_counts(session: Session, wave_id: int) -> list[BatchCount]:
    spent = func.count(col(Code.hash)).filter(col(Code.spent))
    batch = (col(CodeBatch.source), col(CodeBatch.stratum))
    rows = session.execute(
        sqlalchemy.select(*batch, func.count(col(Code.hash)), spent, func.max(col(CodeBatch.frame)))
        .join(Code, col(Code.batch_id) == col(CodeBatch.id))
        .where(col(CodeBatch.wave_id) == wave_id)
        .group_by(*batch)
        .order_by(*batch)
    )
    return [BatchCount(*row) for row in rows]
