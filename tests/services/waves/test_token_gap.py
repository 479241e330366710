"""An operator reads, before a round opens, why its codes will buy no tokens and what helps; residents read that too."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from app.records.audit_log import acts
from app.services.accounts.permissions import Member
from app.services.ballots.invitation_codes import create_codes
from app.services.ballots.tokens.token_keys import MOST_KEYS
from app.services.dashboard.checklist import make_checklist
from app.services.dashboard.wave_page import view_wave
from app.services.waves import lifecycle
from app.settings import Settings
from tests.services.making import ACT, PLAN
from tests.web.service import open_service

OLGA = Member(1, "olga", "operator", frozenset())
BESIDE = "Your code is sent together with your sealed answers."


def lines_of_opening(engine: Engine, settings: Settings) -> str:
    view = view_wave(engine, OLGA, PLAN.slug)
    steps = make_checklist(engine, settings, view, date(2026, 11, 23)).steps
    return " ".join(next(step.lines for step in steps if step.title == "Open"))


def test_checklist_says_that_codes_are_missing(engine: Engine, settings: Settings) -> None:
    lifecycle.create_wave(engine, PLAN, ACT)
    assert "it has no codes yet: make the codes before you open it" in lines_of_opening(engine, settings)
    create_codes(engine, settings, PLAN.slug, 40, "letters", "north")
    assert "travel" not in lines_of_opening(engine, settings)
    assert lifecycle.open_wave(engine, settings, PLAN.slug, ACT) == ""
    assert "travel" not in lines_of_opening(engine, settings)


def test_round_opened_without_codes_says_so_ever_after(engine: Engine, settings: Settings) -> None:
    lifecycle.create_wave(engine, PLAN, ACT)
    assert "no codes yet" in lifecycle.open_wave(engine, settings, PLAN.slug, ACT)
    assert "Each code travels beside its sealed answers" in lines_of_opening(engine, settings)
    with Session(engine) as session:
        (opened,) = [act for act in acts(session) if act.act == "wave opened"]
    assert "no codes yet" in str(opened.facts)


def test_too_many_kinds_are_named_with_their_number(engine: Engine, settings: Settings) -> None:
    lifecycle.create_wave(engine, PLAN, ACT)
    for number in range(MOST_KEYS // 2 + 1):
        create_codes(engine, settings, PLAN.slug, 1, "letters", f"part {number}")
    assert f"make {MOST_KEYS + 2} kinds of code, and at most {MOST_KEYS}" in lines_of_opening(engine, settings)


def test_survey_without_room_for_a_token_is_named(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.ballots.tokens.token_keys.has_room", lambda survey: False)
    lifecycle.create_wave(engine, PLAN, ACT)
    create_codes(engine, settings, PLAN.slug, 40, "letters", "north")
    assert "leaves no room for a token: shorten the survey" in lines_of_opening(engine, settings)


def test_round_without_codes_needs_no_tokens(engine: Engine, settings: Settings) -> None:
    lifecycle.create_wave(engine, replace(PLAN, codes="none"), ACT)
    assert "travel" not in lines_of_opening(engine, settings)


@pytest.mark.parametrize(
    ("coded", "codes", "is_said"), [(0, "optional", True), (4, "required", False), (0, "none", False)]
)
def test_page_says_where_a_code_travels_beside_the_answers(
    tmp_path: Path, coded: int, codes: str, is_said: bool
) -> None:
    with open_service(tmp_path, coded=coded, codes=codes) as service:
        assert (BESIDE in service.client.get(service.address).text) == is_said
