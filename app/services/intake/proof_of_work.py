"""Ask a page for a small proof of work before it counts, where its network sends like a flood.

The work is to find a number below 600 by trial: at most 600 short derivations, about half a second on a current phone.
It depends on the number of the page, which counts only once; so the server stores nothing and no solution works twice.
The server derives the number from its own key.
"""

from __future__ import annotations

import hashlib
import hmac

MOST = 600
ROUNDS = 1000
TASK_BYTES = 8


def _solution(page: str, key: bytes) -> int:
    digest = hmac.digest(key, b"proof of work\0" + page.encode(), hashlib.sha256)
    return int.from_bytes(digest[:8], "big") % MOST


def task_of(page: str, key: bytes) -> str:
    """Return the task of a page, whose number the page has to find."""
    return derive(page, _solution(page, key))


def derive(page: str, number: int) -> str:
    """Return the value that the page's script computes for each number."""
    return hashlib.pbkdf2_hmac("sha256", page.encode(), str(number).encode(), ROUNDS, TASK_BYTES).hex()


def is_proved(page: str, work: str, key: bytes) -> bool:
    return hmac.compare_digest(work.encode(), str(_solution(page, key)).encode())
