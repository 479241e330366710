"""Store members of staff and their sessions. Every credential is stored as a hash, or sealed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, Index, LargeBinary, delete, update
from sqlmodel import Field, Session, col, select

from app.errors import NotFound
from app.records.metadata import Record, json_column

OPERATOR, AGENCY, REVIEWER, TRANSLATOR = "operator", "agency", "reviewer", "translator"
ROLES = (OPERATOR, AGENCY, REVIEWER, TRANSLATOR)
ORGANIZATION = "organization"


class StaffMember(Record, table=True):
    """Hold a member. `agencies` lists `community/agency`; `invitation_sha256` is set until a password is chosen.

    A member signs in either by password and code, or by a single sign-on: then `oidc_issuer` and `oidc_subject` name
    the account there, and there is no password. `invited_by` is the operator who issued the last link, empty for the
    command line; `confirmed_by` is the second operator. `link_asked_by` asked for a new link of an operator.

    `organization` is `community/organization` for a member of a community organization, whose stored role is agency
    without any agency: so a version that does not know organizations gives no access.
    """

    __tablename__ = "staff_member"
    __table_args__: Any = (
        CheckConstraint(f"role IN ({', '.join(map(repr, ROLES))})", name="role"),
        Index("ix_staff_member_identity", "oidc_issuer", "oidc_subject", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True, max_length=60)
    role: str = Field(max_length=20)
    agencies: list[str] = Field(sa_column=json_column())
    organization: str = Field(default="", max_length=160, sa_column_kwargs={"server_default": ""})
    password_hash: str | None = Field(default=None, max_length=200)
    sealed_totp: bytes = Field(sa_type=LargeBinary)
    last_totp_step: int = 0  # a code works only once
    recovery_sha256: list[str] = Field(sa_column=json_column())
    invitation_sha256: bytes | None = Field(default=None, sa_type=LargeBinary)
    invitation_ends: datetime | None = Field(default=None, sa_type=DateTime)  # UTC
    added_on: date
    removed_on: date | None = None
    oidc_issuer: str | None = Field(default=None, max_length=300)
    oidc_subject: str | None = Field(default=None, max_length=255)
    invited_by: str = Field(default="", max_length=60, sa_column_kwargs={"server_default": ""})
    confirmed_by: str = Field(default="", max_length=60, sa_column_kwargs={"server_default": ""})
    link_asked_by: str = Field(default="", max_length=60, sa_column_kwargs={"server_default": ""})
    link_asked_at: datetime | None = Field(default=None, sa_type=DateTime)  # UTC

    @property
    def can_sign_in(self) -> bool:
        return self.removed_on is None and bool(self.password_hash or self.oidc_subject)

    @property
    def counts(self) -> bool:
        """Return whether the account may be one of two people that a decision needs."""
        return self.removed_on is None and (not self.invited_by or bool(self.confirmed_by))


class StaffSession(Record, table=True):
    """Hold the session of a signed-in member. Only the browser's cookie has the token itself."""

    __tablename__ = "staff_session"

    token_sha256: bytes = Field(sa_type=LargeBinary, primary_key=True)
    member_id: int = Field(foreign_key="staff_member.id", index=True)
    form_secret: bytes = Field(sa_type=LargeBinary)
    started_at: datetime = Field(sa_type=DateTime)  # UTC
    seen_at: datetime = Field(sa_type=DateTime)


def find_member(session: Session, name: str) -> StaffMember | None:
    return session.exec(select(StaffMember).where(StaffMember.name == name)).first()


def get_member(session: Session, name: str) -> StaffMember:
    member = find_member(session, name)
    if member is None:
        raise NotFound("member of staff", name, session.exec(select(StaffMember.name)))
    return member


def find_invited(session: Session, invitation_sha256: bytes) -> StaffMember | None:
    return session.exec(select(StaffMember).where(StaffMember.invitation_sha256 == invitation_sha256)).first()


def find_by_identity(session: Session, issuer: str, subject: str) -> StaffMember | None:
    """Return the member, present or removed, with this account of a single sign-on."""
    found = select(StaffMember).where(StaffMember.oidc_issuer == issuer, StaffMember.oidc_subject == subject)
    return session.exec(found).first()


def all_members(session: Session) -> list[StaffMember]:
    return list(session.exec(select(StaffMember).order_by(col(StaffMember.name))))


def members_with_role(session: Session, role: str) -> list[StaffMember]:
    found = select(StaffMember).where(StaffMember.role == role, col(StaffMember.removed_on).is_(None))
    return list(session.exec(found.order_by(col(StaffMember.name))))


def find_session(session: Session, token_sha256: bytes) -> tuple[StaffSession, StaffMember] | None:
    found = select(StaffSession, StaffMember).where(
        StaffSession.token_sha256 == token_sha256, StaffSession.member_id == StaffMember.id
    )
    return session.exec(found).first()


def sessions_of(session: Session, member_id: int) -> list[StaffSession]:
    """Return the sessions of a member, the newest first."""
    found = select(StaffSession).where(StaffSession.member_id == member_id)
    return list(session.exec(found.order_by(col(StaffSession.started_at).desc())))


def store_last_seen(session: Session, token_sha256: bytes, now: datetime) -> None:
    found = col(StaffSession.token_sha256) == token_sha256
    session.execute(update(StaffSession).where(found).values(seen_at=now))


def delete_session(session: Session, token_sha256: bytes) -> None:
    session.execute(delete(StaffSession).where(col(StaffSession.token_sha256) == token_sha256))


def delete_sessions_of(session: Session, member_id: int, but: bytes = b"") -> None:
    """Delete all sessions of a person, except the one whose token hash is `but`."""
    others = (col(StaffSession.member_id) == member_id, col(StaffSession.token_sha256) != but)
    session.execute(delete(StaffSession).where(*others))


def delete_sessions_before(session: Session, started: datetime) -> None:
    session.execute(delete(StaffSession).where(col(StaffSession.started_at) < started))
