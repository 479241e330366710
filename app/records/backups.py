"""Store the number of spent codes at the last backup. The next backup must not show which few were spent since."""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import Field, Session, delete, select

from app.records.metadata import Record


class BackupNote(Record, table=True):
    """Hold the spent codes of one kind of sample of an open wave."""

    __tablename__ = "backup_note"

    kind: str = Field(primary_key=True, max_length=170)
    spent: int


def spent_at_last_backup(session: Session) -> dict[str, int]:
    return {note.kind: note.spent for note in session.exec(select(BackupNote))}


def store_spent(session: Session, spent: Mapping[str, int]) -> None:
    session.execute(delete(BackupNote))
    session.add_all(BackupNote(kind=kind, spent=count) for kind, count in spent.items())
