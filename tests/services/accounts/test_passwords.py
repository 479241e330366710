"""Passwords are long, in no list of common ones, and stored as a slow hash."""

from __future__ import annotations

import threading

import pytest
from argon2 import extract_parameters
from hypothesis import given
from hypothesis import strategies as st

from app.services.accounts import passwords
from app.services.accounts.passwords import (
    FEWEST_LETTERS,
    LONGEST,
    SHORTEST,
    TooBusy,
    find_weakness,
    hash_password,
    matches_hash,
)

GOOD = "four walrus lamps under snow"


def test_a_hash_is_argon2id_with_at_least_19_mib_and_two_passes() -> None:
    parameters = extract_parameters(hash_password(GOOD))
    assert parameters.type.name == "ID"
    assert parameters.memory_cost >= 19 * 1024
    assert parameters.time_cost >= 2


def test_only_the_right_password_fits() -> None:
    hashed = hash_password(GOOD)
    assert matches_hash(GOOD, hashed)
    assert not matches_hash(GOOD + " ", hashed)
    assert not matches_hash("the password of no account", None)
    assert not matches_hash(GOOD, "not a hash")


@pytest.mark.parametrize(
    "password",
    [
        "fourteen chars",
        "x" * (LONGEST + 1),
        "aaaaaaaaaaaaaaaaaaaa",
        "abababababababab",
        "passwordpassword",
        "Password12345678",
        "1qaz2wsx3edc4rfv",
        "qwertyuiopasdfgh",
        "98765432109876543210",
        "correcthorsebatterystaple",
        "olga.perez-12345",
        "letmein!!!!!!!!!!!!",
    ],
)
def test_weak_password_is_refused_with_the_reason(password: str) -> None:
    weakness = find_weakness(password, "olga.perez")
    assert weakness
    assert weakness.endswith(".")
    assert password not in weakness


@pytest.mark.parametrize(
    "password", [GOOD, "ÑÓ háy dos sin tres", "你好世界天地玄黄宇宙洪荒日月盈", "a1B2 c3D4 e5F6 g7"]
)
def test_good_password_is_accepted_in_every_script(password: str) -> None:
    assert find_weakness(password, "olga") is None


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=SHORTEST, max_size=LONGEST))
def test_long_password_only_needs_enough_different_letters(password: str) -> None:
    assert (find_weakness(password, "olga") is None) == (len(set(password)) >= FEWEST_LETTERS)


def test_only_two_hashes_are_made_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "QUEUE_TIMEOUT", 0.01)
    with passwords.hashing_slot(), passwords.hashing_slot(), pytest.raises(TooBusy):
        matches_hash(GOOD, None)
    found: list[bool] = []
    thread = threading.Thread(target=lambda: found.append(matches_hash(GOOD, hash_password(GOOD))))
    thread.start()
    thread.join()
    assert found == [True]
