"""List the sessions of a member, and end them. A session has two times and no place, network or browser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from app.errors import NotFound
from app.records.audit_log import record_act
from app.records.database import reading, writing
from app.records.staff import delete_session, delete_sessions_of, get_member, sessions_of
from app.services.accounts.authentication import SignedIn, is_alive
from app.services.accounts.members import utc
from app.services.common.actor import Actor


@dataclass(frozen=True)
class OpenSession:
    """Hold a session in a list. `id` is the hash of its token, which opens nothing; times are UTC."""

    id: str
    started_at: datetime
    seen_at: datetime
    is_here: bool = False


def list_sessions(engine: Engine, member_id: int, now: datetime, here: bytes = b"") -> list[OpenSession]:
    """Return the live sessions of a member, the newest first; `here` is the hash of the token of the reader."""
    with reading(engine) as session:
        return [
            OpenSession(each.token_sha256.hex(), each.started_at, each.seen_at, each.token_sha256 == here)
            for each in sessions_of(session, member_id)
            if is_alive(each, utc(now))
        ]


def list_sessions_of(engine: Engine, name: str, now: datetime) -> list[OpenSession]:
    with reading(engine) as session:
        member_id = get_member(session, name).id or 0
    return list_sessions(engine, member_id, now)


def end_own_session(engine: Engine, signed: SignedIn, id: str, actor: Actor) -> None:
    """End one of the member's own sessions. Raises `NotFound` for that of another."""
    with writing(engine) as session:
        found = next((each for each in sessions_of(session, signed.member.id) if each.token_sha256.hex() == id), None)
        if found is None:
            raise NotFound("session", id)
        delete_session(session, found.token_sha256)
        record_act(session, actor.name, "session ended", actor.name, actor.now)


def end_sessions_of(engine: Engine, name: str, actor: Actor) -> None:
    """End all sessions of a member, who may sign in again."""
    with writing(engine) as session:
        delete_sessions_of(session, get_member(session, name).id or 0)
        record_act(session, actor.name, "sessions ended", name, actor.now)
