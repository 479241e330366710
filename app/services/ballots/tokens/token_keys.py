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

from sqlalchemy import Engine
from sqlmodel import Session

from app.errors import PassphraseRefused, TokenKeysForged
from app.questionnaire.answers import can_err
from app.questionnaire.definition import Survey
from app.records.audit_log import record_act
from app.records.codes import invitations_of
from app.records.database import writing
from app.records.tokens import TokenKey, TokenSecret, token_keys_of, token_secrets_of
from app.records.wave_lifecycle import OPEN
from app.records.waves import Wave, rated_agencies_of, waves_with_status
from app.services.ballots.envelopes import LENGTH_BYTES, PLAIN_SIZE, largest_ballot, largest_form
from app.services.ballots.tokens.raw_rsa import IssuingKey, load_private, make_private
from app.services.ballots.tokens.token import FIELD_SIZE, FINGERPRINT_SIZE
from app.services.common.actor import Actor
from app.services.holders.wrapping import unwrap, wrap
from app.settings import Settings, derive_key

KEY_BITS = 2048  # a key lives for the weeks of a wave; that no token leads to a code does not depend on its length
MOST_KEYS = 120
LOST = b"lost"  # stands in the place of a private key that no backup holds


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

    def key_for(self, kind: CodeKind | None, agency: str, mark: bytes) -> IssuingKey | None:
        """Return the key of a kind; without one the key of this agency that the mark of an unknown code seems to have.

        It is None for a kind that has no key: with another one the answer would count for another part of the city.
        """
        if kind is not None:
            return self.keys.get(kind)
        alike = [key for each, key in self.keys.items() if each.agency == agency] or [*self.keys.values()]
        return alike[int.from_bytes(mark[:8], "big") % len(alike)]


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
    """Return the kinds of the codes of a wave: none where it takes no codes, or has none yet."""
    assert wave.id is not None
    agencies = [agency.slug for agency, _ in rated_agencies_of(session, wave.id)] or [""]
    samples = [(each.source, each.stratum) for each in invitations_of(session, wave.id)]
    kinds = [CodeKind(source, stratum, agency) for source, stratum in samples for agency in agencies]
    return kinds if wave.code_policy != "none" else []


def why_no_tokens(wave: Wave, survey: Survey, kinds: Sequence[CodeKind]) -> str:
    """Return why codes would travel beside the sealed answers, and what helps; empty where they buy tokens.

    A survey whose answers can be wrong is sealed by the server, and a long one leaves no room beside its answers.
    """
    if wave.code_policy == "none":
        return ""
    if can_err(survey):
        return "a date or a ranking in its questions can be wrong, and needs the server's check: ask it in another way"
    if not has_room(survey):
        return "its longest answer leaves no room for a token: shorten the survey"
    if not kinds:
        return "it has no codes yet: make the codes before you open it"
    if len(kinds) > MOST_KEYS:
        return (
            f"its sources, parts of the city and agencies make {len(kinds)} kinds of code, and at most {MOST_KEYS} get "
            "tokens: join some parts"
        )
    return ""


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
    """Return the keys of an open wave, or None where it has none, or where a restore ended the selling of tokens.

    The caller has checked the seal of the box that covers `wave.token_keys`. Raises `TokenKeysForged`, also where a
    private key is missing: a writer of the database could else make codes travel beside their answers.
    """
    keys = get_token_keys(session, wave)
    if not keys:
        return None
    wrapped = token_secrets_of(session, wave.id or 0)
    fingerprints = b"".join(fingerprint_of(key.modulus) for key in keys)
    try:
        found = {kind_of(key): _load_wrapped(_wrapping_key(secret), key.id, wrapped[key.id]) for key in keys}
    except (PassphraseRefused, KeyError):
        raise TokenKeysForged(wave.slug) from None
    issuing = {kind: key for kind, key in found.items() if key is not None}
    if len(issuing) not in (0, len(keys)):
        raise TokenKeysForged(wave.slug)
    return WaveTokens(pin_of(fingerprints), fingerprints, issuing) if issuing else None


def pin_of(fingerprints: bytes) -> str:
    return urlsafe_b64encode(hashlib.sha256(fingerprints).digest()).decode()


def get_token_keys(session: Session, wave: Wave) -> list[TokenKey]:
    """Return the public keys of a wave. Raises `TokenKeysForged` where the wave has another digest."""
    keys = token_keys_of(session, wave.id or 0) if wave.token_keys else []
    if wave.token_keys and digest_of(keys) != wave.token_keys:
        raise TokenKeysForged(wave.slug)
    return keys


@lru_cache(maxsize=2 * MOST_KEYS)
def _load_wrapped(key: bytes, name: str, wrapped: bytes) -> IssuingKey | None:
    private = unwrap(key, wrapped, name)
    return load_private(private) if private != LOST else None


# --- after a restore


def end_tokens(engine: Engine, settings: Settings, actor: Actor) -> list[str]:
    """End the selling of tokens in open waves of a restored database, and return their names.

    No backup holds a private key. In the place of each stands a mark that only the SECRET makes, so that a deleted key
    is no ended one, and the audit log has a line. A wave that has any private key stays as it is.
    """
    with writing(engine) as session:
        ended = [wave for wave in waves_with_status(session, (OPEN,)) if _has_lost_all(session, wave)]
        for wave in ended:
            for key in token_keys_of(session, wave.id or 0):
                session.add(TokenSecret(id=key.id, wrapped=wrap(_wrapping_key(settings.secret), LOST, key.id)))
            record_act(session, actor.name, "tokens ended", wave.slug, actor.now)
        return [wave.slug for wave in ended]


def _has_lost_all(session: Session, wave: Wave) -> bool:
    return wave.token_keys != "" and not token_secrets_of(session, wave.id or 0)
