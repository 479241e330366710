"""Name the files of a package with their roles, languages and bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Role = Literal["data", "metadata", "codebook", "questionnaire", "script", "report", "terms", "sums"]

MEDIA_TYPES: Mapping[str, str] = {
    ".csv": "text/csv",
    ".parquet": "application/vnd.apache.parquet",
    ".sav": "application/x-spss-sav",
    ".dta": "application/x-stata-dta",
    ".xml": "application/xml",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".html": "text/html",
    ".R": "text/plain",
    ".do": "text/plain",
    ".py": "text/plain",
    ".cff": "text/plain",
    ".txt": "text/plain",
    "": "text/plain",
}


@dataclass(frozen=True)
class PackedFile:
    """Describe one file of the package."""

    path: str
    role: Role
    size: int
    sha256: str
    language: str | None = None

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[Path(self.path).suffix]

    @property
    def name(self) -> str:
        return Path(self.path).name

    def to_document(self) -> dict[str, Any]:
        found = {"path": self.path, "role": self.role, "size": self.size, "sha256": self.sha256}
        return found | ({"language": self.language} if self.language else {})


Pieces = bytes | Iterator[bytes]


@dataclass(frozen=True)
class FilePlan:
    """Plan a file. `write` gets the files written before it."""

    path: str
    role: Role
    write: Callable[[tuple[PackedFile, ...]], Pieces]
    language: str | None = None


def store_files(
    folder: Path, plans: Iterable[FilePlan], progress: Callable[[str], None] = lambda path: None
) -> tuple[PackedFile, ...]:
    """Write each file into a folder, one after the other, and return them with sizes and hashes."""
    packed: tuple[PackedFile, ...] = ()
    for plan in plans:
        progress(plan.path)
        packed += (store_file(folder, plan, packed),)
    return packed


def store_file(folder: Path, plan: FilePlan, before: tuple[PackedFile, ...]) -> PackedFile:
    path, digest, size = folder / plan.path, hashlib.sha256(), 0
    path.parent.mkdir(parents=True, exist_ok=True)
    pieces = plan.write(before)
    with path.open("wb") as file:
        for piece in (pieces,) if isinstance(pieces, bytes) else pieces:
            digest.update(piece)
            size += file.write(piece)
    return PackedFile(plan.path, plan.role, size, digest.hexdigest(), plan.language)
