"""Choose the agency that a person rates: by the code of a letter, or by the number of a page, never by a new draw."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

BYTES, WHOLE = 8, 2.0**64


def choose_place(mark: bytes, key: bytes, chances: Sequence[float]) -> int:
    """Return the place of the chosen agency among `chances`, the probabilities of all agencies of a survey round.

    `mark` is the hash of a code, or the number of a page. The same mark gives the same place, and many marks give each
    place with its probability. Without the service's key no one can compute it.

    >>> choose_place(b"one code", b"key", [0.5, 0.5]) == choose_place(b"one code", b"key", [0.5, 0.5])
    True
    """
    drawn = int.from_bytes(hmac.digest(key, b"agency\0" + mark, hashlib.sha256)[:BYTES], "big") / WHOLE
    for place, chance in enumerate(chances):
        drawn -= chance
        if drawn < 0:
            return place
    return len(chances) - 1
