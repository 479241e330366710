"""Store the words of a wave as they were when it opened: one row for each language, without any answer."""

from __future__ import annotations

from sqlmodel import Field, Session, select

from app.records.metadata import Record


class FrozenWords(Record, table=True):
    """Hold the words of one wave in one language: compressed JSON and its SHA-256."""

    __tablename__ = "frozen_words"

    wave_id: int = Field(foreign_key="wave.id", primary_key=True)
    language: str = Field(max_length=20, primary_key=True)
    sha256: str = Field(max_length=64)
    content: bytes


def digests_of(session: Session, wave_id: int) -> dict[str, str]:
    """Return the digest of each frozen language of a wave, without its words."""
    rows = session.exec(select(FrozenWords.language, FrozenWords.sha256).where(FrozenWords.wave_id == wave_id))
    return dict(rows.all())


def content_of(session: Session, wave_id: int, language: str) -> bytes:
    return session.get_one(FrozenWords, (wave_id, language)).content
