"""Released files in object storage: one machine stores them once, and every machine fetches them on demand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.services.common.object_store import ObjectStore
from app.settings import Settings
from tests.services.making import make_settings


@pytest.fixture(params=["file", "memory"])
def machines(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Settings, Settings]:
    """Two machines with disks of their own and one object storage."""
    url = f"file://{tmp_path / 'far'}" if request.param == "file" else f"memory://{tmp_path.name}"
    folders = [tmp_path / name for name in ("one", "other")]
    for folder in folders:
        folder.mkdir()
    one, other = (replace(make_settings(folder), store_url=url) for folder in folders)
    return one, other


def keep(settings: Settings) -> ObjectStore:
    store = ObjectStore(settings)
    with store.draft() as draft:
        (draft / "data").mkdir()
        (draft / "data" / "answers.csv").write_bytes(b"a,b\n1,2\n")
        (draft / "README.md").write_bytes(b"# It")
        store.add(draft, "public", "river-v1", b"sealed")
    return store


def test_file_of_one_machine_is_served_by_another(machines: tuple[Settings, Settings]) -> None:
    keep(machines[0])
    other = ObjectStore(machines[1])
    found = other.find("public", "river-v1", "data/answers.csv")
    assert found is not None
    assert found.read_bytes() == b"a,b\n1,2\n"
    assert found.is_relative_to(machines[1].data_dir)
    assert other.sealed("river-v1") == b"sealed"
    assert [path.name for path in found.parent.iterdir()] == ["answers.csv"]


@pytest.mark.parametrize("path", ["../../sealed/river-v1", "data", "nothing.csv", "data/../../x", "/etc/passwd"])
def test_nothing_but_files_of_the_release_is_fetched(machines: tuple[Settings, Settings], path: str) -> None:
    keep(machines[0])
    assert ObjectStore(machines[1]).find("public", "river-v1", path) is None


def test_a_withdrawn_release_is_gone_from_both(machines: tuple[Settings, Settings]) -> None:
    store = keep(machines[0])
    store.remove("public", "river-v1")
    assert store.find("public", "river-v1", "README.md") is None
    assert ObjectStore(machines[1]).find("public", "river-v1", "README.md") is None


def test_files_lie_under_data_without_a_remote_store(tmp_path: Path) -> None:
    store = keep(make_settings(tmp_path))
    assert store.remote is None
    assert store.find("public", "river-v1", "README.md") is not None
