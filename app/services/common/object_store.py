"""Where the files of releases lie: under DATA_DIR/releases, one folder for each, never written to again.

``public/river-city-2026-v1.0.0/data/...``: what everybody may take; ``restricted/river-city-2026-r1.0.0/...``: what is
sent over a link that was approved; ``sealed/river-city-2026-v1.0.0``: what the gate let through, to check against.

With STORE_URL the same folders lie in a city's object storage too, for all machines; those here are then copies,
fetched when somebody asks. A release never changes, so no copy is ever stale.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import fsspec

from app.errors import BadSetting
from app.settings import PREFIX, Settings

ROOT, SEALED, DRAFTS = "releases", "sealed", "drafts"
AT_ONCE = 1 << 20


class ObjectStore:
    """The folders of all releases."""

    def __init__(self, settings: Settings) -> None:
        self.root = settings.data_dir / ROOT
        self.far = RemoteStore(settings.store_url) if settings.store_url else None

    @contextmanager
    def draft(self) -> Iterator[Path]:
        """A folder to write a package into; what is not kept is gone afterwards."""
        drafts = self.root / DRAFTS
        drafts.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=drafts) as folder:
            yield Path(folder)

    def keep(self, draft: Path, tier: str, name: str, sealed: bytes) -> None:
        """Put a package in its place, whole or not at all. A release that a killed build left half done is replaced."""
        place, beside = self.folder(tier, name), self.root / SEALED / name
        place.parent.mkdir(parents=True, exist_ok=True)
        beside.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(place, ignore_errors=True)
        package = draft.with_name(f"{draft.name}.kept")
        os.rename(draft, package)
        draft.mkdir()  # its owner clears it away
        os.rename(package, place)
        beside.write_bytes(sealed)
        if self.far:
            self.far.put(place, f"{tier}/{name}")
            self.far.put(beside, f"{SEALED}/{name}")

    def folder(self, tier: str, name: str) -> Path:
        return self.root / tier / name

    def find(self, tier: str, name: str, path: str) -> Path | None:
        """A file of a release; None where there is no such file, or where the path leads out of it."""
        folder = self.folder(tier, name)
        if ".." in PurePosixPath(path).parts:
            return None
        found = folder / path
        if self.far and not found.is_file():
            self.far.fetch(f"{tier}/{name}/{path}", found)
        return found if found.is_file() and found.resolve().is_relative_to(folder.resolve()) else None

    def sealed(self, name: str) -> bytes:
        """What the gate let through."""
        place = self.root / SEALED / name
        if self.far and not place.is_file():
            self.far.fetch(f"{SEALED}/{name}", place)
        return place.read_bytes()

    def drop(self, tier: str, name: str) -> None:
        """Take the files of a withdrawn release away."""
        shutil.rmtree(self.folder(tier, name), ignore_errors=True)
        if self.far:
            self.far.drop(f"{tier}/{name}")


class RemoteStore:
    """A place that all machines reach, by an address that fsspec knows: `s3://bucket/folder`, `file:///mnt/city`."""

    def __init__(self, url: str) -> None:
        try:
            self.files, self.root = fsspec.core.url_to_fs(url)
        except (ImportError, ValueError) as error:  # "Install s3fs to access S3", "Protocol not known: s4"
            expected = "the address of an object storage whose package is installed"
            raise BadSetting(PREFIX + "STORE_URL", expected, str(error)) from None

    def put(self, place: Path, name: str) -> None:
        """A file, or a folder with all that is in it."""
        for path in [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]:
            there = self._there(f"{name}/{path.relative_to(place)}" if path != place else name)
            self.files.makedirs(there.rpartition("/")[0], exist_ok=True)
            self.files.put_file(str(path), there)

    def fetch(self, name: str, place: Path) -> None:
        """Bring a file here, whole or not at all; nothing where there is none."""
        if not self.files.isfile(self._there(name)):
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent) as folder:
            draft = Path(folder) / "draft"
            self.files.get_file(self._there(name), str(draft))
            os.replace(draft, place)

    def drop(self, name: str) -> None:
        if self.files.exists(self._there(name)):
            self.files.rm(self._there(name), recursive=True)

    def _there(self, name: str) -> str:
        return f"{self.root.rstrip('/')}/{name}"


def fingerprint(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(AT_ONCE):
            digest.update(piece)
    return digest.hexdigest()
