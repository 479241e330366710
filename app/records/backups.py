"""How many codes were spent when the last backup was made; the next one must not tell a few of them apart."""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import Field, Session, delete, select

from app.records.metadata import Record


class BackupNote(Record, table=True):
    """One kind of sample of an open wave."""

    __tablename__ = "backup_note"

    kind: str = Field(primary_key=True, max_length=170)
    spent: int


def noted(session: Session) -> dict[str, int]:
    return {note.kind: note.spent for note in session.exec(select(BackupNote))}


def note(session: Session, spent: Mapping[str, int]) -> None:
    session.execute(delete(BackupNote))
    session.add_all(BackupNote(kind=kind, spent=count) for kind, count in spent.items())
