"""Store communities and the agencies that their residents rate."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, Session, col, select

from app.errors import NotFound
from app.records.metadata import Record, json_column

MOST_NAMED = 60  # agencies that a refusal lists


class Community(Record, table=True):
    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True, max_length=80)
    names: dict[str, str] = Field(sa_column=json_column())


class Agency(Record, table=True):
    __table_args__: Any = (UniqueConstraint("community_id", "slug"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id")
    slug: str = Field(max_length=80)
    names: dict[str, str] = Field(sa_column=json_column())
    short_names: dict[str, str] | None = Field(default=None, sa_column=Column(JSON, nullable=True))

    def short_name(self, lang: str) -> str:
        """The name inside a sentence of a report ("the police") in a language; empty where it has none."""
        return (self.short_names or {}).get(lang, "")


def find_community(session: Session, slug: str) -> Community | None:
    return session.exec(select(Community).where(Community.slug == slug)).first()


def get_community(session: Session, slug: str) -> Community:
    community = find_community(session, slug)
    if community is None:
        raise NotFound("community", slug, session.exec(select(Community.slug)))
    return community


def get_agency(session: Session, community_id: int, slug: str) -> Agency:
    found = session.exec(select(Agency).where(Agency.community_id == community_id, Agency.slug == slug)).first()
    if found is None:
        known = session.exec(select(Agency.slug).where(Agency.community_id == community_id).limit(MOST_NAMED))
        raise NotFound("agency", slug, known)
    return found


def all_communities(session: Session) -> list[Community]:
    return list(session.exec(select(Community).order_by(col(Community.slug))))


def get_community_of(session: Session, community_id: int) -> Community:
    return session.get_one(Community, community_id)


def agencies_of(session: Session, community_id: int) -> list[Agency]:
    return list(session.exec(select(Agency).where(Agency.community_id == community_id).order_by(col(Agency.slug))))
