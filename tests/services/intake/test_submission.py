"""One answer, from form to envelope: the service counts it once, with its code, or gives the reason against it."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, func, select

from app.errors import AnswerNotStored
from app.records.ballots import Envelope, SpentNumber
from app.records.codes import Code
from app.services.ballots.invitation_codes import create_codes
from app.services.intake import submission
from app.services.intake.submission import OTHER_AGENCY, AnswerErrors, BallotBox
from app.services.waves import lifecycle
from app.settings import Settings
from tests.services.making import ACT, PLAN, make_fields, make_form, make_open_wave, send


def counts(engine: Engine) -> tuple[int, int, int]:
    """Envelopes, numbers and codes that are spent."""
    with Session(engine) as session:
        envelopes = session.exec(select(func.count()).select_from(Envelope)).one()
        numbers = session.exec(select(func.count()).select_from(SpentNumber)).one()
        codes = session.exec(select(func.count()).select_from(Code).where(Code.spent)).one()
    return envelopes, numbers, codes


def test_answer_counts_once_however_often_its_page_is_sent(both_engine: Engine, both_settings: Settings) -> None:
    plan = make_open_wave(both_engine, both_settings)
    page = make_form(1)
    outcomes = send(both_settings, plan.slug, [page, page, page])
    assert outcomes == [submission.COUNTED, submission.COUNTED_BEFORE, submission.COUNTED_BEFORE]
    assert counts(both_engine) == (1, 1, 0)


def test_pages_sent_at_the_same_moment_are_counted_once(both_engine: Engine, both_settings: Settings) -> None:
    plan = make_open_wave(both_engine, both_settings)
    page = make_form(1)
    outcomes = send(both_settings, plan.slug, [page] * 20, together=True)
    assert outcomes.count(submission.COUNTED) == 1
    assert outcomes.count(submission.COUNTED_BEFORE) == 19


def test_a_code_is_good_once_in_either_spelling(both_engine: Engine, both_settings: Settings) -> None:
    plan = make_open_wave(both_engine, both_settings, codes="required")
    (invitation,) = create_codes(both_engine, both_settings, plan.slug, 1, "address sample", "north")
    secret = invitation.link.partition("#")[2]
    forms = [make_form(1, secret), make_form(2, invitation.printed), make_form(3, invitation.typed.lower())]
    assert send(both_settings, plan.slug, forms) == [submission.COUNTED, submission.CODE_SPENT, submission.CODE_SPENT]
    assert counts(both_engine) == (1, 1, 1)


def test_resent_page_with_a_spent_code_is_reported_as_counted(engine: Engine, settings: Settings) -> None:
    plan = make_open_wave(engine, settings)
    (invitation,) = create_codes(engine, settings, plan.slug, 1, "address sample")
    page = make_form(1, invitation.typed)
    assert send(settings, plan.slug, [page, page]) == [submission.COUNTED, submission.COUNTED_BEFORE]


def test_next_person_on_the_same_page_is_counted(engine: Engine, settings: Settings) -> None:
    plan = make_open_wave(engine, settings)
    first, second = create_codes(engine, settings, plan.slug, 2, "assisted")
    page = "a" * 32
    forms = [make_form(1, first.typed, page), make_form(2, second.typed, page)]
    assert send(settings, plan.slug, forms) == [submission.COUNTED, submission.COUNTED]


@pytest.mark.parametrize(
    ("policy", "code", "expected"),
    [
        ("required", "", submission.CODE_MISSING),
        ("required", "   ", submission.CODE_MISSING),
        ("required", "0000000000", submission.CODE_UNKNOWN),  # its check character is right
        ("required", "not a code", submission.CODE_UNKNOWN),
        ("optional", "", submission.COUNTED),
        ("optional", "00000-00000", submission.CODE_UNKNOWN),
        ("none", "anything", submission.COUNTED),
    ],
)
def test_a_code_is_asked_for_as_the_wave_says(
    engine: Engine, settings: Settings, policy: str, code: str, expected: submission.Verdict
) -> None:
    plan = make_open_wave(engine, settings, codes=policy)
    assert send(settings, plan.slug, [make_form(1, code)]) == [expected]


def test_a_code_of_another_wave_is_unknown(engine: Engine, settings: Settings) -> None:
    make_open_wave(engine, settings)
    other = make_open_wave(engine, settings, slug="river-city-2027")
    (invitation,) = create_codes(engine, settings, "river-city-2026", 1, "address sample")
    assert send(settings, other.slug, [make_form(1, invitation.typed)]) == [submission.CODE_UNKNOWN]


def test_an_empty_page_is_not_an_answer(engine: Engine, settings: Settings) -> None:
    plan = make_open_wave(engine, settings)
    assert send(settings, plan.slug, [make_form(1, fields={})]) == [submission.NOTHING_ANSWERED]
    assert counts(engine) == (0, 0, 0)


def test_answer_error_names_its_question_and_stores_nothing(engine: Engine, settings: Settings) -> None:
    plan = make_open_wave(engine, settings)
    (outcome,) = send(settings, plan.slug, [make_form(1, fields={**make_fields(1), "A3": ["99"]})])
    assert isinstance(outcome, AnswerErrors)
    assert [problem.item for problem in outcome.problems] == ["A3"]
    assert counts(engine) == (0, 0, 0)


def test_agency_outside_the_survey_is_an_error(engine: Engine, settings: Settings) -> None:
    plan = make_open_wave(engine, settings)
    (outcome,) = send(settings, plan.slug, [make_form(1, agency="circus")])
    assert isinstance(outcome, AnswerErrors)
    assert outcome.problems[0].code == OTHER_AGENCY


def test_closed_wave_counts_no_more_but_knows_counted_pages(engine: Engine, settings: Settings) -> None:
    plan = make_open_wave(engine, settings, agencies=PLAN.agencies[:1])
    before, after = make_form(1), make_form(2)
    box = BallotBox(settings)
    box.start()
    fielded = box.find_open_wave(plan.slug)
    assert fielded is not None
    assert fielded.is_open
    assert asyncio.run(box.submit(fielded, before)) is submission.COUNTED
    lifecycle.close_wave(engine, plan.slug, ACT)
    # The page was loaded while the wave was open: what the process remembers is two seconds old.
    assert asyncio.run(box.submit(fielded, after)) is submission.WAVE_CLOSED
    assert asyncio.run(box.submit(fielded, before)) is submission.COUNTED_BEFORE
    box.stop()


def test_malformed_page_number_loses_no_answer(engine: Engine, settings: Settings) -> None:
    plan = make_open_wave(engine, settings)
    forms = [replace(make_form(1), number=number) for number in ("", "", "'; drop table wave")]
    assert send(settings, plan.slug, forms) == [submission.COUNTED] * 3


def test_answer_is_refused_when_the_database_fails(engine: Engine, settings: Settings) -> None:
    plan = make_open_wave(engine, settings, agencies=PLAN.agencies[:1])
    box = BallotBox(settings)
    box.start()
    fielded = box.find_open_wave(plan.slug)
    assert fielded is not None
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE spent_number RENAME TO hidden")
    with pytest.raises(AnswerNotStored):
        asyncio.run(box.submit(fielded, make_form(1)))
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE hidden RENAME TO spent_number")
    assert counts(engine) == (0, 0, 0)
    assert asyncio.run(box.submit(fielded, make_form(1))) is submission.COUNTED
    box.stop()


def test_stopped_box_counts_waiting_answers_and_takes_no_more(engine: Engine, settings: Settings) -> None:
    plan = make_open_wave(engine, settings, agencies=PLAN.agencies[:1])
    box = BallotBox(settings)
    box.start()
    fielded = box.find_open_wave(plan.slug)
    assert fielded is not None

    async def send_and_stop() -> list[object]:
        sent = [asyncio.ensure_future(box.submit(fielded, make_form(number))) for number in range(50)]
        await asyncio.sleep(0)
        threading.Thread(target=box.stop).start()
        return list(await asyncio.gather(*sent))

    assert asyncio.run(send_and_stop()) == [submission.COUNTED] * 50
    assert counts(engine)[0] == 50
    with pytest.raises(AnswerNotStored):
        asyncio.run(box.submit(fielded, make_form(99)))


def test_a_wave_is_found_by_its_name_and_a_draft_is_not(engine: Engine, settings: Settings) -> None:
    plan = make_open_wave(engine, settings)
    lifecycle.create_wave(engine, replace(plan, slug="draft"), ACT)
    box = BallotBox(settings)
    found = box.find_open_wave(plan.slug)
    assert found is not None
    assert [agency.slug for agency in found.agencies] == ["library", "police"]
    assert [agency.probability for agency in found.agencies] == [0.5, 0.5]
    assert box.find_open_wave("draft") is None
    assert box.find_open_wave("nothing") is None
    assert box.list_open_waves() == (found,)
