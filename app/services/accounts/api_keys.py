"""Create, check and revoke API keys for programs: `ct_<env>_<id>_<secret>_<checksum>`.

A secret has 256 random bits, so its SHA-256 needs no slow hash. The checksum separates a typing error from a wrong key
without a database query, and lets a scanner find keys that were published by mistake.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import string
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from app.errors import NotFound, Refused
from app.records.audit_log import Search, acts, record_act
from app.records.communities import agencies_of, get_community
from app.records.database import reading, writing
from app.records.keys import EVERY_AGENCY, ApiKey, all_keys, find_key, get_key, store_last_use
from app.services.common.actor import Actor
from app.settings import Settings

READ_REPORTS, WRITE_MEASURES = "reports:read", "measures:write"
SCOPES = (READ_REPORTS, WRITE_MEASURES)
LONGEST_DAYS = 365
LIVE, TEST = "live", "test"
LETTERS = string.digits + string.ascii_uppercase + string.ascii_lowercase
ID_LENGTH, SECRET_LENGTH, CHECKSUM_LENGTH = 8, 43, 6  # 62 ** 43 > 2 ** 256
TEXT = re.compile(
    rf"ct_({LIVE}|{TEST})_([0-9A-Za-z]{{{ID_LENGTH}}})_([0-9A-Za-z]{{{SECRET_LENGTH}}})_([0-9A-Za-z]{{{CHECKSUM_LENGTH}}})"
)


class KeyNotMade(Refused):
    def __init__(self, expected: str, arrived: str) -> None:
        self.expected, self.arrived = expected, arrived
        super().__init__(f"Expected {expected} for an API key, got {arrived}.")


class KeyRefused(Refused):
    """Refuse a request without a working API key."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"Expected a working API key in the header `Authorization: Bearer ct_...`, got {reason}.")


class OutsideScope(Refused):
    """Refuse a key that works, but for something else."""

    def __init__(self, wanted: str, allowed: Collection[str]) -> None:
        self.wanted, self.allowed = wanted, tuple(allowed)
        super().__init__(f"Expected an API key for {wanted}, got one for {', '.join(self.allowed) or 'nothing'}.")


@dataclass(frozen=True)
class WantedKey:
    """Describe the key to create. `agencies` lists `community/agency`; none means every agency."""

    label: str
    agencies: Sequence[str] = ()
    scopes: Sequence[str] = (READ_REPORTS,)
    days: int = LONGEST_DAYS


@dataclass(frozen=True)
class KeyText:
    """Hold the text that a program sends. Its `repr` hides the secret."""

    env: str
    id: str
    secret: str

    def __repr__(self) -> str:
        return f"KeyText(ct_{self.env}_{self.id}_...)"

    def __str__(self) -> str:
        start = f"ct_{self.env}_{self.id}_{self.secret}"
        return f"{start}_{checksum(start)}"

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.secret.encode()).digest()


@dataclass(frozen=True)
class Reader:
    """Hold a program whose key was checked, and the agencies that it may read or upload for."""

    key: str
    agencies: frozenset[str]

    def can_read(self, rated: Collection[str]) -> bool:
        """Return whether it may read reports about the agencies `rated`."""
        return EVERY_AGENCY in self.agencies or not self.agencies.isdisjoint(rated)

    def can_write(self, agency: str) -> bool:
        """Return whether it may upload figures of `community/agency`."""
        return EVERY_AGENCY in self.agencies or agency in self.agencies

    def check_can_read(self, rated: Collection[str]) -> None:
        if not self.can_read(rated):
            raise OutsideScope(" or ".join(sorted(rated)), sorted(self.agencies))


def env_of(settings: Settings) -> str:
    """Return the environment of new keys. Keys of a service without TLS are test keys and work nowhere else."""
    return LIVE if settings.base_url.startswith("https:") else TEST


def draw_key(env: str) -> KeyText:
    return KeyText(env, _draw(ID_LENGTH), _draw(SECRET_LENGTH))


