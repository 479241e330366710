"""Store the words of a wave as they were when it opened: one row for each language, without any answer."""

from __future__ import annotations

from sqlmodel import Field, Session, select

from app.records.metadata import Record


class FrozenWords(Record, table=True):
    """Hold the words of one wave in one language: compressed JSON and its seal."""

    __tablename__ = "frozen_words"

    wave_id: int = Field(foreign_key="wave.id", primary_key=True)
    language: str = Field(max_length=20, primary_key=True)
    # The name is that of a plain digest, which rounds of earlier versions have.
    seal: str = Field(max_length=64, sa_column_kwargs={"name": "sha256"})
    content: bytes


def seals_of(session: Session, wave_id: int) -> dict[str, str]:
    """Return the seal of each frozen language of a wave, without its words."""
    rows = session.exec(select(FrozenWords.language, FrozenWords.seal).where(FrozenWords.wave_id == wave_id))
    return dict(rows.all())


def content_of(session: Session, wave_id: int, language: str) -> bytes:
    return session.get_one(FrozenWords, (wave_id, language)).content
