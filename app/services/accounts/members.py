"""Manage members of staff: invite them with a one-time link, let them join, and remove them."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from app.errors import NotFound, Refused
from app.records.audit_log import record_act
from app.records.communities import agencies_of, all_communities, find_community, get_community
from app.records.database import reading, writing
from app.records.register_entries import entries_of
from app.records.staff import (
    AGENCY,
    OPERATOR,
    ORGANIZATION,
    ROLES,
    StaffMember,
    all_members,
    delete_sessions_of,
    find_invited,
    find_member,
    get_member,
    members_with_role,
)
from app.services.accounts.api_keys import revoke_keys_of
from app.services.accounts.passwords import find_weakness, hash_password
from app.services.accounts.second_person import check_is_other_operator
from app.services.accounts.totp import (
    draw_recovery_codes,
    draw_totp,
    find_step,
    open_totp,
    read_code,
    recovery_hash,
    seal_totp,
    totp_address,
)
from app.services.common.actor import Actor
from app.settings import Settings

NAME = re.compile(r"[a-z][a-z0-9._-]{1,58}[a-z0-9]")
INVITED_FOR = timedelta(days=3)


class StaffRefused(Refused):
    """Refuse a form. `field` is the part of it that is wrong."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        super().__init__(sentence)


class InvitationOver(Refused):
    def __init__(self) -> None:
        super().__init__(
            "Expected a working link, got one that was used, replaced or is older than 3 days: ask for a new one."
        )


class LastOperator(Refused):
    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"Expected another operator to remain, got the last one, {name!r}: add another operator first."
        )


@dataclass(frozen=True)
class WantedMember:
    """Describe a member to invite.

    `agencies` lists `community/agency`, only for the role agency; `organization` is `community/organization`, only for
    the role organization.
    """

    name: str
    role: str
    agencies: Sequence[str] = ()
    organization: str = ""


@dataclass(frozen=True)
class Invited:
    """Hold the invited person and the secret for the app on their phone."""

    name: str
    role: str
    totp: str

    @property
    def address(self) -> str:
        return totp_address(self.totp, self.name)


@dataclass(frozen=True)
class Colleague:
    """Hold one row of the list of staff."""

    name: str
    role: str
    agencies: tuple[str, ...]
    status: str  # invited, works, removed
    counts: bool  # as one of two people
    invited_by: str  # empty for the command line
    link_asked_by: str
    by_single_sign_on: bool


def list_staff(engine: Engine) -> list[Colleague]:
    with reading(engine) as session:
        return [_colleague(each) for each in all_members(session)]


def _colleague(member: StaffMember) -> Colleague:
    role = ORGANIZATION if member.organization else member.role
    places = (member.organization,) if member.organization else tuple(member.agencies)
    return Colleague(
        member.name,
        role,
        places,
        member_status(member),
        member.counts,
        member.invited_by,
        member.link_asked_by,
        member.oidc_subject is not None,
    )


def member_status(member: StaffMember) -> str:
    if member.removed_on is not None:
        return "removed"
    return "works" if member.can_sign_in else "invited"


def add_member(engine: Engine, settings: Settings, wanted: WantedMember, actor: Actor) -> str:
    """Invite a member and return the token of the one-time link."""
    token = secrets.token_urlsafe(32)
    with writing(engine) as session:
        check_can_add(session, wanted)
        member = StaffMember(
            name=wanted.name,
            role=AGENCY if wanted.organization else wanted.role,
            organization=wanted.organization,
            agencies=sorted(set(wanted.agencies)),
            sealed_totp=b"",
            recovery_sha256=[],
            added_on=actor.now.date(),
        )
        _invite(member, token, settings, actor)
        session.add(member)
        record_act(
            session, actor.name, "staff added", member.name, actor.now, role=wanted.role, agencies=member.agencies
        )
    return token


def check_can_add(session: Session, wanted: WantedMember) -> None:
    if not NAME.fullmatch(wanted.name):
        raise StaffRefused("name", "Use 3 to 60 lower case letters, digits, dots or dashes, beginning with a letter.")
    if find_member(session, wanted.name):
        raise StaffRefused("name", "That name is taken. Choose another one: names are never reused.")
    if wanted.role not in (*ROLES, ORGANIZATION):
        raise StaffRefused("role", f"Choose one of: {', '.join((*ROLES, ORGANIZATION))}.")
    if (wanted.role == ORGANIZATION) != bool(wanted.organization):
        raise StaffRefused("organization", "Name an organization for the role organization, and none for another role.")
    if wanted.organization:
        _check_organization(session, wanted.organization)
    if (wanted.role == AGENCY) != bool(wanted.agencies):
        raise StaffRefused("agencies", "Choose at least one agency for the role agency, and none for another role.")
    for name in wanted.agencies:
        _check_agency(session, name)


def _check_organization(session: Session, name: str) -> None:
    community, _, organization = name.partition("/")
    found = find_community(session, community)
    known = [each.slug for each in entries_of(session, found.id or 0, ("organizations",))] if found else []
    if organization not in known:
        raise StaffRefused("organization", "Enter the organization in the register of community organizations first.")


def _check_agency(session: Session, name: str) -> None:
    community, _, agency = name.partition("/")
    known = {each.slug for each in agencies_of(session, get_community(session, community).id or 0)}
    if agency not in known:
        raise NotFound("agency", name, (f"{community}/{slug}" for slug in known))


