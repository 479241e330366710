"""Blind RSA signatures as RFC 9474 says: RSABSSA-SHA384 with PSS, randomized as this service uses them.

    client:  prepared = prepare(message)    blinded, inverse = blind(modulus, prepared)
    server:  signed = a raw RSA private operation on `blinded` (`raw_rsa`)
    client:  signature = finalize(modulus, prepared, signed, inverse)
    anyone:  verify(modulus, prepared, signature)

The server sees `blinded`, which is uniformly random whatever was prepared: it can link it to no signature, ever.
Lengths of salt and prefix are arguments, because the RFC's other three variants test the same steps.
"""

from __future__ import annotations

import hashlib
import math
import secrets
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

EXPONENT = 65537
PREFIX_SIZE = 32
HASH_SIZE = SALT_SIZE = 48  # SHA-384


class BlindingFailed(Exception):
    """Report a signature that does not fit its message, or a message that cannot be blinded."""


@dataclass(frozen=True)
class Blinded:
    """Hold a blinded message, and the inverse of its blinding factor, which never leaves the client."""

    message: bytes
    inverse: int


def size_of(modulus: int) -> int:
    """Return the length in bytes of numbers below a modulus."""
    return (modulus.bit_length() + 7) // 8


def prepare(message: bytes) -> bytes:
    """Return the message behind a random prefix, which makes each prepared message unique (RFC 9474, 4.1)."""
    return secrets.token_bytes(PREFIX_SIZE) + message


def encode(message: bytes, bits: int, salt: bytes) -> bytes:
    """Encode a message as EMSA-PSS (RFC 8017, 9.1.1) of `bits` bits, with SHA-384 and the given salt."""
    size = (bits + 7) // 8
    hashed = hashlib.sha384(bytes(8) + hashlib.sha384(message).digest() + salt).digest()
    block = b"\x01".rjust(size - len(salt) - HASH_SIZE - 1, b"\0") + salt
    masked = bytearray(a ^ b for a, b in zip(block, mask(hashed, len(block)), strict=True))
    masked[0] &= 0xFF >> (8 * size - bits)
    return bytes(masked) + hashed + b"\xbc"


def mask(seed: bytes, length: int) -> bytes:
    """Stretch a seed to `length` bytes (MGF1, RFC 8017, B.2.1)."""
    blocks = (hashlib.sha384(seed + place.to_bytes(4, "big")).digest() for place in range(-(-length // HASH_SIZE)))
    return b"".join(blocks)[:length]


def blind(modulus: int, prepared: bytes) -> Blinded:
    """Blind a prepared message (RFC 9474, 4.2). Raises `BlindingFailed` with negligible probability."""
    factor = 1 + secrets.randbelow(modulus - 1)
    return blind_with(modulus, prepared, secrets.token_bytes(SALT_SIZE), factor)


def blind_with(modulus: int, prepared: bytes, salt: bytes, factor: int) -> Blinded:
    """Blind with a given salt and blinding factor, as the test vectors do."""
    number = int.from_bytes(encode(prepared, modulus.bit_length() - 1, salt), "big")
    if math.gcd(number, modulus) != 1 or math.gcd(factor, modulus) != 1:
        raise BlindingFailed
    blinded = number * pow(factor, EXPONENT, modulus) % modulus
    return Blinded(blinded.to_bytes(size_of(modulus), "big"), pow(factor, -1, modulus))


def finalize(modulus: int, prepared: bytes, signed: bytes, inverse: int, salt_size: int = SALT_SIZE) -> bytes:
    """Return the signature (RFC 9474, 4.4). Raises `BlindingFailed` where another key made `signed`."""
    signature = (int.from_bytes(signed, "big") * inverse % modulus).to_bytes(size_of(modulus), "big")
    if len(signed) != len(signature) or not verify(modulus, prepared, signature, salt_size):
        raise BlindingFailed
    return signature


def verify(modulus: int, prepared: bytes, signature: bytes, salt_size: int = SALT_SIZE) -> bool:
    """Return whether the holder of the private key signed this message."""
    how = padding.PSS(padding.MGF1(hashes.SHA384()), salt_size)
    try:
        _load(modulus).verify(signature, prepared, how, hashes.SHA384())
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=128)
def _load(modulus: int) -> rsa.RSAPublicKey:
    return rsa.RSAPublicNumbers(EXPONENT, modulus).public_key()
