"""Sign staff in with a name, a password and a code, and keep their sessions by the hash of an opaque token.

Every attempt is in the audit log, without what was typed. A name that does not exist is not logged either, because it
may be a password in the wrong field.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from app.errors import Refused
from app.records.audit_log import record_act
from app.records.database import reading, writing
from app.records.staff import (
    StaffMember,
    StaffSession,
    delete_session,
    delete_sessions_before,
    delete_sessions_of,
    find_member,
    find_session,
    get_member,
    store_last_seen,
)
from app.services.accounts.members import token_hash, utc
from app.services.accounts.passwords import matches_hash
from app.services.accounts.permissions import Member
from app.services.accounts.totp import find_step, open_totp, read_code, recovery_hash
from app.services.common.actor import Actor
from app.services.common.rate_limit import Rate, RateLimiter
from app.settings import Settings

IDLE, ABSOLUTE = timedelta(minutes=30), timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)

# Six digits are few. These attempts count only after the right password, so that a stranger cannot use them up.
CODES = Rate(burst=5, refill=300)
NAMES = Rate(burst=10, refill=30)  # one name from one network
NETWORKS = Rate(burst=30, refill=10)
LOGGED = Rate(burst=1, refill=300)  # a flood must not fill the audit log


class SignInRefused(Refused):
    """Refuse to sign in, with one sentence for every reason, so that it does not show which names exist."""

    def __init__(self) -> None:
        super().__init__("Expected a name, a password and a code that belong together.")


class TooManyAttempts(Refused):
    def __init__(self, wait: float) -> None:
        self.wait = wait
        super().__init__(f"Expected fewer attempts from one network: try again in {wait:g} seconds.")


@dataclass(frozen=True)
class Attempt:
    """Hold what was typed, and the network. Its `repr` hides everything."""

    name: str = field(repr=False)
    password: str = field(repr=False)
    code: str = field(repr=False)
    network: str = field(repr=False)


@dataclass(frozen=True)
class SignedIn:
    """Hold a member of staff with a live session."""

    member: Member
    token_sha256: bytes = field(repr=False)
    form_secret: bytes = field(repr=False)


class SignIn:
    """Sign members in, and limit the rate of attempts in memory."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine, self.settings = engine, settings
        self.codes, self.names, self.networks, self.logged = (
            RateLimiter(CODES),
            RateLimiter(NAMES),
            RateLimiter(NETWORKS),
            RateLimiter(LOGGED),
        )

    def sign_in(self, attempt: Attempt, now: datetime) -> str:
        """Return the token of a new session."""
        name = attempt.name.strip().lower()
        self._check_rate(name, attempt.network, now)
        with reading(self.engine) as session:
            member = find_member(session, name)
        hashed = member.password_hash if member and member.removed_on is None else None
        if not matches_hash(attempt.password[:1000], hashed) or member is None:
            self._refuse(name if member else "somebody unknown", "password", now)
        assert member is not None
        if self.codes.take(member.id):
            self._refuse(name, "too many codes", now)
        token = self._begin(member.name, attempt.code, now)
        self.codes.give_back(member.id)
        self.names.give_back((name, attempt.network))
        self.networks.give_back(attempt.network)
        return token

    def _check_rate(self, name: str, network: str, now: datetime) -> None:
        self._slow(self.networks.take(network) or self.names.take((name, network)), network, now)

    def check_network(self, network: str, now: datetime) -> None:
        """Count an attempt by the single sign-on. Raises `TooManyAttempts`."""
        self._slow(self.networks.take(network), network, now)

    def _slow(self, wait: float, network: str, now: datetime) -> None:
        if wait:
            if not self.logged.take(network):
                self._record("sign-in slowed", "somebody unknown", "too many attempts", now)
            raise TooManyAttempts(wait)

    def _refuse(self, subject: str, reason: str, now: datetime) -> None:
        self._record("sign-in failed", subject, reason, now)
        raise SignInRefused

    def _record(self, act: str, subject: str, reason: str, now: datetime) -> None:
        with writing(self.engine) as session:
            record_act(session, "somebody", act, subject, now, reason=reason)

    def _begin(self, name: str, code: str, now: datetime) -> str:
        token, second_factor = secrets.token_urlsafe(32), None
        with writing(self.engine) as session:
            member = find_member(session, name)
            if member and member.password_hash:
                second_factor = use_code(member, code, self.settings.secret, now)
            if member and second_factor:
                session.add(member)
                delete_sessions_before(session, utc(now) - ABSOLUTE)
                session.add(new_session(member, token, now))
                left = {"recovery_codes_left": len(member.recovery_sha256)} if second_factor == "recovery" else {}
                record_act(session, name, "signed in", name, now, second_factor=second_factor, **left)
        if second_factor is None:
            self._refuse(name, "code", now)
        return token


def begin_after_joining(engine: Engine, name: str, now: datetime) -> str:
    """Return the token of the session of a member who has just proved a password and a code by joining.

    The code is used up; the next one would be half a minute away.
    """
    token = secrets.token_urlsafe(32)
    with writing(engine) as session:
        session.add(new_session(get_member(session, name), token, now))
    return token


def use_code(member: StaffMember, typed: str, secret: bytes, now: datetime) -> str | None:
    """Use up a code and return its kind, or None where it is wrong."""
    code = read_code(typed)
    step = find_step(open_totp(member.sealed_totp, secret), code, member.last_totp_step, now)
    if step is not None:
        member.last_totp_step = step
        return "app"
    if recovery_hash(code) in member.recovery_sha256:
        member.recovery_sha256 = [each for each in member.recovery_sha256 if each != recovery_hash(code)]
        return "recovery"
    return None


def new_session(member: StaffMember, token: str, now: datetime) -> StaffSession:
    assert member.id is not None
    return StaffSession(
        token_sha256=token_hash(token),
        member_id=member.id,
        form_secret=secrets.token_bytes(32),
        started_at=utc(now),
        seen_at=utc(now),
    )


def find_signed_in(engine: Engine, token: str, now: datetime) -> SignedIn | None:
    """Return the member with this token, if the session is alive.

    The rows are read each time, so that a removal holds at once.
    """
    hashed = token_hash(token)
    with reading(engine) as session:
        found = find_session(session, hashed)
    if found is None or found[1].removed_on is not None or not is_alive(found[0], utc(now)):
        return None
    stored, member = found
    if utc(now) - stored.seen_at > SEEN_EVERY:
        with Session(engine) as session, session.begin():
            store_last_seen(session, hashed, utc(now))
    return SignedIn(Member.of(member), hashed, stored.form_secret)


def is_alive(stored: StaffSession, now: datetime) -> bool:
    return now - stored.seen_at <= IDLE and now - stored.started_at <= ABSOLUTE


def sign_out(engine: Engine, signed: SignedIn, actor: Actor, everywhere: bool = False) -> None:
    with writing(engine) as session:
        if everywhere:
            delete_sessions_of(session, signed.member.id)
        else:
            delete_session(session, signed.token_sha256)
        record_act(session, actor.name, "signed out everywhere" if everywhere else "signed out", actor.name, actor.now)
