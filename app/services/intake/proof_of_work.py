"""A little work that a page does before it is counted, where its network sends as floods do.

The work is to find a number below 600 by trying: at most 600 short derivations, about half a second on a phone of today
and no long tail. It belongs to the number of the page, which counts once; so nothing is remembered, and no solution is
good twice. The server finds the number from its own key and derives once.
"""

from __future__ import annotations

import hashlib
import hmac

MOST = 600
ROUNDS = 1000
TASK_BYTES = 8


def _sought(page: str, key: bytes) -> int:
    digest = hmac.digest(key, b"proof of work\0" + page.encode(), hashlib.sha256)
    return int.from_bytes(digest[:8], "big") % MOST


def task_of(page: str, key: bytes) -> str:
    """What the page is to find the number of."""
    return derive(page, _sought(page, key))


def derive(page: str, number: int) -> str:
    """What the script of the page tries, one number after the other."""
    return hashlib.pbkdf2_hmac("sha256", page.encode(), str(number).encode(), ROUNDS, TASK_BYTES).hex()


def is_proved(page: str, work: str, key: bytes) -> bool:
    return hmac.compare_digest(work.encode(), str(_sought(page, key)).encode())
