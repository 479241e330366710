"""Check and hash the passwords of the staff with Argon2id, only a few at a time."""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import Refused

SHORTEST, LONGEST = 15, 128
FEWEST_LETTERS = 6  # different letters
COMMON = Path(__file__).with_name("common_passwords.txt")
RUNS = ("abcdefghijklmnopqrstuvwxyz", "0123456789", "qwertyuiopasdfghjklzxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm")

HASHER = PasswordHasher(time_cost=2, memory_cost=32 * 1024, parallelism=1)  # 32 MiB
AT_ONCE = 2  # more would let strangers use up the memory that residents need
QUEUE_TIMEOUT = 5.0  # seconds in the queue
SLOTS = threading.BoundedSemaphore(AT_ONCE)


class TooBusy(Refused):
    """Refuse because too many people sign in at this moment."""

    def __init__(self) -> None:
        super().__init__("Expected to check a password, but too many are being checked now: try again soon.")


def find_weakness(password: str, name: str) -> str | None:
    """Return why a password is refused, in words for the person who chose it, or None."""
    if not SHORTEST <= len(password) <= LONGEST:
        return f"Choose {SHORTEST} to {LONGEST} characters, got {len(password)}."
    plain = password.casefold()
    if len(set(plain)) < FEWEST_LETTERS:
        return f"Use at least {FEWEST_LETTERS} different characters."
    if is_common(plain) or is_run(plain):
        return "That password is in the lists that are tried first. Choose another, such as four or five words."
    if len(name) > 3 and name.casefold() in plain and len(plain.replace(name.casefold(), "")) < SHORTEST // 2:
        return "Choose one that is more than your name."
    return None


def is_common(plain: str) -> bool:
    """Return whether it is in the list, a listed word between digits and signs, or one word repeated."""
    bare = plain.strip("0123456789!?.,;:-_*#@$%&+= ")
    return any(each in common_passwords() for each in (plain, bare, _unit(plain), _unit(bare)))


def is_run(plain: str) -> bool:
    """Return whether it follows the keyboard or the alphabet, forwards or backwards."""
    return any(plain in run * 14 or plain in run[::-1] * 14 for run in RUNS)


def _unit(text: str) -> str:
    """Return the part that a text repeats.

    >>> _unit("passwordpassword")
    'password'
    """
    period = (text + text).find(text, 1) if text else 0
    return text[:period]


@cache
def common_passwords() -> frozenset[str]:
    lines = COMMON.read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def hash_password(password: str) -> str:
    with hashing_slot():
        return HASHER.hash(password)


def matches_hash(password: str, hashed: str | None) -> bool:
    """Return whether the password has this hash. Without a hash it takes as long."""
    with hashing_slot():
        try:
            return HASHER.verify(hashed or dummy_hash(), password) and hashed is not None
        except (VerificationError, InvalidHashError):
            return False


@cache
def dummy_hash() -> str:
    return HASHER.hash("the password of no account")


class hashing_slot:  # noqa: N801  (a context manager, used as a function)
    """Take one of the few slots for hashing."""

    def __enter__(self) -> None:
        if not SLOTS.acquire(timeout=QUEUE_TIMEOUT):
            raise TooBusy

    def __exit__(self, *_: object) -> None:
        SLOTS.release()
