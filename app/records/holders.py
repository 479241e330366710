"""Store the two holders and the public halves of their one-time keys. Private keys are never here.

The database alone cannot vouch for a row: holders carry the service's seal, keys their holder's signature.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, LargeBinary, func
from sqlmodel import Field, Session, col, select

from app.records.metadata import Record


class Holder(Record, table=True):
    __table_args__: Any = (CheckConstraint("role IN ('operator', 'second')", name="role"),)

    fingerprint: str = Field(primary_key=True, max_length=32)
    role: str = Field(max_length=10)
    name: str = Field(unique=True, max_length=120)
    identity: bytes = Field(sa_type=LargeBinary)  # the long-term public key
    seal: bytes = Field(sa_type=LargeBinary)  # of this service, keyed with its SECRET
    added_on: date


class HolderKey(Record, table=True):
    """Hold a one-time public key. `box_id` names the box that uses it; an unused key has none."""

    __tablename__ = "holder_key"

    id: str = Field(primary_key=True, max_length=32)
    fingerprint: str = Field(foreign_key="holder.fingerprint", max_length=32, index=True)
    public_key: bytes = Field(sa_type=LargeBinary)
    signature: bytes = Field(sa_type=LargeBinary)
    box_id: str | None = Field(default=None, max_length=32)


def list_holders(session: Session, role: str | None = None) -> list[Holder]:
    found = select(Holder).order_by(col(Holder.added_on), col(Holder.name))
    return list(session.exec(found.where(Holder.role == role) if role else found))


def find_holder(session: Session, fingerprint: str) -> Holder | None:
    return session.get(Holder, fingerprint)


def unused_keys(session: Session, fingerprint: str) -> list[HolderKey]:
    found = select(HolderKey).where(HolderKey.fingerprint == fingerprint, col(HolderKey.box_id).is_(None))
    return list(session.exec(found.order_by(col(HolderKey.id))))


def count_unused(session: Session, fingerprint: str) -> int:
    found = select(func.count()).select_from(HolderKey)
    return session.exec(found.where(HolderKey.fingerprint == fingerprint, col(HolderKey.box_id).is_(None))).one()
