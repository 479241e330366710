"""Wrap private keys under a passphrase that is stored nowhere: Argon2id, then AES-256-GCM.

One passphrase gives one wrapping key, which wraps all keys of a holder. Two of three shares give it back.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.errors import PassphraseRefused

SALT_SIZE, NONCE_SIZE, KEY_SIZE = 16, 12, 32
SHORTEST_PASSPHRASE = 12


@dataclass(frozen=True)
class Cost:
    """Set the work of one guess: passes over the memory, the memory in KiB, and lanes that run side by side."""

    passes: int = 4
    memory: int = 128 * 1024
    lanes: int = 4


COST = Cost()


@dataclass(frozen=True)
class Salt:
    """Hold all that turns a passphrase into its wrapping key."""

    salt: bytes
    cost: Cost

    def to_json(self) -> dict[str, Any]:
        return {"salt": self.salt.hex(), **asdict(self.cost)}

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Salt:
        return cls(bytes.fromhex(document["salt"]), Cost(document["passes"], document["memory"], document["lanes"]))


def make_salt(cost: Cost = COST) -> Salt:
    return Salt(secrets.token_bytes(SALT_SIZE), cost)


def check_passphrase(passphrase: str) -> None:
    """Refuse a new passphrase that is too short to resist guessing."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise PassphraseRefused(f"a passphrase of at least {SHORTEST_PASSPHRASE} characters", f"{len(passphrase)}")


def derive_key(passphrase: str, salt: Salt) -> bytes:
    cost = salt.cost
    return hash_secret_raw(passphrase.encode(), salt.salt, cost.passes, cost.memory, cost.lanes, KEY_SIZE, Type.ID)


def wrap(key: bytes, secret: bytes, name: str) -> bytes:
    """Return the wrapped secret. `name` binds it to its place, so that two files cannot change places."""
    nonce = secrets.token_bytes(NONCE_SIZE)
    return nonce + AESGCM(key).encrypt(nonce, secret, name.encode())


def unwrap(key: bytes, wrapped: bytes, name: str) -> bytes:
    try:
        return AESGCM(key).decrypt(wrapped[:NONCE_SIZE], wrapped[NONCE_SIZE:], name.encode())
    except (InvalidTag, ValueError):
        raise PassphraseRefused("the passphrase or two shares of this holder", "others") from None
