"""The spare box: a second copy of what is sealed, on another disk, for as long as it is sealed.

`MIRROR_DIR/<box>/<process>` holds each envelope with its marks, written and on the disk before anybody is thanked. It
knows no more than the database's own journal, and goes the same way: when the box is opened it is overwritten and
removed, and `latest.backup` beside it holds what was opened. A lost database is `restore` of the one and of the other.
"""

from __future__ import annotations

import json
import os
import secrets
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from app.errors import MirrorNotWritten
from app.records.ballots import (
    CURRENT,
    OPENING,
    SHUT,
    Box,
    Envelope,
    SpentNumber,
    envelopes_in,
    find_current_box,
    spent_among,
    store_rows,
)
from app.records.codes import spend_codes
from app.records.database import writing
from app.records.wave_lifecycle import OPEN
from app.records.waves import waves_with_status
from app.services.backups.row_format import to_text
from app.services.ballots.envelopes import key_path, new_key, sync_folder
from app.settings import Settings

LATEST = "latest.backup"


@dataclass(frozen=True)
class MirroredEnvelope:
    """One envelope as the spare box keeps it, with the mark of its page and the hash of its code.

    An answer that was carried from box to box has neither any more: nobody knows whose it is.
    """

    box: str
    wave: int
    public_key: bytes
    sealed: bytes
    mark: bytes | None = None
    code: bytes | None = None

    def to_line(self) -> bytes:
        told = {"wave": self.wave, "public_key": to_text(self.public_key), "sealed": to_text(self.sealed)}
        told |= {name: to_text(value) for name, value in (("mark", self.mark), ("code", self.code)) if value}
        return json.dumps(told).encode() + b"\n"


class Mirror:
    """What one process adds. Without a folder it keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._folder, self._name = folder, secrets.token_hex(8)

    def keep(self, kept: Sequence[MirroredEnvelope]) -> None:
        """On the disk when it returns. Raises `MirrorNotWritten`, and then nobody may be thanked."""
        if self._folder is None or not kept:
            return
        try:
            for box in {each.box for each in kept}:
                self._append(self._folder / box, [each.to_line() for each in kept if each.box == box])
        except OSError as error:
            raise MirrorNotWritten(error.strerror or type(error).__name__) from None

    def _append(self, folder: Path, lines: Iterable[bytes]) -> None:
        path = folder / self._name
        is_new = not path.exists()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
            file.write(b"".join(lines))
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            sync_folder(folder)
            sync_folder(folder.parent)


def forget_box(folder: Path | None, box_id: str) -> None:
    """Overwrite and remove what the spare box keeps of an opened box. Can be done twice."""
    if folder is None or not (folder / box_id).is_dir():
        return
    for path in (folder / box_id).iterdir():
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    (folder / box_id).rmdir()
    sync_folder(folder)


def read_mirror(folder: Path) -> Iterator[MirroredEnvelope]:
    """Everything that is kept; a last line that was cut by a crash was never thanked for."""
    for path in sorted(folder.glob("*/*")):
        for line in path.read_bytes().splitlines(keepends=True):
            if line.endswith(b"\n"):
                yield _read_line(path.parent.name, json.loads(line))


def _read_line(box: str, told: Mapping[str, Any]) -> MirroredEnvelope:
    names = ("public_key", "sealed", "mark", "code")
    return MirroredEnvelope(box, told["wave"], **{name: b64decode(told[name]) for name in names if name in told})


def bring_back(engine: Engine, settings: Settings, folder: Path) -> int:
    """Put the spare box's envelopes into a restored database, each once; the number of those that were missing.

    The marks may be there already: a backup that was made while a box was in use knows them without its envelopes.
    """
    with writing(engine) as session:
        kept = [each for each in read_mirror(folder) if _find_or_add_box(session, settings, each)]
        there = {each.sealed for each in envelopes_in(session, {each.box for each in kept})}
        missing = [each for each in kept if each.sealed not in there]
        secrets.SystemRandom().shuffle(missing)
        rows = [{"key": secrets.token_bytes(16), "box_id": each.box, "sealed": each.sealed} for each in missing]
        store_rows(session, Envelope, rows)
        marks = {each.mark: each.wave for each in missing if each.mark}
        new = marks.keys() - spent_among(session, marks.keys())
        store_rows(session, SpentNumber, [{"mark": mark, "wave_id": marks[mark]} for mark in sorted(new)])
        spend_codes(session, [each.code for each in missing if each.code])
    return len(missing)


def _find_or_add_box(session: Session, settings: Settings, kept: MirroredEnvelope) -> bool:
    """Whether the box can still be opened; one that the backup does not know is to be opened next."""
    if not key_path(settings.key_dir, kept.box).exists():
        return False
    box = session.get(Box, kept.box)
    if box is None:
        session.add(Box(id=kept.box, wave_id=kept.wave, public_key=kept.public_key, status=OPENING))
        session.flush()
        return True
    return box.status in (CURRENT, OPENING)


def renew_boxes(engine: Engine, settings: Settings) -> list[str]:
    """Give each open wave a box whose key is there; the names of the waves that needed one.

    A box without its key would take answers that nobody can ever read.
    """
    with writing(engine) as session:
        lost = [wave for wave in waves_with_status(session, (OPEN,)) if not _has_key(session, settings, wave.id or 0)]
        ids = [(wave.id or 0, wave.slug) for wave in lost]
    for wave_id, _ in ids:
        with new_key(settings.key_dir) as key, writing(engine) as session:
            current = find_current_box(session, wave_id)
            if current is not None:
                current.status = SHUT
                session.flush()
            session.add(Box(id=key.box_id, wave_id=wave_id, public_key=key.public))
    return [slug for _, slug in ids]


def _has_key(session: Session, settings: Settings, wave_id: int) -> bool:
    box = find_current_box(session, wave_id)
    return box is not None and key_path(settings.key_dir, box.id).exists()
