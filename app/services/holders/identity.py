"""Sign and check what a holder vouches for, with the holder's long-term Ed25519 key.

The fingerprint of that key stands in the record of each wave and in its letters. A one-time public key counts only with
a signature that names the role, so that no one can put a key of one role in the place of the other.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

OPERATOR, SECOND = "operator", "second"
ROLES = (OPERATOR, SECOND)
SIGNATURE_SIZE = 64
FINGERPRINT_LENGTH = 32  # hexadecimal digits: 128 bits
KEY_LABEL = b"commontrust key\0"


def make_identity() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes_raw()


def identity_of(private: bytes) -> bytes:
    """Return the public half of a long-term key."""
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def fingerprint_of(identity: bytes) -> str:
    return hashlib.sha256(identity).hexdigest()[:FINGERPRINT_LENGTH]


def sign(private: bytes, message: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(private).sign(message)


@lru_cache(maxsize=256)
def is_signed(identity: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(identity).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def key_statement(role: str, public: bytes) -> bytes:
    """Return what a holder signs about a one-time public key."""
    return KEY_LABEL + role.encode() + b"\0" + public


def key_id(public: bytes) -> str:
    """Return the name of a one-time key: it is its own checksum."""
    return hashlib.sha256(public).hexdigest()[:FINGERPRINT_LENGTH]
