"""Store the files of releases under DATA_DIR/releases, in one folder for each that never changes.

``public/river-city-2026-v1.0.0/data/...`` is for everyone; ``restricted/river-city-2026-r1.0.0/...`` is sent over an
approved link; ``sealed/river-city-2026-v1.0.0`` has the protected data, to verify against.

With STORE_URL the same folders are also in object storage for all machines; the local ones are then copies, fetched on
demand. A release never changes, so no copy is ever stale.
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
CHUNK_SIZE = 1 << 20


class ObjectStore:
    """Store the folders of all releases."""

    def __init__(self, settings: Settings) -> None:
        self.root = settings.data_dir / ROOT
        self.remote = RemoteStore(settings.store_url) if settings.store_url else None

    @contextmanager
    def draft(self) -> Iterator[Path]:
        """Open a temporary folder for a package. It is deleted at the end unless it was added."""
        drafts = self.root / DRAFTS
        drafts.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=drafts) as folder:
            yield Path(folder)

    def add(self, draft: Path, tier: str, name: str, sealed: bytes) -> None:
        """Move a package to its folder, completely or not at all. The remains of a killed build are replaced."""
        folder, data = self.folder(tier, name), self.root / SEALED / name
        folder.parent.mkdir(parents=True, exist_ok=True)
        data.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
        package = draft.with_name(f"{draft.name}.package")
        os.rename(draft, package)
        draft.mkdir()  # the owner of the temporary folder deletes it
        os.rename(package, folder)
        data.write_bytes(sealed)
        if self.remote:
            self.remote.put(folder, f"{tier}/{name}")
            self.remote.put(data, f"{SEALED}/{name}")

    def folder(self, tier: str, name: str) -> Path:
        return self.root / tier / name

    def find(self, tier: str, name: str, path: str) -> Path | None:
        """Return a file of a release, or None where it does not exist or the path leads out of the folder."""
        folder = self.folder(tier, name)
        if ".." in PurePosixPath(path).parts:
            return None
        found = folder / path
        if self.remote and not found.is_file():
            self.remote.fetch(f"{tier}/{name}/{path}", found)
        return found if found.is_file() and found.resolve().is_relative_to(folder.resolve()) else None

    def sealed(self, name: str) -> bytes:
        """Return the protected data that the release was made from."""
        data = self.root / SEALED / name
        if self.remote and not data.is_file():
            self.remote.fetch(f"{SEALED}/{name}", data)
        return data.read_bytes()

    def remove(self, tier: str, name: str) -> None:
        """Remove the files of a withdrawn release."""
        shutil.rmtree(self.folder(tier, name), ignore_errors=True)
        if self.remote:
            self.remote.remove(f"{tier}/{name}")


class RemoteStore:
    """Reach a store shared by all machines through fsspec: `s3://bucket/folder`, `file:///mnt/city`."""

    def __init__(self, url: str) -> None:
        try:
            self.files, self.root = fsspec.core.url_to_fs(url)
        except (ImportError, ValueError) as error:  # "Install s3fs to access S3", "Protocol not known: s4"
            expected = "the address of an object storage whose package is installed"
            raise BadSetting(PREFIX + "STORE_URL", expected, str(error)) from None

    def put(self, source: Path, name: str) -> None:
        """Upload a file, or a folder with its contents."""
        for path in [source] if source.is_file() else [path for path in source.rglob("*") if path.is_file()]:
            address = self._address(f"{name}/{path.relative_to(source)}" if path != source else name)
            self.files.makedirs(address.rpartition("/")[0], exist_ok=True)
            self.files.put_file(str(path), address)

    def fetch(self, name: str, target: Path) -> None:
        """Download a file, completely or not at all; do nothing where it does not exist."""
        if not self.files.isfile(self._address(name)):
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            draft = Path(folder) / "draft"
            self.files.get_file(self._address(name), str(draft))
            os.replace(draft, target)

    def remove(self, name: str) -> None:
        if self.files.exists(self._address(name)):
            self.files.rm(self._address(name), recursive=True)

    def _address(self, name: str) -> str:
        return f"{self.root.rstrip('/')}/{name}"


def fingerprint(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(CHUNK_SIZE):
            digest.update(piece)
    return digest.hexdigest()
