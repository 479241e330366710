"""Mirror the sealed answers: a second copy on another disk, for as long as they are sealed.

`MIRROR_DIR/<box>/<process>` has each envelope with its hashes, on the disk before the server acknowledges the answer.
It shows no more than the database's own journal. When the box is opened, its mirror is overwritten and removed, and
`latest.backup` beside it has the opened answers. To recover a lost database, `restore` uses both.
"""

from __future__ import annotations

import json
import os
import secrets
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
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
from app.services.ballots.box_keys import is_operator_key_here, new_box
from app.services.holders.key_files import destroy_file, sync_folder
from app.services.holders.register import forget_unused_keys
from app.settings import Settings

LATEST = "latest.backup"
GRANTS = ".codes"  # ending of the files with codes that bought a token


@dataclass(frozen=True)
class MirroredEnvelope:
    """Hold one envelope of the mirror, with the hashes of its page (`mark`) and its code.

    An answer that was moved from box to box has neither, because its page and code are no longer known.
    """

    box: str
    wave: int
    public_key: bytes
    sealed: bytes
    mark: bytes | None = None
    code: bytes | None = None
    second_key: bytes | None = None

    def to_line(self) -> bytes:
        document = {"wave": self.wave, "public_key": to_text(self.public_key), "sealed": to_text(self.sealed)}
        optional = (("mark", self.mark), ("code", self.code), ("second_key", self.second_key))
        document |= {name: to_text(value) for name, value in optional if value}
        return json.dumps(document).encode() + b"\n"


class Mirror:
    """Write the envelopes of one process. Without a folder it writes nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._folder, self._name = folder, secrets.token_hex(8)

    def write(self, envelopes: Sequence[MirroredEnvelope]) -> None:
        """Write envelopes to the disk. On `MirrorNotWritten` no answer may be acknowledged."""
        if self._folder is None or not envelopes:
            return
        try:
            for box in {each.box for each in envelopes}:
                self._append(self._folder / box, [each.to_line() for each in envelopes if each.box == box])
        except OSError as error:
            raise MirrorNotWritten(error.strerror or type(error).__name__) from None

    def write_grants(self, grants: Sequence[tuple[str, int, bytes]]) -> None:
        """Write the codes that a token was signed for: box, wave and hash. They lie apart from the envelopes."""
        if self._folder is None:
            return
        try:
            for box in {box for box, _, _ in grants}:
                rows = [{"wave": wave, "code": to_text(code)} for each, wave, code in grants if each == box]
                lines = [json.dumps(row).encode() + b"\n" for row in rows]
                self._append(self._folder / box, lines, self._name + GRANTS)
        except OSError as error:
            raise MirrorNotWritten(error.strerror or type(error).__name__) from None

    def _append(self, folder: Path, lines: Iterable[bytes], name: str = "") -> None:
        path = folder / (name or self._name)
        is_new = not path.exists()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
            file.write(b"".join(lines))
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            sync_folder(folder)
            sync_folder(folder.parent)


def erase_box(folder: Path | None, box_id: str) -> None:
    """Overwrite and remove the mirror of an opened box. Repeating it is safe.

    A file that cannot be overwritten is removed all the same, and the others after it.
    """
    if folder is None or not (folder / box_id).is_dir():
        return
    with ExitStack() as rest:
        rest.callback(sync_folder, folder)
        rest.callback((folder / box_id).rmdir)
        for path in (folder / box_id).iterdir():
            rest.callback(destroy_file, path)


def read_mirror(folder: Path) -> Iterator[MirroredEnvelope]:
    """Yield all mirrored envelopes. A last line cut by a crash was never acknowledged and is skipped."""
    for path in sorted(folder.glob("*/*")):
        if path.suffix != GRANTS:
            yield from (_read_line(path.parent.name, document) for document in _documents(path))


def read_grants(folder: Path) -> list[bytes]:
    """Return the hashes of all codes that bought a token."""
    paths = sorted(folder.glob(f"*/*{GRANTS}"))
    return [b64decode(document["code"]) for path in paths for document in _documents(path)]


def _documents(path: Path) -> Iterator[dict[str, Any]]:
    whole = (line for line in path.read_bytes().splitlines(keepends=True) if line.endswith(b"\n"))
    return (json.loads(line) for line in whole)


def _read_line(box: str, document: Mapping[str, Any]) -> MirroredEnvelope:
    names = ("public_key", "sealed", "mark", "code", "second_key")
    return MirroredEnvelope(
        box, document["wave"], **{name: b64decode(document[name]) for name in names if name in document}
    )


def restore_envelopes(engine: Engine, settings: Settings, folder: Path) -> int:
    """Insert the mirrored envelopes into a restored database, each once, and return the number of missing ones.

    Their hashes may exist already: a backup of a box in use has them without its envelopes.
    """
    with writing(engine) as session:
        mirrored = [each for each in read_mirror(folder) if _find_or_add_box(session, settings, each)]
        existing = {each.sealed for each in envelopes_in(session, {each.box for each in mirrored})}
        missing = [each for each in mirrored if each.sealed not in existing]
        secrets.SystemRandom().shuffle(missing)
        rows = [{"key": secrets.token_bytes(16), "box_id": each.box, "sealed": each.sealed} for each in missing]
        store_rows(session, Envelope, rows)
        page_hashes = {each.mark: each.wave for each in missing if each.mark}
        new = page_hashes.keys() - spent_among(session, page_hashes.keys())
        store_rows(
            session, SpentNumber, [{"mark": page_hash, "wave_id": page_hashes[page_hash]} for page_hash in sorted(new)]
        )
        spend_codes(session, [*(each.code for each in missing if each.code), *read_grants(folder)])
    return len(missing)


def _find_or_add_box(session: Session, settings: Settings, envelope: MirroredEnvelope) -> bool:
    """Return whether the box can still be opened. A box that the backup lacks is added to be opened next."""
    if not is_operator_key_here(settings, envelope.box, envelope.public_key, envelope.second_key):
        return False
    box = session.get(Box, envelope.box)
    if box is None:
        added = Box(id=envelope.box, wave_id=envelope.wave, public_key=envelope.public_key, status=OPENING)
        added.second_key = envelope.second_key
        session.add(added)
        session.flush()
        return True
    return box.status in (CURRENT, OPENING)


def renew_boxes(engine: Engine, settings: Settings) -> list[str]:
    """Give each open wave a box whose key exists, and return the names of the waves that needed one.

    Without its key no one can read the answers of a box.
    """
    with writing(engine) as session:
        forget_unused_keys(session, settings)
        waves = waves_with_status(session, (OPEN,))
        lost = [wave.slug for wave in waves if not _has_key(session, settings, wave.id or 0)]
    for slug in lost:
        with new_box(engine, settings, slug) as (session, box):
            current = find_current_box(session, box.wave_id)
            if current is not None:
                current.status = SHUT
                session.flush()
            session.add(box)
    return lost


def _has_key(session: Session, settings: Settings, wave_id: int) -> bool:
    box = find_current_box(session, wave_id)
    return box is not None and is_operator_key_here(settings, box.id, box.public_key, box.second_key)
