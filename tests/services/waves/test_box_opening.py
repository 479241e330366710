"""Opening a box: every answer comes out once, under a key of its own, whatever happens on the way."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from app.errors import BoxDamaged, BoxOpenedMeanwhile, BoxTooThin, DatabaseBusy, HolderKeyMissing, Refused, TracesLeft
from app.records import order_erasure
from app.records.audit_log import acts, is_whole
from app.records.ballots import CURRENT, OPENED, SHUT, Box, Envelope, Response, SpentNumber
from app.records.holders import HolderKey
from app.services.ballots.envelopes import SEALED_SIZE, Ballot
from app.services.ballots.invitation_codes import create_codes
from app.services.waves import box_opening, lifecycle
from app.services.waves.box_opening import Opening
from app.services.waves.release_rule import decide_release
from app.settings import Settings
from tests.services.making import ACT, ONE_AGENCY, make_form, make_number_of, make_open_wave, open_boxes, send

samples = st.sampled_from([("address sample", "north"), ("address sample", "south"), ("open link", "")])


def fill(settings: Settings, slug: str, numbers: range) -> None:
    outcomes = send(settings, slug, [make_form(number) for number in numbers], together=True)
    assert {str(outcome) for outcome in outcomes} <= {"counted"}


def opened_numbers(engine: Engine) -> list[int]:
    with Session(engine) as session:
        return sorted(make_number_of(response.codes) for response in session.exec(select(Response)))


def box_statuses(engine: Engine) -> list[str]:
    with Session(engine) as session:
        return sorted(session.exec(select(Box.status)))


def keys_left(engine: Engine, settings: Settings) -> list[Path]:
    """The files of private keys that a box uses or used, of both holders."""
    with Session(engine) as session:
        used = set(session.exec(select(HolderKey.id).where(col(HolderKey.box_id).is_not(None))))
    return sorted(path for path in settings.key_dir.glob("holders/*/*.key") if path.stem in used)


def test_full_box_becomes_responses_and_leaves_no_trace(both_engine: Engine, both_settings: Settings) -> None:
    plan = make_open_wave(both_engine, both_settings, agencies=ONE_AGENCY)
    fill(both_settings, plan.slug, range(45))
    old_keys = keys_left(both_engine, both_settings)
    opening = open_boxes(both_engine, both_settings, plan.slug, ACT)
    assert opening == Opening(plan.slug, released=25, carried=20)
    assert len(set(opened_numbers(both_engine))) == 25
    assert box_statuses(both_engine) == [CURRENT, SHUT]
    with Session(both_engine) as session:
        (current,) = session.exec(select(Box.id).where(Box.status == CURRENT))
        assert set(session.exec(select(Envelope.box_id))) == {current}
    assert len(keys_left(both_engine, both_settings)) == 2
    assert not set(keys_left(both_engine, both_settings)) & set(old_keys)


def test_an_envelope_shows_nothing_but_its_box(engine: Engine, settings: Settings) -> None:
    plan = make_open_wave(engine, settings, agencies=ONE_AGENCY)
    send(settings, plan.slug, [make_form(1), make_form(2, fields={"A1": ["3"]})])
    with Session(engine) as session:
        envelopes = session.exec(select(Envelope)).all()
    assert {len(each.sealed) for each in envelopes} == {SEALED_SIZE}
    assert {len(each.key) for each in envelopes} == {16}
    assert set(Envelope.model_fields) == {"key", "box_id", "sealed"}


def test_a_thin_box_stays_closed_until_its_wave_is(engine: Engine, settings: Settings) -> None:
    plan = make_open_wave(engine, settings, agencies=ONE_AGENCY)
    fill(settings, plan.slug, range(39))
    with pytest.raises(BoxTooThin, match=r"at least 40 sealed answers .* got fewer"):
        open_boxes(engine, settings, plan.slug, ACT)
    assert box_statuses(engine) == [CURRENT]
    lifecycle.close_wave(engine, plan.slug, ACT)
    opening = open_boxes(engine, settings, plan.slug, ACT)
    assert (opening.released, opening.thin) == (39, ())
    assert opened_numbers(engine) == list(range(39))
    assert keys_left(engine, settings) == []


def test_a_small_kind_of_a_closed_wave_is_named(engine: Engine, settings: Settings) -> None:
    plan = make_open_wave(engine, settings, agencies=ONE_AGENCY)
    fill(settings, plan.slug, range(19))
    lifecycle.close_wave(engine, plan.slug, ACT)
    assert open_boxes(engine, settings, plan.slug, ACT).thin == (("open link", ""),)


def test_early_opening_leaves_a_random_twenty_of_each_kind(engine: Engine, settings: Settings) -> None:
    plan = make_open_wave(engine, settings, agencies=ONE_AGENCY)
    fill(settings, plan.slug, range(40))
    opening = open_boxes(engine, settings, plan.slug, ACT)
    assert (opening.released, opening.carried) == (20, 20)
    first = opened_numbers(engine)
    assert first != list(range(20))  # of 137,846,528,820 choices
    lifecycle.close_wave(engine, plan.slug, ACT)
    assert open_boxes(engine, settings, plan.slug, ACT).released == 20
    assert opened_numbers(engine) == list(range(40))


def test_second_opening_finds_nothing_to_do(engine: Engine, settings: Settings) -> None:
    plan = make_open_wave(engine, settings, agencies=ONE_AGENCY)
    fill(settings, plan.slug, range(40))
    open_boxes(engine, settings, plan.slug, ACT)
    with pytest.raises(BoxTooThin, match="got fewer"):
        open_boxes(engine, settings, plan.slug, ACT)
    lifecycle.close_wave(engine, plan.slug, ACT)
    assert open_boxes(engine, settings, plan.slug, ACT).released == 20
    assert open_boxes(engine, settings, plan.slug, ACT).released == 0
    assert opened_numbers(engine) == list(range(40))


def test_answers_of_a_rare_source_wait_for_more(engine: Engine, settings: Settings) -> None:
    plan = make_open_wave(engine, settings, agencies=ONE_AGENCY)
    invitations = create_codes(engine, settings, plan.slug, 60, "address sample", "north")
    coded = [make_form(100 + n, each.typed) for n, each in enumerate(invitations)]
    fill(settings, plan.slug, range(40))
    send(settings, plan.slug, coded[:5])
    assert open_boxes(engine, settings, plan.slug, ACT) == Opening(plan.slug, released=20, carried=25)
    assert max(opened_numbers(engine)) < 40
    send(settings, plan.slug, coded[5:40])
    assert open_boxes(engine, settings, plan.slug, ACT) == Opening(plan.slug, released=20, carried=40)
    assert sum(number >= 100 for number in opened_numbers(engine)) == 20
    with Session(engine) as session:
        kinds = {(r.source, r.stratum) for r in session.exec(select(Response)) if make_number_of(r.codes) >= 100}
    assert kinds == {("address sample", "north")}


def test_box_without_a_large_enough_source_stays_closed(engine: Engine, settings: Settings) -> None:
    plan = make_open_wave(engine, settings, agencies=ONE_AGENCY)
    invitations = create_codes(engine, settings, plan.slug, 12, "address sample", "north")
    fill(settings, plan.slug, range(12))
    send(settings, plan.slug, [make_form(100 + n, each.typed) for n, each in enumerate(invitations)])
    with pytest.raises(BoxTooThin, match="got fewer"):
        open_boxes(engine, settings, plan.slug, ACT)


@given(st.lists(samples, max_size=160), st.booleans())
def test_no_ballot_is_lost_and_none_leaves_alone(kinds: list[tuple[str, str]], is_open: bool) -> None:
    found = [Ballot(source, stratum, "police", {"A1": number}) for number, (source, stratum) in enumerate(kinds)]
    release = decide_release(found, 20, is_open, Random(len(kinds)))
    together = sorted([*release.released, *release.carried], key=lambda ballot: ballot.answers["A1"])
    assert together == found
    for sample in {ballot.sample for ballot in release.released}:
        size = sum(ballot.sample == sample for ballot in release.released)
        assert size >= 20 or (not is_open and sample in release.thin)
        left = sum(ballot.sample == sample for ballot in release.carried)
        assert left == (20 if is_open else 0)
    assert is_open or not release.carried


STEPS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "before the new box": lambda patch: patch.setattr(box_opening, "_retire", stop),
    "after the new box": lambda patch: patch.setattr(box_opening, "_open_retired", stop),
    "while the answers move": lambda patch: patch.setattr(box_opening, "record_act", stop),
    "before the traces are swept": lambda patch: patch.setattr(box_opening, "finish_opened", stop_at_second()),
    "before the key is destroyed": lambda patch: patch.setattr(box_opening, "destroy_keys", stop),
}


class Stopped(BaseException):
    """Stands for the power cut."""


def stop(*_: object, **__: object) -> None:
    raise Stopped


def stop_at_second() -> Callable[..., None]:
    calls = []

    def count(*_: object) -> None:
        calls.append(1)
        if len(calls) > 1:
            raise Stopped

    return count


@pytest.mark.parametrize("step", STEPS)
def test_interrupted_opening_is_resumed_by_the_next_call(
    both_engine: Engine, both_settings: Settings, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = make_open_wave(both_engine, both_settings, agencies=ONE_AGENCY)
    fill(both_settings, plan.slug, range(40))
    with monkeypatch.context() as patch:
        STEPS[step](patch)
        with pytest.raises(Stopped):
            open_boxes(both_engine, both_settings, plan.slug, ACT)
    fill(both_settings, plan.slug, range(40, 60))  # people go on answering meanwhile
    for _ in range(3):
        try:
            open_boxes(both_engine, both_settings, plan.slug, ACT)
        except BoxTooThin:
            break
    assert set(box_statuses(both_engine)) == {CURRENT, SHUT}
    lifecycle.close_wave(both_engine, plan.slug, ACT)
    open_boxes(both_engine, both_settings, plan.slug, ACT)
    assert opened_numbers(both_engine) == list(range(60))
    assert keys_left(both_engine, both_settings) == []


def test_concurrent_opening_by_two_operators_runs_once(both_engine: Engine, both_settings: Settings) -> None:
    plan = make_open_wave(both_engine, both_settings, agencies=ONE_AGENCY)
    fill(both_settings, plan.slug, range(40))
    start, done = threading.Barrier(2), []

    def open_it() -> None:
        start.wait()
        try:
            done.append(open_boxes(both_engine, both_settings, plan.slug, ACT).released)
        except (BoxTooThin, BoxOpenedMeanwhile, DatabaseBusy):  # the other one holds the lock for over a second
            done.append(0)

    operators = [threading.Thread(target=open_it) for _ in range(2)]
    for each in operators:
        each.start()
    for each in operators:
        each.join()
    assert sorted(done) == [0, 20]
    assert len(set(opened_numbers(both_engine))) == 20
    assert box_statuses(both_engine).count(CURRENT) == 1


def test_missing_key_opens_nothing_and_loses_nothing(engine: Engine, settings: Settings) -> None:
    plan = make_open_wave(engine, settings, agencies=ONE_AGENCY)
    fill(settings, plan.slug, range(40))
    for path in keys_left(engine, settings):
        hidden = settings.key_dir / "elsewhere"
        os.rename(path, hidden)
        with pytest.raises(HolderKeyMissing, match="nothing was unlocked"):
            open_boxes(engine, settings, plan.slug, ACT)
        os.rename(hidden, path)
    assert open_boxes(engine, settings, plan.slug, ACT).released == 20


def test_damaged_envelope_stops_opening_before_any_change(engine: Engine, settings: Settings) -> None:
    plan = make_open_wave(engine, settings, agencies=ONE_AGENCY)
    fill(settings, plan.slug, range(40))
    with Session(engine) as session, session.begin():
        envelope = session.exec(select(Envelope)).first()
        assert envelope is not None
        envelope.sealed = envelope.sealed[:-1] + bytes([envelope.sealed[-1] ^ 1])
    with pytest.raises(BoxDamaged, match="got some that it does not"):
        open_boxes(engine, settings, plan.slug, ACT)
    assert opened_numbers(engine) == []


def test_key_is_deleted_while_a_reader_holds_the_journal(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = make_open_wave(engine, settings, agencies=ONE_AGENCY)
    fill(settings, plan.slug, range(40))
    reader = sqlite3.connect(settings.data_dir / "commontrust.sqlite3")
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM box").fetchone()
    monkeypatch.setattr(box_opening, "erase_order", lambda *of: order_erasure.erase_order(*of, timeout=100))
    with pytest.raises(TracesLeft, match="run `commontrust box open` again"):
        open_boxes(engine, settings, plan.slug, ACT)
    assert box_statuses(engine) == [CURRENT, OPENED]
    assert len(keys_left(engine, settings)) == 2
    reader.close()
    with pytest.raises(BoxTooThin):
        open_boxes(engine, settings, plan.slug, ACT)
    assert box_statuses(engine) == [CURRENT, SHUT]


def test_page_numbers_are_deleted_with_the_last_box(engine: Engine, settings: Settings) -> None:
    plan = make_open_wave(engine, settings, agencies=ONE_AGENCY)
    fill(settings, plan.slug, range(40))
    open_boxes(engine, settings, plan.slug, ACT)
    with Session(engine) as session:
        assert len(session.exec(select(SpentNumber)).all()) == 40
    lifecycle.close_wave(engine, plan.slug, ACT)
    open_boxes(engine, settings, plan.slug, ACT)
    with Session(engine) as session:
        assert session.exec(select(SpentNumber)).all() == []


def test_order_and_keys_come_from_the_given_random_source(engine: Engine, settings: Settings) -> None:
    plan = make_open_wave(engine, settings, agencies=ONE_AGENCY)
    fill(settings, plan.slug, range(20))
    lifecycle.close_wave(engine, plan.slug, ACT)
    open_boxes(engine, settings, plan.slug, ACT, chance=Random(1))
    with Session(engine) as session:
        keys = [response.key for response in session.exec(select(Response))]
    chance = Random(1)
    for _ in range(2):  # one shuffle after each layer
        chance.shuffle(list(range(20)))
    chance.sample(range(20), 20)
    assert sorted(keys) == sorted(chance.randbytes(16) for _ in range(20))


def test_staff_actions_form_a_chain(engine: Engine, settings: Settings) -> None:
    plan = make_open_wave(engine, settings, agencies=ONE_AGENCY)
    fill(settings, plan.slug, range(40))
    open_boxes(engine, settings, plan.slug, ACT)
    with Session(engine) as session:
        chain = acts(session)
    assert [each.act for each in chain] == [
        *["holder added"] * 2,
        "wave created",
        "wave opened",
        "box opened",
    ]
    assert is_whole(chain)
    assert not is_whole([chain[0], chain[2]])


def test_private_keys_are_readable_by_their_owner_alone(engine: Engine, settings: Settings) -> None:
    make_open_wave(engine, settings, agencies=ONE_AGENCY)
    paths = keys_left(engine, settings)
    assert {path.stat().st_mode & 0o777 for path in paths} == {0o600}
    assert len(paths) == 2


def test_a_refused_opening_of_a_wave_leaves_no_key(engine: Engine, settings: Settings) -> None:
    make_open_wave(engine, settings, agencies=ONE_AGENCY)
    before = keys_left(engine, settings)
    with pytest.raises(Refused):
        lifecycle.open_wave(engine, settings, "river-city-2026", ACT)
    assert keys_left(engine, settings) == before
