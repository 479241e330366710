"""The code of a help point: shown once, stored as a hash, good for one wave, refused once the help point closes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import Engine, text

from app.errors import NotFound
from app.records.audit_log import acts
from app.records.database import reading
from app.services.ballots.invitation_codes import create_codes
from app.services.intake.submission import ASSISTED, BallotBox, Outcome, SubmissionForm, Verdict
from app.services.waves.assisted_entry import DeskRefused, close_desk, is_desk_open, list_desks, open_desk
from app.services.waves.lifecycle import close_wave
from app.settings import Settings
from tests.services.making import ACT, PLAN, make_form, make_open_wave, open_boxes

SLUG = PLAN.slug


def opens(engine: Engine, settings: Settings, typed: str, slug: str = SLUG) -> bool:
    return is_desk_open(engine, settings, 1, slug, typed)


def test_desk_code_is_shown_once_and_stored_as_a_hash(engine: Engine, settings: Settings) -> None:
    make_open_wave(engine, settings)
    code = open_desk(engine, settings, SLUG, "library", ACT)
    assert opens(engine, settings, code)
    assert opens(engine, settings, f" {code.lower()} ")
    with engine.connect() as connection:
        kept = str(connection.execute(text("SELECT * FROM desk")).all())
    assert code not in kept
    assert code.replace("-", "") not in kept


@pytest.mark.parametrize("typed", ["", "library", "00000-00000", "ABCDE-FGHJK", "A" * 26])
def test_wrong_letters_do_not_open_the_desk(engine: Engine, settings: Settings, typed: str) -> None:
    make_open_wave(engine, settings)
    open_desk(engine, settings, SLUG, "library", ACT)
    assert not opens(engine, settings, typed)


def test_a_desk_is_good_for_its_wave_and_until_it_is_closed(engine: Engine, settings: Settings) -> None:
    make_open_wave(engine, settings)
    make_open_wave(engine, settings, slug="next")
    code = open_desk(engine, settings, SLUG, "library", ACT)
    assert not is_desk_open(engine, settings, 2, "next", code)
    close_desk(engine, SLUG, "library", ACT)
    assert not opens(engine, settings, code)
    assert [(desk.name, desk.closed_on) for desk in list_desks(engine, SLUG)] == [("library", ACT.now.date())]


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "library"])
def test_a_desk_needs_a_name_of_its_own(engine: Engine, settings: Settings, name: str) -> None:
    make_open_wave(engine, settings)
    open_desk(engine, settings, SLUG, "library", ACT)
    with pytest.raises(DeskRefused):
        open_desk(engine, settings, SLUG, name, ACT)
    with pytest.raises(NotFound):
        close_desk(engine, SLUG, "nowhere", ACT)


def test_desk_opening_and_closing_are_audited_without_the_code(engine: Engine, settings: Settings) -> None:
    make_open_wave(engine, settings)
    code = open_desk(engine, settings, SLUG, "library", ACT)
    close_desk(engine, SLUG, "library", ACT)
    with reading(engine) as session:
        stated = [(act.act, act.facts) for act in acts(session)][-2:]
    assert stated == [("desk opened", {"desk": "library"}), ("desk closed", {"desk": "library"})]
    assert code not in str(stated)


def submit(settings: Settings, forms: Sequence[SubmissionForm]) -> list[Outcome]:
    box = BallotBox(settings)
    box.start()

    async def all_of_them() -> list[Outcome]:
        fielded = box.find_open_wave(SLUG)
        assert fielded is not None
        return [await box.submit(fielded, form) for form in forms]

    try:
        return asyncio.run(all_of_them())
    finally:
        box.stop()


def test_desk_answer_is_assisted_unless_a_code_has_a_source(engine: Engine, settings: Settings) -> None:
    make_open_wave(engine, settings, codes="required")
    codes = create_codes(engine, settings, SLUG, 20, "address sample", "north")
    by_code = [replace(make_form(n, code.printed), source=ASSISTED) for n, code in enumerate(codes, 1)]
    assisted = [replace(make_form(n), source=ASSISTED) for n in range(21, 41)]
    verdicts = submit(settings, [*by_code, *assisted, make_form(41)])
    assert verdicts == [*[Verdict.COUNTED] * 40, Verdict.CODE_MISSING]
    close_wave(engine, SLUG, ACT)
    open_boxes(engine, settings, SLUG, ACT)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT source, stratum FROM response ORDER BY source")).all()
    assert [tuple(row) for row in rows] == [*[("address sample", "north")] * 20, *[("assisted", "")] * 20]


def test_desk_answers_get_no_network_or_haste_flag(engine: Engine, settings: Settings) -> None:
    make_open_wave(engine, settings)
    forms = [replace(make_form(n), source=ASSISTED, address="192.0.2.1", pace="1") for n in range(100)]
    assert set(submit(settings, forms)) == {Verdict.COUNTED}
    close_wave(engine, SLUG, ACT)
    open_boxes(engine, settings, SLUG, ACT)
    with engine.connect() as connection:
        assert {row[0] for row in connection.execute(text("SELECT flags FROM response"))} == {""}
