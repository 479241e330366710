"""Store the API keys of programs. The table holds only the SHA-256 of each secret."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, LargeBinary, or_, update
from sqlmodel import Field, Session, col, select

from app.errors import NotFound
from app.records.metadata import Record, json_column

EVERY_AGENCY = "*"


class ApiKey(Record, table=True):
    """Hold an API key. `agencies` lists `community/agency`, or only `EVERY_AGENCY`.

    The key no longer works on `expires_on`.
    """

    __tablename__ = "api_key"
    __table_args__ = (CheckConstraint("expires_on > created_on", name="expires_on"),)

    id: str = Field(primary_key=True, max_length=8)
    secret_sha256: bytes = Field(sa_type=LargeBinary)
    label: str = Field(max_length=120)
    scopes: list[str] = Field(sa_column=json_column())
    agencies: list[str] = Field(sa_column=json_column())
    created_on: date
    expires_on: date
    revoked_on: date | None = None
    made_by: str | None = Field(default=None, max_length=120)  # a member of staff, or a user of the command line
    last_used_on: date | None = None  # a day, not a time: enough to find unused keys


def find_key(session: Session, id: str) -> ApiKey | None:
    return session.get(ApiKey, id)


def get_key(session: Session, id: str) -> ApiKey:
    key = find_key(session, id)
    if key is None:
        raise NotFound("key", id, session.exec(select(ApiKey.id)))
    return key


def all_keys(session: Session) -> list[ApiKey]:
    return list(session.exec(select(ApiKey).order_by(col(ApiKey.created_on), col(ApiKey.id))))


def store_last_use(session: Session, id: str, day: date) -> None:
    """Store the day of the last use, once a day."""
    earlier = or_(col(ApiKey.last_used_on).is_(None), col(ApiKey.last_used_on) < day)
    session.execute(update(ApiKey).where(col(ApiKey.id) == id, earlier).values(last_used_on=day))
