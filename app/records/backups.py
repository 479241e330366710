"""Keep the table of an earlier version, which stored the number of spent codes at the last backup."""

from __future__ import annotations

from sqlmodel import Field

from app.records.metadata import Record


class BackupNote(Record, table=True):
    """Hold the spent codes of one kind of sample of an open wave."""

    __tablename__ = "backup_note"

    kind: str = Field(primary_key=True, max_length=170)
    spent: int
