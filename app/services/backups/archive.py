"""Make, verify and restore backups that do not link residents to answers.

A mirror holds the present, a backup holds the past. Sealed answers are only in a mirror (`services/ballots/mirror`),
because two copies of a box, made an hour apart, would show who answered in between. So a backup has no envelope, no key
and no page mark, and of an open wave it has only the used codes that an opening has counted already: two backups differ
by whole boxes.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine, Table

from app.errors import BackupDamaged
from app.records.audit_log import AuditEvent, find_break, record_act
from app.records.codes import batches_with_status
from app.records.database import writing
from app.records.reports import Report
from app.records.schema import revision_of
from app.records.table_copies import OF_THE_SERVICE, all_tables, fill, is_empty, rows_of, snapshot
from app.records.wave_lifecycle import OPEN
from app.services.backups.row_format import read_line, to_line
from app.services.common.actor import Actor
from app.settings import Settings, derive_key, secret_name

Progress = Callable[[str], None]

FORMAT = 2
MANIFEST = "manifest.json"
# Exceptions that reading a damaged archive raises.
UNREADABLE = (zipfile.BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError, RuntimeError)
# A file of a few kilobytes can unpack to gigabytes: so much is read at once, and no more.
LARGEST_MANIFEST, LONGEST_LINE = 1_000_000, 64_000_000  # bytes
# Sealed answers, page marks, private keys and marks of tokens, sessions, and what belongs to one database alone.
OF_TOKENS = frozenset({"token_secret", "token_request", "counted_token"})
NEVER = OF_TOKENS | {"envelope", "spent_number", "staff_session", "sign_in_start", OF_THE_SERVICE}
OF_RESIDENTS = frozenset({"box", "code", "response"})


@dataclass(frozen=True)
class TableDump:
    """Describe one table of a backup: its number of rows and its hash."""

    rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """Describe a backup. `secret` names the SECRET of its codes; `seal` covers all else, keyed with that SECRET."""

    format: int
    revision: str
    made_on: str
    with_answers: bool
    secret: str
    parts: Mapping[str, TableDump]
    seal: str = ""

    def to_bytes(self) -> bytes:
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()

    def sealed(self, secret: bytes) -> Manifest:
        return replace(self, seal=self.seal_with(secret))

    def seal_with(self, secret: bytes) -> str:
        """Return the seal that only someone with the SECRET can make."""
        key = derive_key(secret, "backup")
        return hmac.digest(key, replace(self, seal="").to_bytes(), hashlib.sha256).hex()


# --- making


def make_backup(
    engine: Engine,
    settings: Settings,
    path: Path,
    actor: Actor,
    with_answers: bool = True,
    progress: Progress = lambda step: None,
) -> Manifest:
    """Write a backup. It shows nothing about answers that are still sealed."""
    manifest = write_backup(engine, settings, path, actor.now, with_answers, progress)
    with writing(engine) as session:
        record_act(session, actor.name, "backup made", path.name, actor.now, with_answers=with_answers)
    return manifest


def write_backup(
    engine: Engine,
    settings: Settings,
    path: Path,
    now: datetime,
    with_answers: bool = True,
    progress: Progress = lambda step: None,
) -> Manifest:
    """Write all tables of one snapshot to one file, which is complete or absent."""
    left_out = NEVER | (frozenset() if with_answers else OF_RESIDENTS)
    draft = path.with_name(path.name + ".part")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "wb") as file, snapshot(engine) as connection:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            parts = {}
            for table in all_tables():
                if table.name not in left_out:
                    progress(table.name)
                    parts[table.name] = _write_part(archive, connection, table)
            revision, day = revision_of(connection) or "", now.astimezone(UTC).date().isoformat()
            manifest = Manifest(FORMAT, revision, day, with_answers, secret_name(settings.secret), parts)
            manifest = manifest.sealed(settings.secret)
            archive.writestr(_entry(MANIFEST), manifest.to_bytes())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    return manifest


def _entry(name: str) -> zipfile.ZipInfo:
    """Return an archive entry without the time of writing."""
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _write_part(archive: zipfile.ZipFile, connection: Connection, table: Table) -> TableDump:
    count, digest = 0, hashlib.sha256()
    rows = rows_of(connection, table)
    if table.name == "code":
        rows = _as_counted(rows, batches_with_status(connection, OPEN))
    with archive.open(_entry(f"{table.name}.jsonl"), "w", force_zip64=True) as file:
        for row in rows:
            line = to_line(table, row)
            file.write(line)
            digest.update(line)
            count += 1
    return TableDump(count, digest.hexdigest())


def _as_counted(rows: Iterator[dict[str, Any]], open_batches: Collection[int]) -> Iterator[dict[str, Any]]:
    """Show a code of an open wave as used only after an opening has counted it."""
    for row in rows:
        yield row | {"spent": row["counted"]} if row["batch_id"] in open_batches else row


# --- verifying


def verify(path: Path, secret: bytes) -> Manifest:
    """Read the whole backup: check that every row, the audit log and the reports are complete and unchanged.

    The seal shows that a service with this SECRET wrote it: anyone could compute the hashes of other rows.
    """
    with _opened(path) as archive:
        manifest = _read_manifest(path, archive)
        _check_seal(path, manifest, secret)
        for table in all_tables():
            if table.name in manifest.parts:
                _verify_part(path, archive, table, manifest.parts[table.name])
        _verify_log(path, archive)
        _verify_reports(path, archive)
    return manifest


def _check_seal(path: Path, manifest: Manifest, secret: bytes) -> None:
    if manifest.secret != secret_name(secret):
        raise BackupDamaged(path, f"the SECRET {manifest.secret}", f"{secret_name(secret) if secret else 'none'}")
    if not hmac.compare_digest(f"{manifest.seal}".encode(), manifest.seal_with(secret).encode()):
        raise BackupDamaged(path, "the seal of the service that made it", "another one: someone changed the backup")


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (ValueError, *UNREADABLE) as error:
        raise BackupDamaged(path, "a file that `commontrust backup` made", str(error)) from error


def _read_manifest(path: Path, archive: zipfile.ZipFile) -> Manifest:
    try:
        with archive.open(MANIFEST) as file:
            document = json.loads(file.read(LARGEST_MANIFEST))
        parts = {name: TableDump(**part) for name, part in document.pop("parts").items()}
        manifest = Manifest(parts=parts, **document)
    except (TypeError, ValueError, AttributeError, *UNREADABLE):
        raise BackupDamaged(path, "its manifest", "another text") from None
    if manifest.format != FORMAT:
        raise BackupDamaged(path, f"format {FORMAT}", str(manifest.format))
    return manifest


def _lines(path: Path, archive: zipfile.ZipFile, table: str) -> Iterator[bytes]:
    try:
        with archive.open(f"{table}.jsonl") as file:
            yield from _complete_lines(file)
    except UNREADABLE as error:
        raise BackupDamaged(path, f"the rows of {table}", str(error)) from error


def _complete_lines(file: IO[bytes]) -> Iterator[bytes]:
    while line := file.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise EOFError("a line without an end")
        yield line


def _verify_part(path: Path, archive: zipfile.ZipFile, table: Table, part: TableDump) -> None:
    count, digest = 0, hashlib.sha256()
    for line in _lines(path, archive, table.name):
        count += 1
        digest.update(line)
    if (count, digest.hexdigest()) != (part.rows, part.sha256):
        raise BackupDamaged(path, f"{part.rows} unchanged rows of {table.name}", f"{count} rows, some of them changed")


def _rows(path: Path, archive: zipfile.ZipFile, table: Table) -> Iterator[dict[str, Any]]:
    return (read_line(table, line) for line in _lines(path, archive, table.name))


def _verify_log(path: Path, archive: zipfile.ZipFile) -> None:
    table = next(each for each in all_tables() if each.name == "audit_event")
    broken = find_break([AuditEvent(**row) for row in _rows(path, archive, table)])
    if broken is not None:
        raise BackupDamaged(path, "a complete audit log", f"a break at line {broken.id}")


def _verify_reports(path: Path, archive: zipfile.ZipFile) -> None:
    table = next(each for each in all_tables() if each.name == "report")
    for row in _rows(path, archive, table):
        report = Report(**row)
        if hashlib.sha256(report.content).hexdigest() != report.sha256:
            raise BackupDamaged(path, f"report {report.id} as it was published", "other bytes")


# --- restoring


def restore(
    engine: Engine, settings: Settings, path: Path, actor: Actor, progress: Progress = lambda step: None
) -> Manifest:
    """Fill an empty, migrated database of the same revision. Nothing is overwritten."""
    progress("verifying")
    manifest = verify(path, settings.secret)
    with _opened(path) as archive, engine.begin() as connection:
        revision = revision_of(connection)
        if revision != manifest.revision:
            raise BackupDamaged(path, f"a database at its revision {manifest.revision}", f"{revision}")
        if not is_empty(connection):
            raise BackupDamaged(path, "an empty database to restore into", "one that holds rows")
        for table in all_tables():
            if table.name in manifest.parts:
                progress(table.name)
                fill(connection, table, _rows(path, archive, table))
    with writing(engine) as session:
        record_act(session, actor.name, "backup restored", path.name, actor.now, made_on=manifest.made_on)
    return manifest
