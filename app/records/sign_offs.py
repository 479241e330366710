"""Store signatures under translations. They are added and never changed, because a changed wording needs a new one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import cast

from sqlalchemy.orm import QueryableAttribute, defer
from sqlmodel import Field, Session, col, select

from app.records.metadata import Record, json_column


class SignOff(Record, table=True):
    """Hold a signature. `sentences` are the fingerprints of what was read; `digest` covers all of them."""

    __tablename__ = "sign_off"

    id: int | None = Field(default=None, primary_key=True)
    language: str = Field(max_length=20, index=True)
    domain: str = Field(max_length=80)
    step: str = Field(max_length=20)
    signer: str = Field(max_length=120)
    role: str = Field(max_length=120)
    signed_on: date
    digest: str = Field(max_length=64)
    sentences: list[str] = Field(sa_column=json_column())


SENTENCES = cast("QueryableAttribute[list[str]]", SignOff.sentences)


def sign_offs_for(session: Session, languages: Collection[str]) -> list[SignOff]:
    """Return the signatures under catalogs of these languages, oldest first. Their sentences are loaded on access."""
    found = select(SignOff).where(col(SignOff.language).in_(languages)).order_by(col(SignOff.id))
    return list(session.exec(found.options(defer(SENTENCES))))
