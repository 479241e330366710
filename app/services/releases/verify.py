"""Verify published releases: their files, their protected data and the disclosure rules."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine

from analysis.disclosure import restore_microdata
from app.errors import ReleaseBroken, ReleaseGone
from app.records.communities import get_community_of
from app.records.database import reading
from app.records.releases import get_release
from app.records.waves import Wave
from app.services.common.object_store import ObjectStore, fingerprint
from app.services.releases.package.files import PackedFile
from app.services.releases.publish import FrozenRelease, to_frozen
from app.settings import Settings


def verify_release(
    engine: Engine, settings: Settings, name: str, progress: Callable[[str], None] = lambda step: None
) -> FrozenRelease:
    """Check every file and the disclosure rules of a release. The error lists all problems."""
    with reading(engine) as session:
        found = get_release(session, name)
        wave = session.get_one(Wave, found.wave_id)
        frozen = to_frozen(get_community_of(session, wave.community_id), wave, found)
    if not frozen.stands:
        raise ReleaseGone(name, frozen.withdrawn_on)
    store = ObjectStore(settings)
    problems = []
    for file in frozen.files:
        progress(file.path)
        problems += check_file(store.find(frozen.tier, name, file.path), file)
    progress("the disclosure rules")
    restore_microdata(store.sealed(name), found.data_sha256)
    if problems:
        raise ReleaseBroken(name, problems)
    return frozen


def check_file(path: Path | None, file: PackedFile) -> list[str]:
    if path is None:
        return [f"{file.path} is missing"]
    return [] if fingerprint(path) == file.sha256 else [f"{file.path} has changed"]
