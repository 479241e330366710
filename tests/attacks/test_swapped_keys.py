"""An attacker who writes to the database puts in own public keys: no answer is accepted, and the next page says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from nacl.public import PrivateKey
from sqlalchemy import Engine, text
from sqlmodel import Session
from starlette.testclient import TestClient

from app.errors import AnswerNotStored, HoldersMissing, RecordForged
from app.main import create_app
from app.records.waves import get_wave
from app.services.holders.round_record import digest_of_record
from app.services.waves import lifecycle
from app.settings import Settings
from tests.attacks.attacker import SealedAnswer, attack_envelopes
from tests.attacks.test_line import sent
from tests.services.ballots.tokens.test_tokens import open_with_codes
from tests.services.making import ACT, PLAN, make_form, make_open_wave, open_boxes, send

OWN_SINGLE = bytes(PrivateKey(b"a" * 32).public_key)


def write(engine: Engine, statement: str, **values: Any) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement), values)


def own_public() -> bytes:
    from app.services.holders.hpke import public_of

    return public_of(b"a" * 32)


def replace_single(engine: Engine) -> None:
    write(engine, "UPDATE box SET public_key = :own", own=OWN_SINGLE)


def replace_both(engine: Engine) -> None:
    write(engine, "UPDATE box SET public_key = :own, second_key = :own", own=own_public())


def go_back_to_one_envelope(engine: Engine) -> None:
    write(engine, "UPDATE box SET public_key = :own, second_key = NULL, signatures = NULL", own=OWN_SINGLE)
    write(engine, "UPDATE wave SET operator_holder = '', second_holder = ''")


def drop_the_seal(engine: Engine) -> None:
    write(engine, "UPDATE box SET public_key = :own, second_key = NULL, seal = NULL", own=OWN_SINGLE)


def add_a_box(engine: Engine) -> None:
    write(engine, "UPDATE box SET status = 'shut'")
    write(
        engine,
        "INSERT INTO box (id, wave_id, public_key, second_key, signatures, seal, status) "
        "SELECT 'own', wave_id, :own, :own, signatures, seal, 'current' FROM box",
        own=own_public(),
    )


def put_both_keys_of_the_operator(engine: Engine) -> None:
    write(engine, "UPDATE box SET second_key = public_key")


SWAPS: dict[str, Callable[[Engine], None]] = {
    "one key": replace_single,
    "both keys": replace_both,
    "one envelope": go_back_to_one_envelope,
    "no seal": drop_the_seal,
    "another box": add_a_box,
    "the operator twice": put_both_keys_of_the_operator,
}


def read_with_own_key(engine: Engine) -> int:
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT box_id, sealed FROM envelope")).all()
    return len(attack_envelopes([SealedAnswer(box, bytes(sealed)) for box, sealed in rows], [b"a" * 32]).read)


@pytest.mark.parametrize("swap", SWAPS)
def test_own_public_key_in_the_database_reads_no_one(engine: Engine, settings: Settings, swap: str) -> None:
    check_swap(engine, settings, SWAPS[swap])


@pytest.mark.postgres
def test_own_public_key_in_postgresql_reads_no_one(both_engine: Engine, both_settings: Settings) -> None:
    check_swap(both_engine, both_settings, replace_single)


def check_swap(engine: Engine, settings: Settings, swap: Callable[[Engine], None]) -> None:
    slug = make_open_wave(engine, settings).slug
    swap(engine)
    try:
        send(settings, slug, [make_form(number) for number in range(5)])
    except AnswerNotStored:
        refused = True
    else:
        refused = False
    assert read_with_own_key(engine) == 0
    assert refused


def test_next_page_and_readiness_report_swapped_keys(
    engine: Engine, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    slug = make_open_wave(engine, settings).slug
    replace_both(engine)
    with TestClient(create_app(settings)) as client:
        assert client.get(f"/s/{slug}").status_code == 503
        assert client.get("/readyz").status_code == 503
    assert "someone changed the database" in caplog.text


def insert_own_holder(engine: Engine) -> None:
    """Register an own second holder with a signed key, newer than the real one."""
    from app.services.holders.identity import fingerprint_of, identity_of, key_id, key_statement, make_identity, sign

    private = make_identity()
    identity, public = identity_of(private), own_public()
    write(
        engine,
        "INSERT INTO holder (fingerprint, role, name, identity, seal, added_on) "
        "VALUES (:print, 'second', 'own', :identity, :seal, '2030-01-01')",
        print=fingerprint_of(identity),
        identity=identity,
        seal=b"x" * 32,
    )
    write(
        engine,
        "INSERT INTO holder_key (id, fingerprint, public_key, signature) VALUES (:id, :print, :public, :signature)",
        id=key_id(public),
        print=fingerprint_of(identity),
        public=public,
        signature=sign(private, key_statement("second", public)),
    )
    write(engine, "UPDATE wave SET second_holder = :print", print=fingerprint_of(identity))


def test_own_holder_in_the_database_gets_no_box(engine: Engine, settings: Settings) -> None:
    lifecycle.create_wave(engine, PLAN, ACT)
    insert_own_holder(engine)
    write(engine, "UPDATE wave SET operator_holder = 'x'")
    with pytest.raises(HoldersMissing):
        lifecycle.open_wave(engine, settings, PLAN.slug, ACT)
    write(engine, "UPDATE wave SET operator_holder = '', second_holder = ''")
    lifecycle.open_wave(engine, settings, PLAN.slug, ACT)
    send(settings, PLAN.slug, [make_form(1)])
    assert read_with_own_key(engine) == 0


def test_own_key_of_a_real_holder_gets_no_box(engine: Engine, settings: Settings) -> None:
    """A key that its holder did not sign is passed over."""
    from app.services.holders.identity import key_id

    write(
        engine,
        "UPDATE holder_key SET id = :id, public_key = :own WHERE id IN "
        "(SELECT min(id) FROM holder_key WHERE fingerprint IN (SELECT fingerprint FROM holder WHERE role = 'second'))",
        id=key_id(own_public()),
        own=own_public(),
    )
    make_open_wave(engine, settings)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT second_key FROM box")).scalar_one() != own_public()


# Another language, and a refused code: both pages would send the answers without the second holder's seal.
SHOWN_AGAIN = {
    "another language": {"_do": "lang:en"},
    "a wrong code": {"_do": "send", "_code": "no code", "_refused": "1"},
}


@pytest.mark.parametrize("way", SHOWN_AGAIN)
@pytest.mark.parametrize("swap", ["both keys", "no keys of tokens"])
def test_forged_round_shows_a_script_no_unsealing_page(engine: Engine, settings: Settings, swap: str, way: str) -> None:
    open_with_codes(engine, settings, agencies=PLAN.agencies[:1])
    if swap == "both keys":
        replace_both(engine)
    else:
        write(engine, "DELETE FROM token_secret")
    with TestClient(create_app(settings)) as client:
        reply = client.post(f"/s/{PLAN.slug}", content=sent(1, **SHOWN_AGAIN[way]))
    assert reply.status_code == 503
    assert 'id="survey"' not in reply.text


# --- the record of a round


def forge_record(engine: Engine) -> None:
    """Change the rule for codes, and write a digest that fits it."""
    write(engine, "UPDATE wave SET code_policy = 'none'")
    with Session(engine) as session:
        digest = digest_of_record(session, get_wave(session, "river-city-2026"))
    write(engine, "UPDATE wave SET record_digest = :digest", digest=digest)


RECORDS: dict[str, Callable[[Engine], None]] = {
    "codes": lambda engine: write(engine, "UPDATE wave SET code_policy = 'none'"),
    "questions": lambda engine: write(engine, "UPDATE wave SET survey_text = replace(survey_text, 'How', 'How bad')"),
    "agencies": lambda engine: write(engine, "UPDATE rated_agency SET probability = 0.9"),
    "days": lambda engine: write(engine, "UPDATE wave SET days_sealed = 1"),
    "no digest": lambda engine: write(engine, "UPDATE wave SET code_policy = 'none', record_digest = ''"),
    "own digest": forge_record,
}


@pytest.mark.parametrize("change", RECORDS)
def test_changed_record_of_a_round_is_noticed(engine: Engine, settings: Settings, change: str) -> None:
    """A writer of the database could drop the codes of an open round, or ask another question."""
    slug = make_open_wave(engine, settings, codes="required", days_sealed=7).slug
    RECORDS[change](engine)
    with pytest.raises(AnswerNotStored):
        send(settings, slug, [make_form(1)])
    with TestClient(create_app(settings)) as client:
        assert client.get(f"/s/{slug}").status_code == 503
        assert client.get("/readyz").status_code == 503


def test_changed_record_opens_no_box_until_it_is_restored(engine: Engine, settings: Settings) -> None:
    slug = make_open_wave(engine, settings, codes="optional").slug
    send(settings, slug, [make_form(number) for number in range(3)], together=True)
    lifecycle.close_wave(engine, slug, ACT)
    write(engine, "UPDATE wave SET code_policy = 'required'")
    with pytest.raises(RecordForged, match="someone changed the database"):
        open_boxes(engine, settings, slug, ACT)
    write(engine, "UPDATE wave SET code_policy = 'optional'")
    assert open_boxes(engine, settings, slug, ACT).released == 3
