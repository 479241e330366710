"""One-time codes: the service accepts other spellings, refuses wrong codes, and stores hashes only."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, select

from app.errors import CodesRefused, NotFound
from app.records.codes import Code, batch_counts
from app.services.ballots.invitation_codes import (
    ALPHABET,
    Invitation,
    code_hash,
    create_codes,
    draw_secret,
    is_checksum_valid,
    page_hash,
    read_code,
    times,
    to_list,
    typed_code,
    with_check,
)
from app.services.waves import lifecycle
from app.settings import Settings
from tests.services.making import ACT, PLAN, make_open_wave

KEY = b"k" * 32
codes = st.text(ALPHABET, min_size=9, max_size=9).map(with_check)


@given(codes)
def test_every_single_wrong_character_is_caught(code: str) -> None:
    for place, letter in itertools.product(range(len(code)), ALPHABET):
        if letter != code[place]:
            assert not is_checksum_valid(code[:place] + letter + code[place + 1 :])


@given(codes)
def test_every_exchange_of_two_different_characters_is_caught(code: str) -> None:
    for a, b in itertools.combinations(range(len(code)), 2):
        letters = list(code)
        letters[a], letters[b] = letters[b], letters[a]
        assert is_checksum_valid("".join(letters)) == (code[a] == code[b])


def test_check_sum_field_has_no_zero_divisors() -> None:
    elements = range(1, 32)
    assert all(times(a, b) for a in elements for b in elements)
    assert all({times(a, b) for b in elements} == set(elements) for a in elements)


@given(codes, st.data())
def test_a_code_is_read_however_it_is_typed(code: str, data: st.DataObject) -> None:
    spellings = {"0": "0Oo٠", "1": "1IilL١１", "V": "VvUu"}
    typed = [data.draw(st.sampled_from(spellings.get(letter, letter + letter.lower()))) for letter in code]
    gaps = [data.draw(st.sampled_from(["", "", "", " ", "-", "–", "\u200f", "\u00a0", "."])) for _ in code]
    assert read_code("".join(gap + letter for gap, letter in zip(gaps, typed, strict=True))) == code


@given(st.text(max_size=300))
def test_any_typed_text_is_a_code_or_none(text: str) -> None:
    code = read_code(text)
    assert code is None or (set(code) <= set(ALPHABET) and len(code) in (10, 26))


def test_no_two_code_letters_look_alike() -> None:
    assert len(set(ALPHABET)) == 32
    assert not set("ILOU") & set(ALPHABET)


def test_both_spellings_of_an_invitation_are_one_code() -> None:
    secret = draw_secret()
    typed = typed_code(secret, KEY)
    assert read_code(secret) == secret
    assert read_code(typed) == typed
    assert code_hash(secret, "wave", KEY) == code_hash(typed, "wave", KEY)


def test_code_hash_depends_on_the_key_and_the_wave() -> None:
    code = with_check("ABCDEFGHJ")
    hashes = {code_hash(code, wave, key) for wave in ("one", "two") for key in (KEY, b"x" * 32)}
    assert len(hashes) == 4


def test_page_hash_changes_with_the_code() -> None:
    marks = {page_hash(number, code, KEY) for number in ("a" * 32, "b" * 32) for code in (None, b"x", b"y")}
    assert len(marks) == 6


def test_batch_has_different_codes_with_links_in_the_fragment(engine: Engine, settings: Settings) -> None:
    plan = make_open_wave(engine, settings)
    made = create_codes(engine, settings, plan.slug, 200, "address sample", "north", "en")
    assert len({each.typed for each in made}) == 200
    for each in made:
        address, _, fragment = each.link.partition("#")
        secret, _, pin = fragment.partition("~")
        assert re.fullmatch(r"https://survey\.example\.org/s/river-city-2026(/[12])?\?lang=en", address)
        assert re.fullmatch(r"\w{32}", pin)
        assert typed_code(secret, settings.secret) == each.typed == each.printed.replace("-", "")


def test_database_holds_code_hashes_in_random_order(engine: Engine, settings: Settings) -> None:
    plan = make_open_wave(engine, settings)
    made = create_codes(engine, settings, plan.slug, 100, "address sample")
    with Session(engine) as session:
        kept = [code.hash for code in session.exec(select(Code))]
        (batch,) = batch_counts(session, 1)
    assert kept == sorted(code_hash(each.typed, plan.slug, settings.secret) for each in made)
    assert (batch.codes, batch.spent) == (100, 0)


def test_progress_is_reported_for_every_code(engine: Engine, settings: Settings) -> None:
    plan = make_open_wave(engine, settings)
    stated: list[int] = []
    create_codes(engine, settings, plan.slug, 5, "address sample", progress=stated.append)
    assert stated == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"count": 0}, "between 1 and 200000 codes, got 0"),
        ({"source": ""}, "a source and a stratum of at most 40 characters"),
        ({"stratum": "n" * 41}, "a source and a stratum of at most 40 characters"),
        ({"language": "tlh"}, "expected a language out of en, got tlh"),
    ],
)
def test_a_batch_that_cannot_be_is_refused_in_one_sentence(
    engine: Engine, settings: Settings, change: dict[str, object], said: str
) -> None:
    plan = make_open_wave(engine, settings)
    wanted: dict[str, object] = {"count": 1, "source": "address sample", **change}
    with pytest.raises(CodesRefused, match=said):
        create_codes(engine, settings, plan.slug, **wanted)  # type: ignore[arg-type]


def test_a_wave_without_codes_or_closed_gets_none(engine: Engine, settings: Settings) -> None:
    make_open_wave(engine, settings, codes="none")
    with pytest.raises(CodesRefused, match="planned without codes"):
        create_codes(engine, settings, PLAN.slug, 1, "address sample")
    closed = replace(PLAN, slug="closed")
    lifecycle.create_wave(engine, closed, ACT)
    lifecycle.open_wave(engine, settings, "closed", ACT)
    lifecycle.close_wave(engine, "closed", ACT)
    with pytest.raises(CodesRefused, match="it is closed"):
        create_codes(engine, settings, "closed", 1, "address sample")
    with pytest.raises(NotFound, match="there is no survey round 'nowhere'"):
        create_codes(engine, settings, "nowhere", 1, "address sample")


def test_list_for_a_print_shop_holds_no_formula() -> None:
    made = Invitation("AB" * 5, "https://x.test/s/w#secret", "=HYPERLINK(1)", "+north", None)
    assert to_list([made]).splitlines()[1] == "ABABA-BABAB,https://x.test/s/w#secret,'=HYPERLINK(1),'+north,"
