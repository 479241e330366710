"""Store the logo of a community, which its letters carry."""

from __future__ import annotations

from sqlalchemy import LargeBinary
from sqlmodel import Field, Session

from app.records.metadata import Record


class CommunityLogo(Record, table=True):
    __tablename__ = "community_logo"

    community_id: int = Field(foreign_key="community.id", primary_key=True)
    media_type: str = Field(max_length=40)
    content: bytes = Field(sa_type=LargeBinary)


def find_logo(session: Session, community_id: int) -> CommunityLogo | None:
    return session.get(CommunityLogo, community_id)


def store_logo(session: Session, community_id: int, media_type: str, content: bytes) -> None:
    """Store a logo in place of the one before."""
    logo = find_logo(session, community_id) or CommunityLogo(community_id=community_id, media_type="", content=b"")
    logo.media_type, logo.content = media_type, content
    session.add(logo)
