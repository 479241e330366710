"""Encrypt to a public key as RFC 9180 says: base mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM.

One message for each encapsulated key. A sealed message is the encapsulated key (65 bytes) and the ciphertext with its
tag (16 bytes more than the text).
"""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

KEM_SUITE = b"KEM\x00\x10"
SUITE = b"HPKE\x00\x10\x00\x01\x00\x01"
VERSION = b"HPKE-v1"
BASE_MODE = b"\x00"
HASH_SIZE, KEY_SIZE, NONCE_SIZE = 32, 16, 12

CURVE = ec.SECP256R1()
PRIVATE_SIZE, PUBLIC_SIZE = 32, 65
OVERHEAD = PUBLIC_SIZE + 16


class NotOpened(Exception):
    """Report that a key does not open a message."""


def make_private() -> bytes:
    """Return a new private key: its number in 32 bytes."""
    return ec.generate_private_key(CURVE).private_numbers().private_value.to_bytes(PRIVATE_SIZE, "big")


def public_of(private: bytes) -> bytes:
    """Return the public key, an uncompressed point of 65 bytes."""
    return _to_bytes(_load_private(private).public_key())


def seal(public: bytes, text: bytes, info: bytes, aad: bytes = b"") -> bytes:
    """Return the encapsulated key and the ciphertext. Raises `ValueError` for bytes that are no public key."""
    return seal_from(ec.generate_private_key(CURVE), public, text, info, aad)


def seal_from(ephemeral: ec.EllipticCurvePrivateKey, public: bytes, text: bytes, info: bytes, aad: bytes) -> bytes:
    """Seal with a given one-time key, as the test vectors do."""
    enc = _to_bytes(ephemeral.public_key())
    shared = ephemeral.exchange(ec.ECDH(), _load_public(public))
    key, nonce = _schedule(_decapsulated(shared, enc + public), info)
    return enc + AESGCM(key).encrypt(nonce, text, aad)


def open_sealed(private: bytes, sealed: bytes, info: bytes, aad: bytes = b"") -> bytes:
    """Return the text. Raises `NotOpened` where the key, `info` or `aad` is another one, or a byte was changed."""
    own, public = _pair(private)
    enc = sealed[:PUBLIC_SIZE]
    try:
        shared = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, enc))
        key, nonce = _schedule(_decapsulated(shared, enc + public), info)
        return AESGCM(key).decrypt(nonce, sealed[PUBLIC_SIZE:], aad)
    except (InvalidTag, ValueError):
        raise NotOpened from None


@lru_cache(maxsize=8)
def _load_public(public: bytes) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, public)


def _load_private(private: bytes) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(private, "big"), CURVE)


def _pair(private: bytes) -> tuple[ec.EllipticCurvePrivateKey, bytes]:
    """Return a private key with the bytes of its public key. Nothing is kept, because the key will be destroyed."""
    own = _load_private(private)
    return own, _to_bytes(own.public_key())


def _to_bytes(public: ec.EllipticCurvePublicKey) -> bytes:
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _decapsulated(shared: bytes, context: bytes) -> bytes:
    return _expand(KEM_SUITE, _extract(KEM_SUITE, b"", b"eae_prk", shared), b"shared_secret", context, HASH_SIZE)


def _schedule(shared: bytes, info: bytes) -> tuple[bytes, bytes]:
    secret = _extract(SUITE, shared, b"secret", b"")
    context = _context(info)
    return (
        _expand(SUITE, secret, b"key", context, KEY_SIZE),
        _expand(SUITE, secret, b"base_nonce", context, NONCE_SIZE),
    )


@lru_cache(maxsize=8)
def _context(info: bytes) -> bytes:
    return BASE_MODE + _extract(SUITE, b"", b"psk_id_hash", b"") + _extract(SUITE, b"", b"info_hash", info)


def _extract(suite: bytes, salt: bytes, label: bytes, material: bytes) -> bytes:
    return hmac.digest(salt, VERSION + suite + label + material, hashlib.sha256)


def _expand(suite: bytes, key: bytes, label: bytes, info: bytes, length: int) -> bytes:
    """Expand to at most one hash: no value of this suite is longer."""
    labeled = length.to_bytes(2, "big") + VERSION + suite + label + info
    return hmac.digest(key, labeled + b"\x01", hashlib.sha256)[:length]
