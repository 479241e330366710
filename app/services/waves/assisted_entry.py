"""Manage desks, where staff help people answer. Their answers use the same sealed envelopes as all others."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from sqlalchemy import Engine

from app.errors import Refused
from app.records.audit_log import record_act
from app.records.database import reading, writing
from app.records.desks import Desk, desks_of, find_open_desk, get_desk
from app.records.waves import get_wave
from app.services.ballots.invitation_codes import ALPHABET, TYPED_LENGTH, read_code, with_check
from app.services.common.actor import Actor
from app.settings import Settings

LONGEST_NAME = 80


class DeskRefused(Refused):
    def __init__(self, wave: str, name: str, reason: str) -> None:
        self.wave, self.name, self.reason = wave, name, reason
        super().__init__(f"No help point {name!r} can be opened for the survey round {wave!r}: {reason}.")


def desk_hash(code: str, wave: str, key: bytes) -> bytes:
    return hmac.digest(key, b"desk\0" + wave.encode() + b"\0" + code.encode(), hashlib.sha256)


def open_desk(engine: Engine, settings: Settings, slug: str, name: str, actor: Actor) -> str:
    """Open a desk and return its code, which is not stored."""
    code = with_check("".join(secrets.choice(ALPHABET) for _ in range(TYPED_LENGTH - 1)))
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise DeskRefused(slug, name, f"expected a name of 1 to {LONGEST_NAME} letters")
    with writing(engine) as session:
        wave_id = get_wave(session, slug).id or 0
        if name in [desk.name for desk in desks_of(session, wave_id)]:
            raise DeskRefused(slug, name, "that name is taken, choose another one")
        hashed = desk_hash(code, slug, settings.secret)
        session.add(Desk(wave_id=wave_id, name=name, code_hash=hashed, opened_on=actor.now.date()))
        record_act(session, actor.name, "desk opened", slug, actor.now, desk=name)
    return f"{code[:5]}-{code[5:]}"


def close_desk(engine: Engine, slug: str, name: str, actor: Actor) -> None:
    """Close a desk, so that it accepts no more answers. Its earlier answers stay."""
    with writing(engine) as session:
        desk = get_desk(session, get_wave(session, slug).id or 0, name)
        desk.closed_on = desk.closed_on or actor.now.date()
        record_act(session, actor.name, "desk closed", slug, actor.now, desk=name)


def list_desks(engine: Engine, slug: str) -> list[Desk]:
    with reading(engine) as session:
        return desks_of(session, get_wave(session, slug).id or 0)


def is_desk_open(engine: Engine, settings: Settings, wave_id: int, slug: str, typed: str) -> bool:
    """Return whether the typed text is the code of an open desk of this wave."""
    code = read_code(typed)
    if code is None or len(code) != TYPED_LENGTH:
        return False
    with reading(engine) as session:
        return find_open_desk(session, wave_id, desk_hash(code, slug, settings.secret)) is not None