def renew_invitation(engine: Engine, settings: Settings, name: str, actor: Actor) -> str | None:
    """Return the token of a new link after a lost password, phone or link. The old credentials stop working.

    An operator's account is renewed by two other operators: None after the first, who only asks.
    """
    token = secrets.token_urlsafe(32)
    with writing(engine) as session:
        member = get_member(session, name)
        if member.removed_on is not None:
            raise StaffRefused("name", f"Expected a present member of staff, got {name!r}, who was removed.")
        if not actor.at_machine:
            _check_others_stay(session, member)
        asked_by = ""
        if member.role == OPERATOR and member.can_sign_in and member.counts and not actor.at_machine:
            asked_by = _asked_by(member, actor)
            check_is_other_operator(session, member, asked_by, actor)
            if not asked_by:
                member.link_asked_by, member.link_asked_at = actor.name, utc(actor.now)
                session.add(member)
                record_act(session, actor.name, "staff link asked", name, actor.now)
                return None
        _invite(member, token, settings, actor, asked_by)
        session.add(member)
        record_act(session, actor.name, "staff link renewed", name, actor.now)
        delete_sessions_of(session, member.id or 0)
    return token


def _asked_by(member: StaffMember, actor: Actor) -> str:
    """Return the other operator who asked for the link within three days, or nothing."""
    is_fresh = member.link_asked_at is not None and member.link_asked_at > utc(actor.now) - INVITED_FOR
    return member.link_asked_by if is_fresh and member.link_asked_by != actor.name else ""


def _invite(member: StaffMember, token: str, settings: Settings, actor: Actor, asked_by: str = "") -> None:
    """Issue a link. The account counts as a person of its own again once a second operator knows of the link."""
    member.password_hash, member.recovery_sha256, member.last_totp_step = None, [], 0
    member.oidc_issuer = member.oidc_subject = None
    member.invited_by, member.confirmed_by = (asked_by, actor.name) if asked_by else (_inviter(actor), "")
    member.link_asked_by, member.link_asked_at = "", None
    member.sealed_totp = seal_totp(draw_totp(), settings.secret)
    member.invitation_sha256 = token_hash(token)
    member.invitation_ends = utc(actor.now) + INVITED_FOR


def _inviter(actor: Actor) -> str:
    return "" if actor.at_machine else actor.name


def remove_member(engine: Engine, name: str, actor: Actor) -> None:
    """Remove a member, with the API keys that the member made, from the next request on.

    The name is never reused, because the audit log refers to it.
    """
    with writing(engine) as session:
        member = get_member(session, name)
        if member.removed_on is not None:
            return
        _check_others_stay(session, member)
        member.removed_on, member.password_hash, member.invitation_sha256 = actor.now.date(), None, None
        session.add(member)
        delete_sessions_of(session, member.id or 0)
        revoke_keys_of(session, name, actor)
        record_act(session, actor.name, "staff removed", name, actor.now)


def _check_others_stay(session: Session, member: StaffMember) -> None:
    """Check that another operator can still sign in with a password, without any other service, and invite people."""
    able = [each.name for each in members_with_role(session, OPERATOR) if each.password_hash]
    if able == [member.name]:
        raise LastOperator(member.name)


def find_invitation(engine: Engine, settings: Settings, token: str, now: datetime) -> Invited:
    with reading(engine) as session:
        member = _invited(session, token, now)
        return Invited(member.name, member.role, open_totp(member.sealed_totp, settings.secret))


def join(engine: Engine, settings: Settings, token: str, password: str, code: str, now: datetime) -> list[str]:
    """Accept the invitation and return the recovery codes, which are not stored in clear."""
    invited = find_invitation(engine, settings, token, now)
    if weakness := find_weakness(password, invited.name):
        raise StaffRefused("password", weakness)
    step = find_step(invited.totp, read_code(code), 0, now)
    if step is None:
        raise StaffRefused("code", "Type the six digits that the app shows now; check that the phone's clock is right.")
    hashed, recovery = hash_password(password), draw_recovery_codes()
    with writing(engine) as session:
        member = _invited(session, token, now)
        member.password_hash, member.last_totp_step = hashed, step
        member.recovery_sha256 = [recovery_hash(each) for each in recovery]
        member.invitation_sha256 = member.invitation_ends = None
        session.add(member)
        record_act(session, member.name, "staff joined", member.name, now)
    return recovery


def _invited(session: Session, token: str, now: datetime) -> StaffMember:
    member = find_invited(session, token_hash(token))
    if member is None or member.invitation_ends is None or member.invitation_ends < utc(now):
        raise InvitationOver
    return member


def token_hash(token: str) -> bytes:
    """Return the SHA-256 of a token. It has 256 random bits, so its hash need not be slow."""
    return hashlib.sha256(token.encode()).digest()


def utc(now: datetime) -> datetime:
    """Return the time as the tables store it."""
    return now.astimezone(UTC).replace(tzinfo=None)


def known_organizations(engine: Engine) -> list[tuple[str, str]]:
    """Return `community/organization` and the name of every community organization."""
    with reading(engine) as session:
        return [
            (f"{community.slug}/{entry.slug}", f"{entry.values['name']} ({community.slug})")
            for community in all_communities(session)
            for entry in entries_of(session, community.id or 0, ("organizations",))
        ]


def known_agencies(engine: Engine) -> list[str]:
    """Return `community/agency` for every agency."""
    with reading(engine) as session:
        return [
            f"{community.slug}/{agency.slug}"
            for community in all_communities(session)
            for agency in agencies_of(session, community.id or 0)
        ]
