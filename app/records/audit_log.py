"""Record what the staff did, and when. Each row holds the hash of the one before, so that a missing row shows.

Residents never appear here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Connection, DateTime, func
from sqlalchemy import event as event_listener
from sqlalchemy.orm import Mapper
from sqlmodel import Field, Session, col, select

from app.records.audit_seal import FIRST, extend_seal
from app.records.metadata import Record, json_column

LONGEST_SUBJECT = 120


class AuditEvent(Record, table=True):
    __tablename__ = "audit_event"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=DateTime)  # UTC, to the second
    actor: str = Field(max_length=120)
    act: str = Field(max_length=60)
    subject: str = Field(max_length=LONGEST_SUBJECT)
    facts: dict[str, Any] = Field(sa_column=json_column())
    previous_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64, unique=True)


def record_act(session: Session, actor: str, act: str, subject: str, now: datetime, **facts: Any) -> AuditEvent:
    """Add one act to the chain. The caller holds the lock (`database.take_turn`), so that the chain does not fork."""
    last = session.exec(select(AuditEvent).order_by(col(AuditEvent.id).desc()).limit(1)).first()
    event = AuditEvent(
        at=now.astimezone(UTC).replace(tzinfo=None, microsecond=0),
        actor=actor,
        act=act,
        subject=subject[:LONGEST_SUBJECT],
        facts=facts,
        previous_hash=last.hash if last else FIRST,
        hash="",
    )
    event.hash = hash_of(event)
    session.add(event)
    session.flush()
    extend_seal(session, event)
    return event


def hash_of(event: AuditEvent) -> str:
    parts = [event.previous_hash, event.at.isoformat(), event.actor, event.act, event.subject, event.facts]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class Search:
    """Filter the acts; an empty field matches all."""

    actor: str = ""
    act: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None


def acts(session: Session, search: Search = Search(), *, newest: int | None = None) -> list[AuditEvent]:
    """Return the acts in their order, or the `newest` ones, the latest first."""
    found = select(AuditEvent).where(*_conditions(search))
    if newest is None:
        return list(session.exec(found.order_by(col(AuditEvent.id))))
    return list(session.exec(found.order_by(col(AuditEvent.id).desc()).limit(newest)))


def count_acts(session: Session, search: Search) -> int:
    return session.exec(select(func.count()).select_from(AuditEvent).where(*_conditions(search))).one()


def _conditions(search: Search) -> list[ColumnElement[bool]]:
    wanted: list[Any] = [AuditEvent.actor == search.actor] if search.actor else []
    wanted += [AuditEvent.act == search.act] if search.act else []
    wanted += [col(AuditEvent.subject).contains(search.subject, autoescape=True)] if search.subject else []
    wanted += [AuditEvent.at >= datetime.combine(search.since, time())] if search.since else []
    wanted += [AuditEvent.at <= datetime.combine(search.until, time.max)] if search.until else []
    return wanted


def names_in_acts(session: Session) -> tuple[list[str], list[str]]:
    """Return the names of all actors and of all acts in the log."""
    actors = session.exec(select(AuditEvent.actor).distinct().order_by(col(AuditEvent.actor)))
    known = session.exec(select(AuditEvent.act).distinct().order_by(col(AuditEvent.act)))
    return list(actors), list(known)


def find_break(chain: Iterable[AuditEvent]) -> AuditEvent | None:
    """Return the first row that was changed, or before which a row was removed or inserted."""
    previous = FIRST
    for event in chain:
        if event.previous_hash != previous or event.hash != hash_of(event):
            return event
        previous = event.hash
    return None


def is_whole(chain: Sequence[AuditEvent]) -> bool:
    """Return whether no row of the chain was changed, removed or inserted."""
    return find_break(chain) is None


@event_listener.listens_for(AuditEvent, "before_update")
@event_listener.listens_for(AuditEvent, "before_delete")
def refuse_change(mapper: Mapper[AuditEvent], connection: Connection, event: AuditEvent) -> None:
    raise AssertionError(f"expected an unchanged audit log, got a change of act {event.id}")
