"""What the staff did, when. Each row holds the hash of the one before, so that a missing row shows.

Residents never appear here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime
from sqlmodel import Field, Session, col, select

from app.records.metadata import Record, json_column


class AuditEvent(Record, table=True):
    __tablename__ = "audit_event"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=DateTime)  # UTC, to the second
    actor: str = Field(max_length=120)
    act: str = Field(max_length=60)
    subject: str = Field(max_length=120)
    facts: dict[str, Any] = Field(sa_column=json_column())
    previous_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64, unique=True)


FIRST = "0" * 64


def record_act(session: Session, actor: str, act: str, subject: str, now: datetime, **facts: Any) -> AuditEvent:
    """Add one act to the chain. The caller holds the turn (`database.take_turn`), so that the chain does not fork."""
    last = session.exec(select(AuditEvent).order_by(col(AuditEvent.id).desc()).limit(1)).first()
    event = AuditEvent(
        at=now.astimezone(UTC).replace(tzinfo=None, microsecond=0),
        actor=actor,
        act=act,
        subject=subject,
        facts=facts,
        previous_hash=last.hash if last else FIRST,
        hash="",
    )
    event.hash = hash_of(event)
    session.add(event)
    session.flush()
    return event


def hash_of(event: AuditEvent) -> str:
    said = [event.previous_hash, event.at.isoformat(), event.actor, event.act, event.subject, event.facts]
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def acts(session: Session) -> list[AuditEvent]:
    return list(session.exec(select(AuditEvent).order_by(col(AuditEvent.id))))


def is_whole(chain: Sequence[AuditEvent]) -> bool:
    """No row of the chain was changed, taken out or put in between."""
    before = [FIRST, *(event.hash for event in chain)]
    return all(
        event.previous_hash == previous and event.hash == hash_of(event)
        for event, previous in zip(chain, before, strict=False)
    )
