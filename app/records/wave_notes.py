"""Store what operators plan and note about a survey round, one document for each kind. None is about a resident."""

from __future__ import annotations

from typing import Any

from sqlmodel import Field, Session

from app.records.metadata import Record, json_column

SAMPLE, LETTER, WEEKS = "sample", "letter", "weeks"


class WaveNote(Record, table=True):
    """Hold one document: the plan of the sample, the settings of the letter, or sealed answers by week in steps."""

    __tablename__ = "wave_note"

    wave_id: int = Field(foreign_key="wave.id", primary_key=True)
    kind: str = Field(max_length=20, primary_key=True)
    content: dict[str, Any] = Field(sa_column=json_column())


def find_note(session: Session, wave_id: int, kind: str) -> dict[str, Any]:
    """Return a document; empty where there is none."""
    found = session.get(WaveNote, (wave_id, kind))
    return dict(found.content) if found else {}


def store_note(session: Session, wave_id: int, kind: str, content: dict[str, Any]) -> None:
    """Store a document in place of the one before."""
    note = session.get(WaveNote, (wave_id, kind)) or WaveNote(wave_id=wave_id, kind=kind, content={})
    note.content = content
    session.add(note)
