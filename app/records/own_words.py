"""Store translations that a community makes in the console, and the notes beside them. Rows are only added."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint
from sqlmodel import Field, Session, col, select

from app.records.metadata import Record

COMMENT, READ_BACK, PRETEST, SEEN = "comment", "read back", "pretest", "seen"
NOTE_KINDS = (COMMENT, READ_BACK, PRETEST, SEEN)
LONGEST_NOTE = 1000


def sentence_key(context: str, text: str) -> str:
    """Return 32 hexadecimal digits that name a sentence at its place in a survey."""
    return hashlib.sha256(json.dumps([context, text], ensure_ascii=False).encode()).hexdigest()[:32]


class OwnTranslation(Record, table=True):
    """Hold one translation of one sentence; the newest of a sentence counts. `key` is `sentence_key` of the source."""

    __tablename__ = "own_translation"

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    language: str = Field(max_length=20)
    key: str = Field(max_length=32)
    context: str = Field(max_length=120)
    text: str
    translation: str
    translator: str = Field(max_length=120)
    made_on: date


class TranslationNote(Record, table=True):
    """Hold a note beside a translation, such as a comment or a translation back into English.

    `fingerprint` is that of the sentence and the translation together as the author saw them.
    """

    __tablename__ = "translation_note"
    __table_args__: Any = (CheckConstraint("kind IN ('comment', 'read back', 'pretest', 'seen')", name="kind"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    language: str = Field(max_length=20)
    key: str = Field(max_length=32)
    fingerprint: str = Field(max_length=32)
    kind: str = Field(max_length=20)
    text: str = Field(default="", max_length=LONGEST_NOTE)
    author: str = Field(max_length=120)
    written_on: date


def own_translations_of(session: Session, community_id: int, languages: Collection[str]) -> list[OwnTranslation]:
    """Return the translations of a community, the oldest first."""
    found = select(OwnTranslation).where(
        OwnTranslation.community_id == community_id, col(OwnTranslation.language).in_(languages)
    )
    return list(session.exec(found.order_by(col(OwnTranslation.id))))


def notes_of(session: Session, community_id: int, language: str) -> list[TranslationNote]:
    """Return the notes of a community in a language, the oldest first."""
    found = select(TranslationNote).where(
        TranslationNote.community_id == community_id, TranslationNote.language == language
    )
    return list(session.exec(found.order_by(col(TranslationNote.id))))


def same_sentences(session: Session, language: str, text: str) -> list[OwnTranslation]:
    """Return the translations of a sentence by all communities, the newest first."""
    found = select(OwnTranslation).where(OwnTranslation.language == language, OwnTranslation.text == text)
    return list(session.exec(found.order_by(col(OwnTranslation.id).desc())))
