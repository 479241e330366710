"""Publish, withdraw and list releases, and count their downloads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from app.errors import NotFound, ReleaseGone, ReleaseOvertaken
from app.records.audit_log import record_act
from app.records.communities import Community
from app.records.database import reading, writing
from app.records.releases import (
    PUBLIC,
    WITHDRAWN,
    Release,
    add_downloads,
    all_releases,
    downloads_of,
    find_named,
    find_release,
    get_release,
    releases_of,
)
from app.records.waves import Wave
from app.services.common.actor import Actor
from app.services.common.object_store import ObjectStore
from app.services.releases.package.about import to_about
from app.services.releases.package.files import PackedFile
from app.services.releases.package.package import SUMS
from app.services.releases.package.study import DataSet
from app.settings import Settings


@dataclass(frozen=True)
class FrozenRelease:
    """Hold a release as readers see it: its description, its status, and its files."""

    name: str
    community: str
    community_names: dict[str, str]
    wave: str
    tier: str
    version: str
    status: str
    published_on: date
    withdrawn_on: date | None
    reason: str
    sha256: str
    changes: str
    about: dict[str, Any]

    @property
    def stands(self) -> bool:
        return self.status != WITHDRAWN

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.about["languages"])

    @property
    def files(self) -> tuple[PackedFile, ...]:
        return tuple(PackedFile(**facts) for facts in self.about["files"])

    def file(self, path: str) -> PackedFile | None:
        return next((file for file in self.files if file.path == path), None)


@dataclass(frozen=True)
class Package:
    """Hold a package in its draft folder."""

    data: DataSet
    files: tuple[PackedFile, ...]

    @property
    def sha256(self) -> str:
        """Return the fingerprint of the list of all fingerprints."""
        return next(file.sha256 for file in self.files if file.path == SUMS)


def publish(
    engine: Engine, settings: Settings, folder: Path, wave: Wave, known: int, package: Package, actor: Actor
) -> str:
    """Store the package and record its release, unless another one was published since the `known` ones."""
    study, data = package.data.study, package.data
    assert wave.id is not None
    with writing(engine) as session:
        if len(releases_of(session, wave.id, study.tier)) != known:
            raise ReleaseOvertaken(study.wave, study.version)
        session.add(
            Release(
                wave_id=wave.id,
                name=study.release,
                tier=study.tier,
                version=study.version,
                sha256=package.sha256,
                data_sha256=sha256(data.content).hexdigest(),
                about=to_about(data, package.files),
                changes=study.changes[-1].words,
                published_on=study.published_on,
            )
        )
        record_act(session, actor.name, "release published", study.release, actor.now, sha256=package.sha256)
        session.flush()
        ObjectStore(settings).add(folder, study.tier, study.release, data.content)
    return study.release


def withdraw_release(engine: Engine, settings: Settings, name: str, reason: str, actor: Actor) -> None:
    """Withdraw a release for good. Its files are deleted; its name and the reason stay."""
    with writing(engine) as session:
        found = get_release(session, name)
        if found.status == WITHDRAWN:
            raise ReleaseGone(name, found.withdrawn_on)
        found.status, found.withdrawn_on, found.reason = WITHDRAWN, actor.now.date(), reason
        record_act(session, actor.name, "release withdrawn", name, actor.now, reason=reason)
        tier = found.tier
    ObjectStore(settings).remove(tier, name)


def find_frozen_release(engine: Engine, name: str) -> FrozenRelease | None:
    """Return a release by its name, or the newest public one of the wave of that name."""
    with reading(engine) as session:
        found = find_named(session, name)
        return to_frozen(*found) if found else None


def get_frozen_release(engine: Engine, name: str) -> FrozenRelease:
    found = find_frozen_release(engine, name)
    if found is None:
        raise NotFound("release", name)
    return found


def list_releases(engine: Engine, tier: str | None = PUBLIC) -> list[FrozenRelease]:
    """Return all releases, withdrawn ones too, the latest first."""
    with reading(engine) as session:
        return [to_frozen(*row) for row in all_releases(session, tier)]


def to_frozen(community: Community, wave: Wave, found: Release) -> FrozenRelease:
    return FrozenRelease(
        name=found.name,
        community=community.slug,
        community_names=community.names,
        wave=wave.slug,
        tier=found.tier,
        version=found.version,
        status=found.status,
        published_on=found.published_on,
        withdrawn_on=found.withdrawn_on,
        reason=found.reason,
        sha256=found.sha256,
        changes=found.changes,
        about=found.about,
    )


# --- downloads


def count_downloads(engine: Engine, name: str, path: str, number: int) -> None:
    """Add downloads of a file to its count."""
    with writing(engine) as session:
        found = find_release(session, name)
        if found and found.id is not None:
            add_downloads(session, found.id, path, number)


def downloads_in_tens(engine: Engine, name: str) -> int:
    """Return the downloads of a release, rounded down to tens."""
    with reading(engine) as session:
        found = find_release(session, name)
        total = sum(downloads_of(session, found.id).values()) if found and found.id is not None else 0
    return total - total % 10
