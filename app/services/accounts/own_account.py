"""Change a member's own account. Each change needs a code, because a browser may be left open."""

from __future__ import annotations

from sqlalchemy import Engine
from sqlmodel import Session

from app.records.audit_log import record_act
from app.records.database import reading, writing
from app.records.staff import StaffMember, delete_sessions_of
from app.services.accounts.authentication import SignedIn, SignIn, use_code
from app.services.accounts.members import StaffRefused
from app.services.accounts.passwords import find_weakness, hash_password, matches_hash
from app.services.accounts.totp import draw_recovery_codes, recovery_hash
from app.services.common.actor import Actor


def change_password(sign_in: SignIn, signed: SignedIn, current: str, code: str, wanted: str, actor: Actor) -> None:
    """Change the password of a member who knows the present one; all other sessions end."""
    if weakness := find_weakness(wanted, signed.member.name):
        raise StaffRefused("wanted", weakness)
    _check_password(sign_in.engine, signed, current)
    hashed = hash_password(wanted)
    with writing(sign_in.engine) as session:
        member = _check_code(session, sign_in, signed, code, actor)
        member.password_hash = hashed
        delete_sessions_of(session, signed.member.id, but=signed.token_sha256)
        record_act(session, actor.name, "password changed", actor.name, actor.now)


def renew_recovery_codes(sign_in: SignIn, signed: SignedIn, code: str, actor: Actor) -> list[str]:
    """Return ten new recovery codes; the old ones stop working."""
    drawn = draw_recovery_codes()
    with writing(sign_in.engine) as session:
        member = _check_code(session, sign_in, signed, code, actor)
        member.recovery_sha256 = [recovery_hash(each) for each in drawn]
        record_act(session, actor.name, "recovery codes renewed", actor.name, actor.now)
    return drawn


def has_password(engine: Engine, signed: SignedIn) -> bool:
    """Return whether the member signs in with a password; an account of a single sign-on has none."""
    with reading(engine) as session:
        return session.get_one(StaffMember, signed.member.id).password_hash is not None


def _check_password(engine: Engine, signed: SignedIn, password: str) -> None:
    with reading(engine) as session:
        hashed = session.get_one(StaffMember, signed.member.id).password_hash
    if not matches_hash(password, hashed):
        raise StaffRefused("current", "That is not your present password.")


def _check_code(session: Session, sign_in: SignIn, signed: SignedIn, code: str, actor: Actor) -> StaffMember:
    if wait := sign_in.codes.take(signed.member.id):
        raise StaffRefused("code", f"Too many codes were tried; the next try is possible in {wait:g} seconds.")
    member = session.get_one(StaffMember, signed.member.id)
    if not member.password_hash:
        raise StaffRefused("code", "Your account has no password and no codes: you use the single sign-on.")
    if use_code(member, code, sign_in.settings.secret, actor.now) is None:
        raise StaffRefused("code", "Type the six digits that the app shows now, or a recovery code.")
    sign_in.codes.give_back(signed.member.id)
    session.add(member)
    return member