def _draw(length: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def checksum(start: str) -> str:
    """Return the CRC-32 of everything before it, in base 62."""
    number, found = zlib.crc32(start.encode()), ""
    for _ in range(CHECKSUM_LENGTH):
        number, digit = divmod(number, len(LETTERS))
        found = LETTERS[digit] + found
    return found


def read_key(text: str) -> KeyText | None:
    """Return the key in a text, or None where it is malformed or mistyped."""
    found = TEXT.fullmatch(text)
    if found is None:
        return None
    env, id, secret, arrived = found.groups()
    key = KeyText(env, id, secret)
    return key if checksum(f"ct_{env}_{id}_{secret}") == arrived else None


def create_key(engine: Engine, settings: Settings, wanted: WantedKey, actor: Actor) -> KeyText:
    """Create a key and return its text. The text is not stored."""
    check_can_make(wanted)
    text, today = draw_key(env_of(settings)), day_of(actor.now)
    with writing(engine) as session:
        _check_agencies_exist(session, wanted.agencies)
        key = ApiKey(
            id=text.id,
            secret_sha256=text.sha256,
            label=wanted.label,
            scopes=list(wanted.scopes),
            agencies=sorted(set(wanted.agencies)) or [EVERY_AGENCY],
            created_on=today,
            expires_on=today + timedelta(days=wanted.days),
            made_by=actor.name,
        )
        session.add(key)
        facts = {"label": key.label, "scopes": key.scopes, "agencies": key.agencies}
        record_act(session, actor.name, "key created", key.id, actor.now, expires_on=f"{key.expires_on}", **facts)
    return text


def check_can_make(wanted: WantedKey) -> None:
    if not 0 < len(wanted.label.strip()) <= 120:
        raise KeyNotMade("a label of 1 to 120 characters that names its user", repr(wanted.label))
    if not 1 <= wanted.days <= LONGEST_DAYS:
        raise KeyNotMade(f"1 to {LONGEST_DAYS} days", f"{wanted.days}")
    if unknown := [scope for scope in wanted.scopes if scope not in SCOPES]:
        raise KeyNotMade(f"scopes among {', '.join(SCOPES)}", repr(unknown[0]))


def _check_agencies_exist(session: Session, agencies: Sequence[str]) -> None:
    for name in agencies:
        community, _, agency = name.partition("/")
        known = {each.slug for each in agencies_of(session, get_community(session, community).id or 0)}
        if agency not in known:
            raise NotFound("agency", name, (f"{community}/{slug}" for slug in known))


def revoke_key(engine: Engine, id: str, actor: Actor) -> None:
    """Revoke a key from the next request on. Revoking it twice changes nothing."""
    with writing(engine) as session:
        _revoke(session, get_key(session, id), actor)


def _revoke(session: Session, key: ApiKey, actor: Actor) -> None:
    if key.revoked_on is None:
        key.revoked_on = day_of(actor.now)
        session.add(key)
        record_act(session, actor.name, "key revoked", key.id, actor.now, label=key.label)


def revoke_keys_of(session: Session, member: str, actor: Actor) -> None:
    """Revoke each key that a member of staff made: the member knows its text. Earlier versions left that to the log."""
    logged = {event.subject for event in acts(session, Search(actor=member, act="key created"))}
    for key in all_keys(session):
        if key.made_by == member or (key.made_by is None and key.id in logged):
            _revoke(session, key, actor)


def list_keys(engine: Engine) -> list[ApiKey]:
    with reading(engine) as session:
        return all_keys(session)


def key_status(key: ApiKey, today: date) -> str:
    """Return `works`, `expired` or `revoked`."""
    if key.revoked_on is not None:
        return "revoked"
    return "expired" if today >= key.expires_on else "works"


def check_key(engine: Engine, env: str, sent: str | None, scope: str, now: datetime) -> Reader:
    """Return the program that sends this key, if it works now.

    The row is read each time, so that a revocation holds at once in every process.
    """
    if sent is None:
        raise KeyRefused("none")
    text = read_key(sent)
    if text is None or text.env != env:
        raise KeyRefused("text that is not a key of this service")
    with reading(engine) as session:
        key = find_key(session, text.id)
    if key is None or not hmac.compare_digest(key.secret_sha256, text.sha256):
        raise KeyRefused("an unknown one")
    if (found := key_status(key, day_of(now))) != "works":
        raise KeyRefused(f"one that is {found}")
    if scope not in key.scopes:
        raise OutsideScope(scope, key.scopes)
    _store_use(engine, key, day_of(now))
    return Reader(key.id, frozenset(key.agencies))


def _store_use(engine: Engine, key: ApiKey, today: date) -> None:
    if key.last_used_on is None or key.last_used_on < today:
        with Session(engine) as session, session.begin():
            store_last_use(session, key.id, today)


def day_of(now: datetime) -> date:
    return now.astimezone(UTC).date()
