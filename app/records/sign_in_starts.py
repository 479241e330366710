"""Store the single sign-ons that began and have not come back. No row holds a secret, or where the visitor is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, LargeBinary, delete
from sqlmodel import Field, Session, col

from app.records.metadata import Record


class SignInStart(Record, table=True):
    """Hold the hash of the key in the browser's cookie; state, nonce and verifier follow from the key alone."""

    __tablename__ = "sign_in_start"

    key_sha256: bytes = Field(sa_type=LargeBinary, primary_key=True)
    invitation_sha256: bytes | None = Field(default=None, sa_type=LargeBinary)
    onward: str = Field(max_length=300)
    ends: datetime = Field(sa_type=DateTime)  # UTC


def take_start(session: Session, key_sha256: bytes, now: datetime) -> SignInStart | None:
    """Return the start with this key once: its row is deleted, and of two requests one gets it."""
    found = session.get(SignInStart, key_sha256)
    if found is None:
        return None
    session.expunge(found)
    taken = session.execute(delete(SignInStart).where(col(SignInStart.key_sha256) == key_sha256))
    return found if taken.rowcount == 1 and found.ends >= now else None  # type: ignore[attr-defined]


def delete_starts_before(session: Session, now: datetime) -> None:
    session.execute(delete(SignInStart).where(col(SignInStart.ends) < now))
