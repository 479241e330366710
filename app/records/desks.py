"""Store desks, where staff enter answers from paper, by telephone or beside a resident. Each has its own code."""

from __future__ import annotations

from datetime import date

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlmodel import Field, Session, col, select

from app.errors import NotFound
from app.records.metadata import Record


class Desk(Record, table=True):
    """Hold a desk with the hash of its code. No row shows which answers came from a desk."""

    __table_args__ = (UniqueConstraint("wave_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    wave_id: int = Field(foreign_key="wave.id")
    name: str = Field(max_length=80)
    code_hash: bytes = Field(sa_type=LargeBinary, unique=True)
    opened_on: date
    closed_on: date | None = None


def desks_of(session: Session, wave_id: int) -> list[Desk]:
    return list(session.exec(select(Desk).where(Desk.wave_id == wave_id).order_by(col(Desk.name))))


def find_open_desk(session: Session, wave_id: int, code_hash: bytes) -> Desk | None:
    found = select(Desk).where(Desk.wave_id == wave_id, Desk.code_hash == code_hash, col(Desk.closed_on).is_(None))
    return session.exec(found).first()


def get_desk(session: Session, wave_id: int, name: str) -> Desk:
    desk = session.exec(select(Desk).where(Desk.wave_id == wave_id, Desk.name == name)).first()
    if desk is None:
        raise NotFound("desk", name, (each.name for each in desks_of(session, wave_id)))
    return desk
