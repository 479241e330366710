"""Keep one person with two accounts from being two people.

An account counts as one of two people once a second operator has confirmed it: one who counts, and did not issue its
link. Accounts whose link came from the command line count at once, because a shell of the machine needs no account.
"""

from __future__ import annotations

from sqlalchemy import Engine
from sqlmodel import Session

from app.errors import Refused
from app.records.audit_log import record_act
from app.records.database import writing
from app.records.staff import OPERATOR, StaffMember, find_member, get_member
from app.services.common.actor import Actor


class NotConfirmed(Refused):
    """Refuse one of two decisions to an account that only one operator knows."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"Expected an account that a second operator confirmed, got {name!r}, which only the operator who invited "
            f"it knows: ask another operator to confirm it, or run `commontrust staff confirm {name}` at the machine."
        )


class OtherOperatorNeeded(Refused):
    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"Expected another operator than {name!r} and the one who issued the link: ask one, or use "
            "`commontrust staff` at the machine."
        )


def check_counts(session: Session, name: str) -> None:
    """Check that this member may be one of two people. A name without an account is that of a command or a program."""
    member = find_member(session, name)
    if member is not None and not member.counts:
        raise NotConfirmed(name)


def confirm_member(engine: Engine, name: str, actor: Actor) -> None:
    """Confirm that the account belongs to a person of its own."""
    with writing(engine) as session:
        member = get_member(session, name)
        if member.counts or member.removed_on is not None:
            return
        check_is_other_operator(session, member, member.invited_by, actor)
        member.confirmed_by = "the command line" if actor.at_machine else actor.name
        session.add(member)
        record_act(session, actor.name, "staff confirmed", name, actor.now)


def check_is_other_operator(session: Session, member: StaffMember, first: str, actor: Actor) -> None:
    """Check that the actor is an operator who counts, and neither the member nor the first operator."""
    if actor.at_machine:
        return
    check_counts(session, actor.name)
    found = find_member(session, actor.name)
    if found is None or found.role != OPERATOR or actor.name in (member.name, first):
        raise OtherOperatorNeeded(member.name)
