"""Store what belongs to the service itself, in one row: the name of its SECRET and the seal of its audit log."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, LargeBinary
from sqlmodel import Field, Session

from app.records.metadata import Record

ONLY = 1


class Service(Record, table=True):
    """Hold the one row. `audit_seal` covers the first `audit_lines` lines of the audit log; a backup leaves it out."""

    __table_args__: Any = (CheckConstraint(f"id = {ONLY}", name="id"),)

    id: int = Field(default=ONLY, primary_key=True)
    secret_name: str = Field(max_length=32)
    audit_lines: int = 0
    audit_seal: bytes | None = Field(default=None, sa_type=LargeBinary)


def find_service(session: Session) -> Service | None:
    return session.get(Service, ONLY)
