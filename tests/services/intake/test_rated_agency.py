"""The rated agency follows from the code or the page's number: no reload, language or forged field changes it."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from app.questionnaire.loading import load_survey
from app.services.ballots.agency_choice import choose_place
from app.services.ballots.invitation_codes import create_codes
from app.services.intake import submission
from app.services.intake.submission import OTHER_AGENCY, AnswerErrors, BallotBox, find_rated, to_pending_ballot
from app.settings import Settings
from tests.services.making import make_form, make_open_wave

KEY = b"k" * 32


def test_choice_has_the_planned_probabilities() -> None:
    chances = (0.2, 0.3, 0.5)
    drawn = Counter(choose_place(secrets.token_bytes(32), KEY, chances) for _ in range(20_000))
    for place, chance in enumerate(chances):
        # Five standard errors of a share of 20,000.
        assert abs(drawn[place] / 20_000 - chance) < 5 * (chance * (1 - chance) / 20_000) ** 0.5


def test_code_chooses_one_agency_in_both_spellings(engine: Engine, settings: Settings) -> None:
    plan = make_open_wave(engine, settings)
    invitations = create_codes(engine, settings, plan.slug, 40, "address sample")
    box = BallotBox(settings)
    wave = box.find_open_wave(plan.slug)
    assert wave is not None
    seen = set()
    for each in invitations:
        spellings = (each.link.partition("#")[2], each.typed, each.printed)
        agency, *others = (box.choose_agency(wave, secrets.token_hex(16), code) for code in spellings)
        assert agency is not None
        assert others == [agency, agency]
        assert each.link.partition("#")[0].endswith(f"/{wave.agencies.index(agency) + 1}")
        seen.add(agency.slug)
    assert seen == {"police", "library"}
    box.stop()


@pytest.mark.parametrize("with_code", [True, False])
def test_form_about_an_agency_of_ones_choice_is_refused(engine: Engine, settings: Settings, with_code: bool) -> None:
    plan = make_open_wave(engine, settings)
    code = create_codes(engine, settings, plan.slug, 1, "address sample")[0].typed if with_code else ""
    box = BallotBox(settings)
    wave = box.find_open_wave(plan.slug)
    assert wave is not None
    form = make_form(1, code)
    chosen = box.choose_agency(wave, form.number, code)
    for agency in wave.agencies:
        outcome = to_pending_ballot(wave, replace(form, agency=agency.slug), settings.secret)
        if agency == chosen:
            assert isinstance(outcome, submission.PendingBallot)
        else:
            assert isinstance(outcome, AnswerErrors)
            assert outcome.problems[0].code == OTHER_AGENCY
    box.stop()


def test_rated_items_are_all_items_of_parts_that_name_the_agency() -> None:
    survey = load_survey(
        "id: two\nversion: '1'\ntitle: T\nsections:\n"
        "  - {id: a, title: 'About {agency}', items: [{code: A1, text: So., kind: single, options: {1: Y, 2: N}}]}\n"
        "  - {id: b, title: You, items: [{code: B1, text: How old?, kind: single, options: {1: Y, 2: N}}]}\n"
    )
    assert find_rated(survey) == ("A1",)
