"""Store the keys that sign tokens, one for each kind of code, and what is needed to give and to count a token once.

A token is in no table. A code's request is the digest of a blinded message, a counted token a keyed hash; neither
can be computed from the other, nor leads to an answer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import LargeBinary, delete
from sqlmodel import Field, Session, col, select

from app.records.metadata import BY_KEY_ONLY, Record


class TokenKey(Record, table=True):
    """Hold a public key that signs the tokens of one kind of code. The seal of the wave's boxes covers all of them."""

    __tablename__ = "token_key"

    id: str = Field(primary_key=True, max_length=32)
    wave_id: int = Field(foreign_key="wave.id", index=True)
    source: str = Field(max_length=40)
    stratum: str = Field(max_length=40)
    agency: str = Field(max_length=80)  # that codes of this key choose; empty where the wave has none
    modulus: bytes = Field(sa_type=LargeBinary)


class TokenSecret(Record, table=True):
    """Hold a private key, wrapped under a key of the SECRET. It is deleted when the wave is closed."""

    __tablename__ = "token_secret"

    id: str = Field(primary_key=True, foreign_key="token_key.id", max_length=32)
    wrapped: bytes = Field(sa_type=LargeBinary)


class TokenRequest(Record, table=True):
    """Hold the digest of the blinded message that a code had signed, so that the same one is signed again."""

    __tablename__ = "token_request"
    __table_args__: Any = BY_KEY_ONLY

    code: bytes = Field(sa_type=LargeBinary, primary_key=True)
    digest: bytes = Field(sa_type=LargeBinary)
    wave_id: int = Field(foreign_key="wave.id")


class CountedToken(Record, table=True):
    """Hold a token that an opening counted, as a keyed hash. It is deleted with the last box of the wave."""

    __tablename__ = "counted_token"
    __table_args__: Any = BY_KEY_ONLY

    mark: bytes = Field(sa_type=LargeBinary, primary_key=True)
    wave_id: int = Field(foreign_key="wave.id")


def token_keys_of(session: Session, wave_id: int) -> list[TokenKey]:
    return list(session.exec(select(TokenKey).where(TokenKey.wave_id == wave_id).order_by(col(TokenKey.id))))


def token_secrets_of(session: Session, wave_id: int) -> dict[str, bytes]:
    """Return the wrapped private keys of a wave by their names."""
    keys = select(TokenKey.id).where(TokenKey.wave_id == wave_id)
    return {each.id: each.wrapped for each in session.exec(select(TokenSecret).where(col(TokenSecret.id).in_(keys)))}


def requests_among(session: Session, codes: Collection[bytes]) -> dict[bytes, bytes]:
    """Return the digests of the requests of codes."""
    found = select(TokenRequest).where(col(TokenRequest.code).in_(codes))
    return {each.code: each.digest for each in session.exec(found)}


def counted_tokens_of(session: Session, wave_id: int) -> set[bytes]:
    return set(session.exec(select(CountedToken.mark).where(CountedToken.wave_id == wave_id)))


def delete_token_secrets(session: Session, wave_id: int) -> None:
    """Delete the private keys of a wave: from then on no one can sign another token of it."""
    keys = select(TokenKey.id).where(TokenKey.wave_id == wave_id)
    session.execute(delete(TokenSecret).where(col(TokenSecret.id).in_(keys)))


def delete_token_traces(session: Session, wave_id: int) -> None:
    """Delete the requests and the counted tokens of a wave whose last box is opened."""
    for table in (TokenRequest, CountedToken):
        session.execute(delete(table).where(col(table.wave_id) == wave_id))


# Rows of residents and their random keys: `records.ballots` writes them anew when the wave is over.
TOKEN_ROWS: Mapping[str, tuple[str, str]] = {
    "token_request": ("code", "wave_id = :wave"),
    "counted_token": ("mark", "wave_id = :wave"),
}
