"""Make and load the keys that sign tokens: one for each kind of code, fixed when a wave opens.

A kind is the source and stratum of a code and the agency that it chooses. The server learns all three from the code
anyway, and the agency again from the answer, so that a key for each shows nothing more; and an answer with a token
cannot be about an agency that its code did not choose.

The wave holds a digest of its keys, and the seal of each of its boxes covers the digest: a writer of the database can
neither replace a key nor add one. The page has the hash of all fingerprints and refuses a key that is not among them.
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from sqlmodel import Session

from app.errors import PassphraseRefused, TokenKeysForged
from app.questionnaire.answers import can_err
from app.questionnaire.definition import Survey
from app.records.codes import invitations_of
from app.records.tokens import TokenKey, TokenSecret, token_keys_of, token_secrets_of
from app.records.waves import Wave, rated_agencies_of
from app.services.ballots.envelopes import LENGTH_BYTES, PLAIN_SIZE, largest_ballot, largest_form
from app.services.holders.wrapping import unwrap, wrap
from app.services.tokens.raw_rsa import IssuingKey, load_private, make_private
from app.services.tokens.token import FIELD_SIZE, FINGERPRINT_SIZE
from app.settings import derive_key

KEY_BITS = 2048  # a key lives for the weeks of a wave; that no token leads to a code does not depend on its length
MOST_KEYS = 120


class CodeKind(NamedTuple):
    """Hold what a code shows about its holder: the source, the stratum and the agency to rate."""

    source: str
    stratum: str
    agency: str


@dataclass(frozen=True)
class WaveTokens:
    """Hold the keys of an open wave. `fingerprints` are those of all keys, `pin` is the hash of them."""

    pin: str
    fingerprints: bytes
    keys: Mapping[CodeKind, IssuingKey] = field(repr=False)

    def key_for(self, kind: CodeKind | None, mark: bytes) -> IssuingKey:
        """Return the key of a kind, or one that an unknown code seems to have."""
        found = self.keys.get(kind) if kind else None
        return found or [*self.keys.values()][int.from_bytes(mark[:8], "big") % len(self.keys)]


def kind_of(key: TokenKey) -> CodeKind:
    return CodeKind(key.source, key.stratum, key.agency)


def fingerprint_of(modulus: bytes) -> bytes:
    return hashlib.sha256(modulus).digest()[:FINGERPRINT_SIZE]


def digest_of(keys: Iterable[TokenKey]) -> str:
    """Return the digest that the boxes of a wave seal: of every key with its kind."""
    rows = sorted([key.source, key.stratum, key.agency, key.modulus.hex()] for key in keys)
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


# --- at the opening of a wave


def find_kinds(session: Session, wave: Wave) -> list[CodeKind]:
    """Return the kinds of the codes of a wave, or none where its answers hold no token.

    A survey whose answers can be wrong is sealed by the server, and a long one leaves no room beside its answers.
    """
    assert wave.id is not None
    agencies = [agency.slug for agency, _ in rated_agencies_of(session, wave.id)] or [""]
    samples = [(each.source, each.stratum) for each in invitations_of(session, wave.id)]
    kinds = [CodeKind(source, stratum, agency) for source, stratum in samples for agency in agencies]
    return kinds if wave.code_policy != "none" and len(kinds) <= MOST_KEYS else []


def has_room(survey: Survey) -> bool:
    """Return whether the page can seal each answer to a survey together with a token."""
    longest = max(largest_ballot(survey), largest_form(survey) + LENGTH_BYTES)
    return not can_err(survey) and longest + FIELD_SIZE <= PLAIN_SIZE


def make_privates(count: int) -> list[bytes]:
    """Return new private keys. It takes seconds, so no lock is held meanwhile."""
    return [make_private(KEY_BITS) for _ in range(count)]


def store_token_keys(
    session: Session, secret: bytes, wave: Wave, kinds: Sequence[CodeKind], privates: Sequence[bytes]
) -> str:
    """Store a key for each kind, and their digest with the wave; return what pages hold of them.

    Missing private keys are made now.
    """
    if not kinds:
        return ""
    assert wave.id is not None
    made = [*privates[: len(kinds)], *make_privates(len(kinds) - len(privates))]
    keys = []
    for kind, private in zip(kinds, made, strict=True):
        issuing = load_private(private)
        modulus = issuing.modulus.to_bytes(issuing.size, "big")
        key = TokenKey(id=fingerprint_of(modulus).hex(), wave_id=wave.id, modulus=modulus, **kind._asdict())
        session.add(key)
        session.flush()
        session.add(TokenSecret(id=key.id, wrapped=wrap(_wrapping_key(secret), private, key.id)))
        keys.append(key)
    wave.token_keys = digest_of(keys)
    return pin_of(b"".join(bytes.fromhex(each) for each in sorted(key.id for key in keys)))


def _wrapping_key(secret: bytes) -> bytes:
    return derive_key(secret, "token keys")


# --- while it is open


def load_tokens(session: Session, secret: bytes, wave: Wave) -> WaveTokens | None:
    """Return the keys of an open wave, or None where it has none, or a restored database holds no private ones.

    The caller has checked the seal of the box that covers `wave.token_keys`. Raises `TokenKeysForged`.
    """
    keys = get_token_keys(session, wave)
    wrapped = token_secrets_of(session, wave.id or 0)
    if not keys or len(wrapped) != len(keys):
        return None
    fingerprints = b"".join(fingerprint_of(key.modulus) for key in keys)
    try:
        issuing = {kind_of(key): _load_wrapped(_wrapping_key(secret), key.id, wrapped[key.id]) for key in keys}
    except (PassphraseRefused, KeyError):
        raise TokenKeysForged(wave.slug) from None
    return WaveTokens(pin_of(fingerprints), fingerprints, issuing)


def pin_of(fingerprints: bytes) -> str:
    return urlsafe_b64encode(hashlib.sha256(fingerprints).digest()).decode()


def get_token_keys(session: Session, wave: Wave) -> list[TokenKey]:
    """Return the public keys of a wave. Raises `TokenKeysForged` where the wave has another digest."""
    keys = token_keys_of(session, wave.id or 0) if wave.token_keys else []
    if wave.token_keys and digest_of(keys) != wave.token_keys:
        raise TokenKeysForged(wave.slug)
    return keys


@lru_cache(maxsize=2 * MOST_KEYS)
def _load_wrapped(key: bytes, name: str, wrapped: bytes) -> IssuingKey:
    return load_private(unwrap(key, wrapped, name))
