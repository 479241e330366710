"""Where the files of releases lie: under DATA_DIR/releases, one folder for each, never written to again.

``public/river-city-2026-v1.0.0/data/...``: what everybody may take; ``restricted/river-city-2026-r1.0.0/...``: what is
sent over a link that was approved; ``sealed/river-city-2026-v1.0.0``: what the gate let through, to check against.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from app.settings import Settings

ROOT, SEALED, DRAFTS = "releases", "sealed", "drafts"
AT_ONCE = 1 << 20


class Storehouse:
    """The folders of all releases."""

    def __init__(self, settings: Settings) -> None:
        self.root = settings.data_dir / ROOT

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

    def folder(self, tier: str, name: str) -> Path:
        return self.root / tier / name

    def find(self, tier: str, name: str, path: str) -> Path | None:
        """A file of a release; None where there is no such file, or where the path leads out of it."""
        folder = self.folder(tier, name)
        if ".." in PurePosixPath(path).parts:
            return None
        found = folder / path
        return found if found.is_file() and found.resolve().is_relative_to(folder.resolve()) else None

    def sealed(self, name: str) -> bytes:
        """What the gate let through."""
        return (self.root / SEALED / name).read_bytes()

    def drop(self, tier: str, name: str) -> None:
        """Take the files of a withdrawn release away."""
        shutil.rmtree(self.folder(tier, name), ignore_errors=True)


def fingerprint(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(AT_ONCE):
            digest.update(piece)
    return digest.hexdigest()
