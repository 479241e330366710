"""Store the maps of communities: the shape of each part of the city. A new map never changes an older one."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlmodel import Field, Session, col, select

from app.records.metadata import Record, json_column


class AreaMap(Record, table=True):
    """Hold one map: `shapes` are the width, the height, and the path of each area by its number."""

    __tablename__ = "area_map"

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    shapes: dict[str, Any] = Field(sa_column=json_column())
    added_on: date


def find_area_map(session: Session, community_id: int) -> AreaMap | None:
    """Return the newest map of a community."""
    found = select(AreaMap).where(AreaMap.community_id == community_id).order_by(col(AreaMap.id).desc()).limit(1)
    return session.exec(found).first()
