"""Manage restricted data: a researcher asks and gives a purpose, an operator decides, a link works for some days.

The audit log names approvals, refusals and downloads by the number of the request, never by a person's name.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import Engine

from app.errors import AlreadyDecided, NothingToRelease
from app.records.audit_log import record_act
from app.records.communities import get_community_of
from app.records.database import reading, writing
from app.records.releases import (
    APPROVED,
    REFUSED,
    RESTRICTED,
    STANDING,
    WAITING,
    AccessRequest,
    Release,
    all_requests,
    find_request_by_link,
    get_request,
    releases_of,
)
from app.records.waves import Wave, find_wave, get_wave
from app.services.accounts.second_person import check_counts
from app.services.common.actor import Actor
from app.services.releases.publish import FrozenRelease, to_frozen
from app.settings import Settings

DAYS, MOST_DAYS = 14, 90
SHORTEST_PURPOSE = 40
MOST = {"name": 200, "organisation": 200, "email": 200, "purpose": 4000}
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
MOST_WAITING = 500  # of one wave; more than this is a flood

FormErrorCode = Literal["empty", "too_long", "no_address", "too_short", "terms"]


@dataclass(frozen=True)
class WantedAccess:
    """Hold the form as it was sent."""

    name: str
    organisation: str
    email: str
    purpose: str
    agrees: bool
    language: str

    def form_errors(self) -> dict[str, FormErrorCode]:
        """Return the errors of the form by field."""
        found: dict[str, FormErrorCode] = {}
        for field, most in MOST.items():
            text = getattr(self, field).strip()
            if not text:
                found[field] = "empty"
            elif len(text) > most:
                found[field] = "too_long"
        if "email" not in found and not ADDRESS.fullmatch(self.email.strip()):
            found["email"] = "no_address"
        if "purpose" not in found and len(self.purpose.strip()) < SHORTEST_PURPOSE:
            found["purpose"] = "too_short"
        return found if self.agrees else found | {"agrees": "terms"}


@dataclass(frozen=True)
class AskedAccess:
    """Hold a request as operators see it."""

    id: str
    wave: str
    name: str
    organisation: str
    email: str
    purpose: str
    language: str
    asked_on: date
    status: str
    decided_on: date | None
    decided_by: str
    reason: str
    expires_on: date | None


@dataclass(frozen=True)
class Approval:
    """Hold an approval with its link. Only the fingerprint of the link is stored."""

    request: str
    link: str
    expires_on: date


def can_ask(engine: Engine, slug: str) -> bool:
    """Return whether restricted data of a wave can be requested."""
    with reading(engine) as session:
        wave = find_wave(session, slug)
        return wave is not None and _newest(releases_of(session, wave.id or 0, RESTRICTED)) is not None


def ask_access(engine: Engine, slug: str, wanted: WantedAccess, today: date) -> str:
    """Store a request and return its number."""
    assert not wanted.form_errors()
    with writing(engine) as session:
        wave = get_wave(session, slug)
        waiting = sum(each.status == WAITING and of == wave for of, each in all_requests(session))
        if waiting >= MOST_WAITING:
            raise NothingToRelease(slug, "too many requests are waiting; try again later")
        assert wave.id is not None
        number = secrets.token_hex(4)
        given = {field: getattr(wanted, field).strip() for field in MOST}
        session.add(AccessRequest(id=number, wave_id=wave.id, language=wanted.language, asked_on=today, **given))
    return number


def list_requests(engine: Engine) -> list[AskedAccess]:
    """Return all requests, the oldest first."""
    with reading(engine) as session:
        return [_asked(wave, each) for wave, each in all_requests(session)]


def _asked(wave: Wave, found: AccessRequest) -> AskedAccess:
    return AskedAccess(
        wave=wave.slug,
        **{each.name: getattr(found, each.name) for each in fields(AskedAccess) if each.name != "wave"},
    )


def approve_request(engine: Engine, settings: Settings, id: str, actor: Actor, days: int = DAYS) -> Approval:
    """Approve a request: make a link to the newest restricted data of the wave for some days."""
    token = secrets.token_urlsafe(32)
    with writing(engine) as session:
        check_counts(session, actor.name)
        found = get_request(session, id)
        _check_waits(found)
        wave = session.get_one(Wave, found.wave_id)
        newest = _newest(releases_of(session, found.wave_id, RESTRICTED))
        if newest is None:
            raise NothingToRelease(wave.slug, "it has no restricted data; build them first")
        found.status, found.release_id, found.link_sha256 = APPROVED, newest.id, _digest(token)
        found.decided_on, found.decided_by = actor.now.date(), actor.name
        found.expires_on = actor.now.date() + timedelta(days=days)
        record_act(session, actor.name, "access approved", newest.name, actor.now, request=id, days=days)
        return Approval(id, f"{settings.base_url}/data/access/{token}", found.expires_on)


def refuse_request(engine: Engine, id: str, reason: str, actor: Actor) -> None:
    """Refuse a request and store the reason."""
    with writing(engine) as session:
        check_counts(session, actor.name)
        found = get_request(session, id)
        _check_waits(found)
        found.status, found.reason = REFUSED, reason
        found.decided_on, found.decided_by = actor.now.date(), actor.name
        record_act(
            session, actor.name, "access refused", session.get_one(Wave, found.wave_id).slug, actor.now, request=id
        )


def open_access(engine: Engine, token: str, today: date) -> FrozenRelease | None:
    """Return the release behind a link, or None where the link is wrong or expired."""
    with reading(engine) as session:
        found = find_request_by_link(session, _digest(token))
        if found is None or found.release_id is None or found.expires_on is None or today >= found.expires_on:
            return None
        opened = session.get_one(Release, found.release_id)
        wave = session.get_one(Wave, found.wave_id)
        frozen = to_frozen(get_community_of(session, wave.community_id), wave, opened)
        return frozen if frozen.stands else None


def record_download_by_link(engine: Engine, token: str, path: str, actor: Actor) -> None:
    """Record that a restricted file was downloaded, with the number of the request."""
    with writing(engine) as session:
        found = find_request_by_link(session, _digest(token))
        if found is not None:
            record_act(session, actor.name, "restricted data fetched", found.id, actor.now, file=path)


def _check_waits(found: AccessRequest) -> None:
    if found.status != WAITING:
        raise AlreadyDecided(found.id, found.status)


def _newest(found: list[Release]) -> Release | None:
    return next((each for each in reversed(found) if each.status == STANDING), None)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
