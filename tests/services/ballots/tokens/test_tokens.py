"""A code buys one token, a token counts once, and its key gives the answer its kind."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, select

from app.errors import AnswerNotStored, CodesRefused
from app.records.audit_log import acts
from app.records.ballots import Response
from app.records.codes import Code
from app.records.tokens import CountedToken, TokenKey, TokenRequest, TokenSecret
from app.records.waves import find_wave
from app.services.backups.archive import make_backup
from app.services.ballots.invitation_codes import create_codes, with_check
from app.services.ballots.tokens.token_keys import MOST_KEYS, end_tokens
from app.services.intake.submission import COUNTED, BallotBox, OpenWave
from app.services.waves import lifecycle
from app.settings import Settings
from tests.services.ballots.tokens.buying import Buyer, buy, buy_and_send, seal_text, with_box
from tests.services.making import ACT, PLAN, create_and_open, make_form, make_number_of, open_boxes, send

KINDS = (("letters", "north"), ("letters", "south"))


def open_with_codes(engine: Engine, settings: Settings, count: int = 3, **changes: object) -> dict[str, list[str]]:
    """Open a round whose codes exist before it opens; return its codes by stratum."""
    plan = replace(PLAN, **changes)
    lifecycle.create_wave(engine, plan, ACT)
    codes = {
        stratum: [each.typed for each in create_codes(engine, settings, plan.slug, count, source, stratum)]
        for source, stratum in KINDS
    }
    create_and_open(engine, settings, plan)
    return codes


def finish(engine: Engine, settings: Settings) -> tuple[list[Response], int]:
    lifecycle.close_wave(engine, PLAN.slug, ACT)
    opening = open_boxes(engine, settings, PLAN.slug, ACT)
    with Session(engine) as session:
        return list(session.exec(select(Response))), opening.unreadable


def test_token_counts_once_with_the_stratum_of_its_key(engine: Engine, settings: Settings) -> None:
    codes = open_with_codes(engine, settings, 20, codes="required", agencies=PLAN.agencies[:1])
    buyers = [Buyer(code, number) for number, code in enumerate([*codes["north"], *codes["south"]])]
    assert buy_and_send(settings, PLAN.slug, buyers) == [COUNTED] * 40
    responses, unreadable = finish(engine, settings)
    assert unreadable == 0
    assert {make_number_of(each.codes): (each.source, each.stratum) for each in responses} == {
        number: ("letters", "north" if number < 20 else "south") for number in range(40)
    }


@pytest.mark.postgres
def test_tokens_count_once_on_postgresql(both_engine: Engine, both_settings: Settings) -> None:
    test_token_counts_once_with_the_stratum_of_its_key(both_engine, both_settings)


def test_token_that_is_sent_twice_counts_once(engine: Engine, settings: Settings) -> None:
    codes = open_with_codes(engine, settings, agencies=PLAN.agencies[:1])
    buy_and_send(settings, PLAN.slug, [Buyer(codes["north"][0], 7)], sends=3)
    responses, unreadable = finish(engine, settings)
    assert (len(responses), unreadable) == (1, 2)


def test_token_of_an_earlier_opening_counts_no_second_time(engine: Engine, settings: Settings) -> None:
    codes = open_with_codes(engine, settings, 60, agencies=PLAN.agencies[:1])
    buyers = [Buyer(code, number) for number, code in enumerate(codes["north"][:41])]
    buy_and_send(settings, PLAN.slug, buyers)
    assert open_boxes(engine, settings, PLAN.slug, ACT).released == 21

    async def again(box: BallotBox, wave: OpenWave) -> list[object]:
        return [await box.submit(wave, replace(each.form(wave), number=secrets.token_hex(16))) for each in buyers]

    assert with_box(settings, PLAN.slug, again) == [COUNTED] * 41
    responses, unreadable = finish(engine, settings)
    assert Counter(make_number_of(each.codes) for each in responses) == Counter(range(41))
    assert unreadable == 41


def test_same_blinding_is_signed_again_and_another_never(engine: Engine, settings: Settings) -> None:
    (code, *_) = open_with_codes(engine, settings)["north"]

    async def run(box: BallotBox, wave: OpenWave) -> list[object]:
        first, second = Buyer(code, 1), Buyer(code, 2)
        found = [await buy(box, wave, first), await buy(box, wave, first), await buy(box, wave, second)]
        return [*found, await buy(box, wave, first)]

    assert with_box(settings, PLAN.slug, run) == [True, True, False, True]


def test_unknown_and_malformed_codes_get_no_token(engine: Engine, settings: Settings) -> None:
    open_with_codes(engine, settings)
    assert (
        buy_and_send(settings, PLAN.slug, [Buyer("0000000000", 1), Buyer("no code", 2), Buyer("", 3)])
        == ["refused"] * 3
    )


def test_token_buys_no_other_agency(engine: Engine, settings: Settings) -> None:
    codes = open_with_codes(engine, settings)
    buyers = [Buyer(code, number) for number, code in enumerate(codes["north"])]

    async def run(box: BallotBox, wave: OpenWave) -> list[object]:
        for buyer in buyers:
            assert await buy(box, wave, buyer)
            buyer.agency = next(each.slug for each in wave.agencies if each.slug != buyer.agency)
        return [await box.submit(wave, buyer.form(wave)) for buyer in buyers]

    assert with_box(settings, PLAN.slug, run) == [COUNTED] * 3
    assert finish(engine, settings) == ([], 3)


@pytest.mark.parametrize("policy", ["required", "optional"])
def test_answer_without_a_token_is_of_the_open_link_or_unread(engine: Engine, settings: Settings, policy: str) -> None:
    open_with_codes(engine, settings, codes=policy, agencies=PLAN.agencies[:1])

    async def run(box: BallotBox, wave: OpenWave) -> list[object]:
        bare = Buyer("", 5, agency="police")
        forged = bare.text() + b"&~=" + b"A" * 408
        return [
            await box.submit(wave, bare.form(wave)),
            await box.submit(wave, seal_text(wave, forged, secrets.token_hex(16), "police")),
        ]

    assert with_box(settings, PLAN.slug, run) == [COUNTED] * 2
    responses, unreadable = finish(engine, settings)
    assert len(responses) == (policy == "optional")
    assert unreadable == (1 if policy == "optional" else 2)


def test_code_beside_a_sealed_answer_still_counts(engine: Engine, settings: Settings) -> None:
    """Without script the code travels as before, and buys no token after that."""
    (code, *_) = open_with_codes(engine, settings)["south"]
    assert send(settings, PLAN.slug, [make_form(4, code)]) == [COUNTED]
    assert buy_and_send(settings, PLAN.slug, [Buyer(code, 5)]) == ["refused"]
    (response,), _ = finish(engine, settings)
    assert make_number_of(response.codes) == 4


def test_private_keys_end_with_the_round(engine: Engine, settings: Settings) -> None:
    codes = open_with_codes(engine, settings)
    buy_and_send(settings, PLAN.slug, [Buyer(codes["north"][0], 1)])
    tables = (TokenSecret, TokenRequest, CountedToken)

    def left() -> list[int]:
        with Session(engine) as session:
            return [len(session.exec(select(table)).all()) for table in tables]

    assert left() == [4, 1, 0]
    lifecycle.close_wave(engine, PLAN.slug, ACT)
    assert left() == [0, 1, 0]
    open_boxes(engine, settings, PLAN.slug, ACT)
    assert left() == [0, 0, 0]


def test_private_key_lies_wrapped_in_the_database(engine: Engine, settings: Settings) -> None:
    open_with_codes(engine, settings)
    with Session(engine) as session:
        wrapped = [each.wrapped for each in session.exec(select(TokenSecret))]
    assert len(set(wrapped)) == 4
    assert not [each for each in wrapped if b"\x2a\x86\x48\x86\xf7\x0d" in each]  # the name of RSA in each plain key


NO_TOKENS = {
    "no code before the opening": {"codes": "optional"},
    "no codes at all": {"codes": "none"},
}


@pytest.mark.parametrize("name", NO_TOKENS)
def test_round_that_opens_without_codes_sells_no_token(engine: Engine, settings: Settings, name: str) -> None:
    create_and_open(engine, settings, replace(PLAN, **NO_TOKENS[name]))
    with Session(engine) as session:
        wave = find_wave(session, PLAN.slug)
        assert wave is not None
        assert wave.token_keys == ""


def test_too_many_kinds_of_codes_sell_no_token(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.ballots.tokens.token_keys.MOST_KEYS", 3)
    assert MOST_KEYS > 3
    codes = open_with_codes(engine, settings)
    assert send(settings, PLAN.slug, [make_form(1, codes["north"][0])]) == [COUNTED]


SWAPS = {
    "another modulus": "UPDATE token_key SET modulus = (SELECT max(modulus) FROM token_key)",
    "labels exchanged": "UPDATE token_key SET stratum = 'south'",
    "a key removed": "DELETE FROM token_key WHERE stratum = 'south'",
    "no tokens": "UPDATE wave SET token_keys = ''",
    "another secret": "UPDATE token_secret SET wrapped = (SELECT max(wrapped) FROM token_secret)",
    "no secrets": "DELETE FROM token_secret",
    "a secret less": "DELETE FROM token_secret WHERE id = (SELECT max(id) FROM token_secret)",
}


@pytest.mark.parametrize("swap", SWAPS)
def test_writer_of_the_database_swaps_no_key(engine: Engine, settings: Settings, swap: str) -> None:
    open_with_codes(engine, settings)
    with engine.begin() as connection:
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        if swap == "a key removed":
            connection.execute(text("DELETE FROM token_secret WHERE id IN (SELECT id FROM token_key)"))
        connection.execute(text(SWAPS[swap]))
    assert is_refused(settings)


def is_refused(settings: Settings) -> bool:
    box = BallotBox(settings)
    wave = box.find_open_wave(PLAN.slug)
    box.stop()
    assert wave is not None
    return wave.is_forged and wave.tokens is None and wave.keys is None


def test_writer_of_the_database_deletes_no_second_holder(engine: Engine, settings: Settings) -> None:
    """A page without the holder's key would send its answers unsealed, with the code."""
    open_with_codes(engine, settings)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM holder_key"))
        connection.execute(text("DELETE FROM holder WHERE role = 'second'"))
    assert is_refused(settings)


