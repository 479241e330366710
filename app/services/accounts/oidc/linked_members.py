"""Find, connect or make the member behind an account of the single sign-on, with the role of its groups."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session

from app.errors import Refused
from app.oidc_settings import GroupRole, OidcSettings
from app.records.audit_log import record_act
from app.records.staff import (
    AGENCY,
    ORGANIZATION,
    StaffMember,
    delete_sessions_of,
    find_by_identity,
    find_invited,
    find_member,
)
from app.services.accounts.members import WantedMember, check_can_add, utc
from app.services.accounts.oidc.id_tokens import Identity
from app.services.accounts.oidc.refusals import SingleSignOnRefused

MAKER = "single sign-on"  # the inviter of an account that groups alone gave
NOT_A_LETTER = re.compile(r"[^a-z0-9._-]+")


def find_role(groups: Collection[str], table: Sequence[GroupRole]) -> GroupRole | None:
    """Return the role of the first group in the table, with the places of all groups of that role."""
    found = [each for each in table if each.group in groups]
    if not found:
        return None
    places = dict.fromkeys(place for each in found if each.role == found[0].role for place in each.places)
    return GroupRole(found[0].group, found[0].role, tuple(places) if found[0].role == AGENCY else found[0].places)


def find_linked(session: Session, identity: Identity, settings: OidcSettings, now: datetime) -> StaffMember:
    """Return the member of this account. Groups, where a table maps them, decide anew at each sign-in."""
    member = find_by_identity(session, identity.issuer, identity.subject)
    if member is not None and member.removed_on is not None:
        raise SingleSignOnRefused("removed")
    role = find_role(identity.groups, settings.groups)
    if member is None:
        if not settings.groups:
            raise SingleSignOnRefused("not invited")
        return _make(session, identity, role, now)
    if settings.groups:
        _renew_role(session, member, role, now)
    return member


def end_without_role(session: Session, identity: Identity, settings: OidcSettings) -> None:
    """End the sessions of a member who has lost every group with a role."""
    member = find_by_identity(session, identity.issuer, identity.subject)
    if member is not None and settings.groups and find_role(identity.groups, settings.groups) is None:
        delete_sessions_of(session, member.id or 0)


def link_invited(
    session: Session, identity: Identity, settings: OidcSettings, invitation_sha256: bytes, now: datetime
) -> StaffMember:
    """Connect an invited member to the account, in place of a password and codes."""
    member = find_invited(session, invitation_sha256)
    if member is None or member.invitation_ends is None or member.invitation_ends < utc(now):
        raise SingleSignOnRefused("invitation")
    earlier = find_by_identity(session, identity.issuer, identity.subject)
    if earlier is not None and earlier.removed_on is None:
        raise SingleSignOnRefused("taken")
    if earlier is not None:  # a person who left and comes back under another name
        earlier.oidc_issuer = earlier.oidc_subject = None
        session.add(earlier)
        session.flush()
    if settings.groups:
        _renew_role(session, member, find_role(identity.groups, settings.groups), now)
    member.oidc_issuer, member.oidc_subject = identity.issuer, identity.subject
    member.password_hash, member.sealed_totp, member.recovery_sha256 = None, b"", []
    member.invitation_sha256 = member.invitation_ends = None
    session.add(member)
    record_act(session, member.name, "staff joined", member.name, now, by=MAKER)
    return member


def _make(session: Session, identity: Identity, role: GroupRole | None, now: datetime) -> StaffMember:
    """Make the account of a person whose groups have a role. It counts as a person once an operator confirms it."""
    if role is None:
        raise SingleSignOnRefused("no role")
    is_organization = role.role == ORGANIZATION
    name = _free_name(session, identity.name)
    wanted = WantedMember(
        name, role.role, () if is_organization else role.places, role.places[0] if is_organization else ""
    )
    try:
        check_can_add(session, wanted)
    except Refused:
        raise SingleSignOnRefused("no role") from None
    member = StaffMember(
        name=name, role="", agencies=[], sealed_totp=b"", recovery_sha256=[], added_on=utc(now).date(),
        oidc_issuer=identity.issuer, oidc_subject=identity.subject, invited_by=MAKER,
    )  # fmt: skip
    _set_role(member, role)
    session.add(member)
    session.flush()
    record_act(session, MAKER, "staff added", name, now, role=role.role, agencies=member.agencies)
    return member


def _renew_role(session: Session, member: StaffMember, role: GroupRole | None, now: datetime) -> None:
    if role is None:
        raise SingleSignOnRefused("no role")
    before = member.role, member.agencies, member.organization
    _set_role(member, role)
    if before != (member.role, member.agencies, member.organization):
        session.add(member)
        record_act(session, MAKER, "staff role changed", member.name, now, role=role.role, agencies=member.agencies)


def _set_role(member: StaffMember, role: GroupRole) -> None:
    is_organization = role.role == ORGANIZATION
    member.role = AGENCY if is_organization else role.role
    member.organization = role.places[0] if is_organization else ""
    member.agencies = [] if is_organization else sorted(role.places)


def _free_name(session: Session, wished: str) -> str:
    """Return a username that no one had, from what the provider calls the person."""
    plain = NOT_A_LETTER.sub(".", wished.partition("@")[0].lower()).strip("._-")[:50]
    base = plain if len(plain) >= 3 and plain[0].isalpha() else f"member.{plain}".strip(".")
    names = (base, *(f"{base}-{number}" for number in range(2, 1000)))
    return next(each for each in names if find_member(session, each) is None)
