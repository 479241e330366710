"""Store releases of data sets, requests for restricted data, and counts of downloads.

A release is frozen. Its only change is a withdrawal, which leaves a tombstone.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Connection, UniqueConstraint, event, inspect, update
from sqlalchemy.orm import Mapper
from sqlmodel import Field, Session, col, select

from app.errors import NotFound
from app.records.communities import Community
from app.records.metadata import Record, json_column
from app.records.waves import Wave

PUBLIC, RESTRICTED = "public", "restricted"
STANDING, WITHDRAWN = "published", "withdrawn"
WAITING, APPROVED, REFUSED = "waiting", "approved", "refused"
MAY_CHANGE = frozenset({"status", "withdrawn_on", "reason"})


class Release(Record, table=True):
    """Hold a release. `sha256` is that of SHA256SUMS and covers all files; `data_sha256` covers the protected data."""

    __table_args__: Any = (
        UniqueConstraint("wave_id", "tier", "version"),
        CheckConstraint("tier IN ('public', 'restricted')", name="tier"),
        CheckConstraint("status IN ('published', 'withdrawn')", name="status"),
    )

    id: int | None = Field(default=None, primary_key=True)
    wave_id: int = Field(foreign_key="wave.id")
    name: str = Field(unique=True, max_length=120)
    tier: str = Field(max_length=20)
    version: str = Field(max_length=20)
    sha256: str = Field(max_length=64)
    data_sha256: str = Field(max_length=64)
    about: dict[str, Any] = Field(sa_column=json_column())  # contents of its page: titles, variables, files
    changes: str
    published_on: date
    status: str = Field(default=STANDING, max_length=20)
    withdrawn_on: date | None = None
    reason: str = Field(default="", max_length=500)


class ReleaseDownload(Record, table=True):
    """Count the downloads of a file, without persons or times."""

    __tablename__ = "release_download"

    release_id: int = Field(foreign_key="release.id", primary_key=True)
    path: str = Field(primary_key=True, max_length=200)
    count: int = 0


class AccessRequest(Record, table=True):
    """Hold a request for the restricted data of a wave. The row holds only the SHA-256 of the approval's link."""

    __tablename__ = "access_request"
    __table_args__: Any = (CheckConstraint("status IN ('waiting', 'approved', 'refused')", name="status"),)

    id: str = Field(primary_key=True, max_length=8)
    wave_id: int = Field(foreign_key="wave.id")
    name: str = Field(max_length=200)
    organisation: str = Field(max_length=200)
    email: str = Field(max_length=200)
    purpose: str = Field(max_length=4000)
    language: str = Field(max_length=20)
    asked_on: date
    status: str = Field(default=WAITING, max_length=20)
    release_id: int | None = Field(default=None, foreign_key="release.id")
    decided_on: date | None = None
    decided_by: str = Field(default="", max_length=120)
    reason: str = Field(default="", max_length=500)
    link_sha256: str | None = Field(default=None, max_length=64, unique=True)
    expires_on: date | None = None  # the first day on which the link no longer works


def find_release(session: Session, name: str) -> Release | None:
    return session.exec(select(Release).where(Release.name == name)).first()


def get_release(session: Session, name: str) -> Release:
    found = find_release(session, name)
    if found is None:
        raise NotFound("release", name, session.exec(select(Release.name)))
    return found


def releases_of(session: Session, wave_id: int, tier: str | None = None) -> list[Release]:
    """Return all versions of a wave's data, the oldest first."""
    found = select(Release).where(Release.wave_id == wave_id).order_by(col(Release.id))
    if tier is not None:
        found = found.where(Release.tier == tier)
    return list(session.exec(found))


def all_releases(session: Session, tier: str | None = None) -> list[tuple[Community, Wave, Release]]:
    """Return every release, the latest first."""
    found = (
        select(Community, Wave, Release)
        .join(Wave, col(Wave.community_id) == col(Community.id))
        .join(Release, col(Release.wave_id) == col(Wave.id))
        .order_by(col(Release.id).desc())
    )
    if tier is not None:
        found = found.where(Release.tier == tier)
    return list(session.exec(found))


def find_named(session: Session, name: str) -> tuple[Community, Wave, Release] | None:
    """Return the release of that name, or the newest published public release of the wave of that name."""
    found = (
        select(Community, Wave, Release)
        .join(Wave, col(Wave.community_id) == col(Community.id))
        .join(Release, col(Release.wave_id) == col(Wave.id))
        .order_by(col(Release.id).desc())
        .limit(1)
    )
    newest = found.where(Wave.slug == name, Release.tier == PUBLIC, Release.status == STANDING)
    return session.exec(found.where(Release.name == name)).first() or session.exec(newest).first()


def add_downloads(session: Session, release_id: int, path: str, number: int) -> None:
    this_file = (col(ReleaseDownload.release_id) == release_id, col(ReleaseDownload.path) == path)
    count = col(ReleaseDownload.count) + number
    changed = session.execute(update(ReleaseDownload).where(*this_file).values(count=count))
    if not changed.rowcount:  # type: ignore[attr-defined]
        session.add(ReleaseDownload(release_id=release_id, path=path, count=number))


def downloads_of(session: Session, release_id: int) -> dict[str, int]:
    found = session.exec(select(ReleaseDownload).where(ReleaseDownload.release_id == release_id))
    return {each.path: each.count for each in found}


def get_request(session: Session, id: str) -> AccessRequest:
    found = session.get(AccessRequest, id)
    if found is None:
        raise NotFound("request", id, session.exec(select(AccessRequest.id)))
    return found


def find_request_by_link(session: Session, link_sha256: str) -> AccessRequest | None:
    return session.exec(select(AccessRequest).where(AccessRequest.link_sha256 == link_sha256)).first()


def all_requests(session: Session) -> list[tuple[Wave, AccessRequest]]:
    """Return every request, the oldest first."""
    found = select(Wave, AccessRequest).join(AccessRequest, col(AccessRequest.wave_id) == col(Wave.id))
    return list(session.exec(found.order_by(col(AccessRequest.asked_on), col(AccessRequest.id))))


@event.listens_for(Release, "before_update")
def refuse_change(mapper: Mapper[Release], connection: Connection, release: Release) -> None:
    changed = {each.key for each in inspect(release).attrs if each.history.has_changes()}
    if changed - MAY_CHANGE or release.status != WITHDRAWN:
        raise AssertionError(f"release {release.name} is frozen: publish a new version")


@event.listens_for(Release, "before_delete")
def refuse_deletion(mapper: Mapper[Release], connection: Connection, release: Release) -> None:
    raise AssertionError(f"release {release.name} is frozen: withdraw it")
