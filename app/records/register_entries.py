"""Store the entries of registers: commitments, meetings, funds, requests and others. Rows are only ever added.

A correction, an approval or a withdrawal is a row with a higher `revision`; the newest revision is in force.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Connection, UniqueConstraint, event, false, text
from sqlalchemy.orm import Mapper
from sqlmodel import Field, Session, col, select

from app.records.metadata import Record, json_column

LARGEST_ID = 2**31 - 1


class RegisterEntry(Record, table=True):
    """Hold one revision of an entry. `values` are its fields by name; `agency` may be empty."""

    __tablename__ = "register_entry"
    __table_args__: Any = (
        UniqueConstraint("community_id", "kind", "slug", "revision", name="uq_register_entry_revision"),
    )

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id")
    kind: str = Field(max_length=40)
    slug: str = Field(max_length=80)
    agency: str = Field(default="", max_length=80)
    values: dict[str, str] = Field(sa_column=json_column())
    lang: str = Field(max_length=10)
    entered_by: str = Field(default="", max_length=120)
    entered_on: date
    withdrawn: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    revision: int = 1


def add_entry(session: Session, row: RegisterEntry) -> None:
    """Add a row under a random number, so that no order of rows shows on which day a comment came."""
    while row.id is None or session.get(RegisterEntry, row.id) is not None:
        row.id = secrets.randbelow(2 * LARGEST_ID) - LARGEST_ID
    session.add(row)


def rewrite_entries(session: Session, register: str) -> None:
    """Write the rows of a register anew on PostgreSQL, so that all of them have the position of the newest.

    A row's xmin shows between which other transactions, such as dated lines of the audit log, it was written.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    session.flush()
    session.execute(
        text(
            "WITH taken AS (DELETE FROM register_entry WHERE kind = :register RETURNING *) "
            "INSERT INTO register_entry SELECT * FROM taken ORDER BY id"
        ),
        {"register": register},
    )


def entries_of(session: Session, community_id: int, registers: Collection[str] | None = None) -> list[RegisterEntry]:
    """Return the newest revision of each entry that is not withdrawn, by register and name."""
    return [row for row in newest_entries(session, community_id, registers) if not row.withdrawn]


def newest_entries(
    session: Session, community_id: int, registers: Collection[str] | None = None
) -> list[RegisterEntry]:
    """Return the newest revision of each entry, withdrawn ones too, by register and name."""
    found = select(RegisterEntry).where(RegisterEntry.community_id == community_id)
    if registers is not None:
        found = found.where(col(RegisterEntry.kind).in_(registers))
    rows = session.exec(found.order_by(*(col(getattr(RegisterEntry, name)) for name in ("kind", "slug", "revision"))))
    return list({(row.kind, row.slug): row for row in rows}.values())


def revisions_of(session: Session, community_id: int, register: str, slug: str) -> list[RegisterEntry]:
    """Return every revision of an entry, the first one first."""
    found = select(RegisterEntry).where(
        RegisterEntry.community_id == community_id, RegisterEntry.kind == register, RegisterEntry.slug == slug
    )
    return list(session.exec(found.order_by(col(RegisterEntry.revision))))


def _refuse_change(mapper: Mapper[Any], connection: Connection, row: RegisterEntry) -> None:
    raise AssertionError(f"RegisterEntry {row.id} cannot be changed: add a revision")


event.listen(RegisterEntry, "before_update", _refuse_change)
event.listen(RegisterEntry, "before_delete", _refuse_change)
