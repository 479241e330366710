"""Share a wrapping key among three people so that any two of them have it back: Shamir's scheme over GF(256).

One share alone shows nothing about the key: every key is equally likely.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from collections.abc import Sequence

from app.errors import PassphraseRefused

SHARES, NEEDED = 3, 2
CHECK_SIZE = 4
POLYNOMIAL = 0x11B  # x^8 + x^4 + x^3 + x + 1


def times(a: int, b: int) -> int:
    product = 0
    while b:
        product ^= a if b & 1 else 0
        a = (a << 1) ^ (POLYNOMIAL if a & 0x80 else 0)
        b >>= 1
    return product


def inverse(a: int) -> int:
    """Return a to the power of 254, which is 1 / a in this field."""
    power = 1
    for _ in range(254):
        power = times(power, a)
    return power


def split(secret: bytes) -> list[str]:
    """Return three shares as text to print. Share x holds, for each byte, the value at x of a random line through it.

    >>> first, second, third = split(b"k" * 32)
    >>> join([third, first]) == b"k" * 32
    True
    """
    slopes = secrets.token_bytes(len(secret))
    check = hashlib.sha256(secret).digest()[:CHECK_SIZE]
    points = [bytes(byte ^ times(slope, x) for byte, slope in zip(secret, slopes, strict=True)) for x in (1, 2, 3)]
    return [_to_text(bytes([x]) + point, check) for x, point in zip((1, 2, 3), points, strict=True)]


def join(shares: Sequence[str]) -> bytes:
    """Return the secret of two different shares."""
    if len(shares) != NEEDED:
        raise PassphraseRefused(f"{NEEDED} shares", f"{len(shares)}")
    (x1, first, check), (x2, second, other) = map(_read, shares)
    if x1 == x2 or check != other or len(first) != len(second):
        raise PassphraseRefused("two different shares of one holder", "others")
    # The value at 0 of the line through both points.
    scale = inverse(x1 ^ x2)
    secret = bytes(times(times(a, x2) ^ times(b, x1), scale) for a, b in zip(first, second, strict=True))
    if hashlib.sha256(secret).digest()[:CHECK_SIZE] != check:
        raise PassphraseRefused("two unchanged shares of one holder", "others")
    return secret


def _to_text(point: bytes, check: bytes) -> str:
    text = base64.b32encode(point + check).decode().rstrip("=")
    return "-".join(text[start : start + 5] for start in range(0, len(text), 5))


def _read(share: str) -> tuple[int, bytes, bytes]:
    text = "".join(share.upper().split()).replace("-", "")
    try:
        raw = base64.b32decode(text + "=" * (-len(text) % 8))
    except binascii.Error:
        raise PassphraseRefused("a share as it was printed", "other text") from None
    if len(raw) <= CHECK_SIZE + 1 or raw[0] not in (1, 2, 3):
        raise PassphraseRefused("a share as it was printed", "other text")
    return raw[0], raw[1:-CHECK_SIZE], raw[-CHECK_SIZE:]
