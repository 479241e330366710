"""Return the data sets published before. Reports and later data sets of the wave are audited together with them."""

from __future__ import annotations

from sqlmodel import Session

from analysis.disclosure import ProtectedMicrodata, restore_microdata
from app.records.releases import PUBLIC, releases_of
from app.records.waves import Wave
from app.services.common.object_store import ObjectStore


def earlier_releases(session: Session, store: ObjectStore, wave: Wave, tier: str = PUBLIC) -> list[ProtectedMicrodata]:
    """Return all data of the wave ever published, even if withdrawn: people may still have copies."""
    assert wave.id is not None
    distinct = {each.data_sha256: each.name for each in releases_of(session, wave.id, tier)}
    return [restore_microdata(store.sealed(name), sha) for sha, name in distinct.items()]