def test_survey_that_no_page_can_seal_is_refused(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer of the database adds a question whose answers can be wrong, such as a date."""
    open_with_codes(engine, settings)
    monkeypatch.setattr("app.services.waves.open_waves.can_err", lambda survey: True)
    assert is_refused(settings)


def test_spent_code_stays_spent_after_a_restore(engine: Engine, settings: Settings) -> None:
    """The rows of a mirror name codes that bought a token, apart from the answers."""
    from app.services.ballots.mirror import read_grants

    mirrored = replace(settings, mirror_dir=settings.data_dir / "mirror")
    codes = open_with_codes(engine, mirrored)
    buy_and_send(mirrored, PLAN.slug, [Buyer(codes["north"][0], 1)])
    assert mirrored.mirror_dir is not None
    with Session(engine) as session:
        spent = [each.hash for each in session.exec(select(Code)) if each.spent]
    assert read_grants(mirrored.mirror_dir) == spent


def test_no_backup_holds_keys_or_counts_of_tokens(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    codes = open_with_codes(engine, settings)
    buy_and_send(settings, PLAN.slug, [Buyer(codes["north"][0], 1)])
    parts = make_backup(engine, settings, tmp_path / "a.backup", ACT).parts
    assert not {"token_secret", "token_request", "counted_token"} & set(parts)
    assert "token_key" in parts


def test_audit_log_names_the_keys_that_pages_hold(engine: Engine, settings: Settings) -> None:
    open_with_codes(engine, settings)
    box = BallotBox(settings)
    wave = box.find_open_wave(PLAN.slug)
    box.stop()
    assert wave is not None
    assert wave.tokens is not None
    with Session(engine) as session:
        opened = next(event for event in acts(session) if event.act == "wave opened")
    assert wave.tokens.pin in str(opened.facts)


def lose_secrets(engine: Engine, settings: Settings) -> list[str]:
    """Bring the database into the state of a restored one: private keys are in no backup."""
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM token_secret"))
    return end_tokens(engine, settings, ACT)


def test_round_of_a_restored_database_goes_on_without_tokens(engine: Engine, settings: Settings) -> None:
    """Codes travel beside sealed answers again, and sold tokens still count."""
    codes = open_with_codes(engine, settings, codes="required", agencies=PLAN.agencies[:1])
    buy_and_send(settings, PLAN.slug, [Buyer(codes["north"][0], 1)])
    assert lose_secrets(engine, settings) == [PLAN.slug]
    assert send(settings, PLAN.slug, [make_form(2, codes["north"][1])]) == [COUNTED]
    responses, unreadable = finish(engine, settings)
    assert sorted(make_number_of(each.codes) for each in responses) == [1, 2]
    assert unreadable == 0


def test_token_bought_before_a_restore_is_sent_after_it(engine: Engine, settings: Settings) -> None:
    codes = open_with_codes(engine, settings, codes="required")
    buyer = Buyer(codes["north"][0], 1)

    async def buy_one(box: BallotBox, wave: OpenWave) -> list[object]:
        return [await buy(box, wave, buyer)]

    async def send_it(box: BallotBox, wave: OpenWave) -> list[object]:
        assert wave.tokens is None
        return [await box.submit(wave, buyer.form(wave))]

    assert with_box(settings, PLAN.slug, buy_one) == [True]
    lose_secrets(engine, settings)
    assert with_box(settings, PLAN.slug, send_it) == [COUNTED]
    responses, unreadable = finish(engine, settings)
    assert (len(responses), unreadable) == (1, 0)


def test_end_of_tokens_is_in_the_audit_log(engine: Engine, settings: Settings) -> None:
    open_with_codes(engine, settings)
    lose_secrets(engine, settings)
    with Session(engine) as session:
        assert [each.subject for each in acts(session) if each.act == "tokens ended"] == [PLAN.slug]


def test_round_with_a_private_key_keeps_its_tokens(engine: Engine, settings: Settings) -> None:
    open_with_codes(engine, settings)
    assert end_tokens(engine, settings, ACT) == []


def test_deleted_private_keys_fail_the_readiness(engine: Engine, settings: Settings) -> None:
    open_with_codes(engine, settings)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM token_secret"))

    async def find(box: BallotBox, wave: OpenWave) -> list[object]:
        return [*box.find_faults()]

    assert "keys" in with_box(settings, PLAN.slug, find)


def test_open_round_makes_no_codes_that_no_key_signs_for(engine: Engine, settings: Settings) -> None:
    """Another key would sign, and the answer would count for another part of the city."""
    open_with_codes(engine, settings)
    with pytest.raises(CodesRefused):
        create_codes(engine, settings, PLAN.slug, 3, "letters", "west")


def test_code_of_a_kind_without_a_key_buys_no_token(engine: Engine, settings: Settings) -> None:
    codes = open_with_codes(engine, settings)
    with engine.begin() as connection:
        connection.execute(text("UPDATE code_batch SET stratum = 'west' WHERE stratum = 'north'"))

    async def run(box: BallotBox, wave: OpenWave) -> list[object]:
        with pytest.raises(AnswerNotStored):
            await buy(box, wave, Buyer(codes["north"][0], 1))
        return []

    with_box(settings, PLAN.slug, run)


def test_key_of_an_unknown_code_is_of_its_agency(engine: Engine, settings: Settings) -> None:
    """A key of another agency would show that no one has this code, without using it up."""
    open_with_codes(engine, settings)
    with Session(engine) as session:
        agency_of = {key.modulus: key.agency for key in session.exec(select(TokenKey))}

    async def run(box: BallotBox, wave: OpenWave) -> list[object]:
        assert wave.tokens is not None
        tried = [*(with_check(f"{number:09d}") for number in range(12)), "no code", ""]
        sold = [await box.sell_token(wave, wave.tokens, code, b"") for code in tried]
        return [agency_of[each.modulus] == each.agency for each in sold]

    assert all(with_box(settings, PLAN.slug, run))


def test_answer_and_token_of_one_code_in_one_batch_use_it_once(engine: Engine, settings: Settings) -> None:
    (code, *_) = open_with_codes(engine, settings, agencies=PLAN.agencies[:1])["north"]

    async def run(box: BallotBox, wave: OpenWave) -> list[object]:
        sent, bought = await asyncio.gather(
            box.submit(wave, replace(make_form(1, code), agency=wave.agencies[0].slug)), buy(box, wave, Buyer(code, 2))
        )
        return [sent, bought]

    sent, bought = with_box(settings, PLAN.slug, run)
    assert (sent is COUNTED) != bought
