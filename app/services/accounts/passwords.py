"""Passwords of the staff: what makes a good one, and its Argon2id hash, of which only a few are made at a time."""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import Refused

SHORTEST, LONGEST = 15, 128
FEWEST_LETTERS = 6  # different ones
COMMON = Path(__file__).with_name("common_passwords.txt")
RUNS = ("abcdefghijklmnopqrstuvwxyz", "0123456789", "qwertyuiopasdfghjklzxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm")

HASHER = PasswordHasher(time_cost=2, memory_cost=32 * 1024, parallelism=1)  # 32 MiB
AT_ONCE = 2  # more would let strangers fill the memory that residents need
PATIENCE = 5.0  # seconds in the queue
TURNS = threading.BoundedSemaphore(AT_ONCE)


class TooBusy(Refused):
    """Too many people sign in at this moment."""

    def __init__(self) -> None:
        super().__init__("Expected a free moment to check a password, but too many are being checked: try again soon.")


def find_weakness(password: str, name: str) -> str | None:
    """Why a password is not taken, in words for the person who chose it."""
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
    """In the list, or a word of it with digits and signs around, or one word again and again."""
    bare = plain.strip("0123456789!?.,;:-_*#@$%&+= ")
    return any(each in common_passwords() for each in (plain, bare, _unit(plain), _unit(bare)))


def is_run(plain: str) -> bool:
    """Keys in the order of the keyboard or the alphabet, forwards or backwards."""
    return any(plain in run * 14 or plain in run[::-1] * 14 for run in RUNS)


def _unit(text: str) -> str:
    """What a text repeats.

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
    with turn():
        return HASHER.hash(password)


def fits(password: str, hashed: str | None) -> bool:
    """Whether it is the password; takes as long where there is none to compare with."""
    with turn():
        try:
            return HASHER.verify(hashed or nobody(), password) and hashed is not None
        except (VerificationError, InvalidHashError):
            return False


@cache
def nobody() -> str:
    return HASHER.hash("the password of nobody at all")


class turn:  # noqa: N801  (a context manager, read as a word)
    """One of the few places at the hashes."""

    def __enter__(self) -> None:
        if not TURNS.acquire(timeout=PATIENCE):
            raise TooBusy

    def __exit__(self, *_: object) -> None:
        TURNS.release()
