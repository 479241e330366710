"""Versions of the questions of a draft: saved, refused in place, gone back to, and fixed when the round opens."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from app.errors import NotFound
from app.questionnaire.editing.changes import Add, Delete, Move, Reword, Switch
from app.questionnaire.loading import load_survey
from app.questionnaire.problems import SurveyProblems
from app.services.questions.bank import list_bank, read_bank, take_from_bank
from app.services.questions.drafts import (
    NotOwn,
    QuestionsFixed,
    SavedMeanwhile,
    check_is_own,
    get_questions,
    go_back,
    list_versions,
    save_changes,
)
from app.services.translations.untranslated import find_missing
from app.services.waves.lifecycle import create_wave, open_wave
from app.services.waves.plan_form import find_draft, to_plan
from app.settings import Settings
from tests.drills import choose
from tests.questionnaire.editing.edits import changes
from tests.services.making import ACT, PLAN, make_open_wave
from tests.services.questions.drafted import ANA, BEN, SLUG, make_draft, read_wave

NEW = Reword("B2", text="How often do they listen to people?")
OWN = Add("contact", {"code": "X1", "text": "Did you see it?", "kind": "single", "options": {1: "Yes", 2: "No"}})


def test_a_save_is_a_version_with_its_person_and_change(engine: Engine) -> None:
    make_draft(engine)
    assert list_versions(engine, SLUG) == []
    saved = save_changes(engine, SLUG, [NEW], BEN)
    assert (saved.number, saved.lost) == (2, {"es": ("B2.text",)})
    newest, first = list_versions(engine, SLUG)
    assert (newest.saved_by, newest.is_now, newest.change) == (
        "ben",
        True,
        "B2: words changed. To translate again: 1 in es",
    )
    assert (first.number, first.change) == (1, "as planned")


def test_a_save_without_a_change_makes_no_version(engine: Engine) -> None:
    make_draft(engine)
    text_now = get_questions(engine, SLUG).survey.items["B2"].text
    assert not save_changes(engine, SLUG, [Reword("B2", text=text_now)], ANA).is_new
    assert list_versions(engine, SLUG) == []


def test_a_refused_change_names_its_place_and_stores_nothing(engine: Engine) -> None:
    make_draft(engine)
    before = read_wave(engine).survey_text
    with pytest.raises(SurveyProblems, match="B4: expected to stay on, because it is needed by the index"):
        save_changes(engine, SLUG, [NEW, Switch("B4", on=False)], ANA)
    with pytest.raises(SurveyProblems, match="D8: refers to D1, which comes later"):
        save_changes(engine, SLUG, [Move("D1", 2)], ANA)
    assert read_wave(engine).survey_text == before
    assert list_versions(engine, SLUG) == []


def test_an_older_version_is_not_saved_over(engine: Engine) -> None:
    make_draft(engine)
    save_changes(engine, SLUG, [NEW], ANA, seen=1)
    with pytest.raises(SavedMeanwhile, match="ana saved version 2 meanwhile"):
        save_changes(engine, SLUG, [Reword("B3", text="Do they decide well?")], BEN, seen=1)


def test_going_back_is_a_new_version_with_the_same_survey(engine: Engine) -> None:
    make_draft(engine)
    planned = load_survey(read_wave(engine).survey_text)
    save_changes(engine, SLUG, [NEW], ANA)
    save_changes(engine, SLUG, [OWN], ANA)
    assert go_back(engine, SLUG, 1, BEN).number == 4
    now = load_survey(read_wave(engine).survey_text)
    assert (now.items, now.version, now.sections) == (planned.items, "1.1", planned.sections)
    with pytest.raises(NotFound):
        go_back(engine, SLUG, 99, BEN)


def test_a_version_of_the_survey_depends_on_its_questions_alone(engine: Engine) -> None:
    make_draft(engine)
    save_changes(engine, SLUG, [NEW], ANA)
    changed = read_wave(engine).survey_version
    save_changes(engine, SLUG, [OWN], ANA)
    save_changes(engine, SLUG, [Delete("X1")], ANA)
    assert read_wave(engine).survey_version == changed != "1.1"
    save_changes(engine, SLUG, [Switch("ADULTS", on=True)], ANA)
    assert read_wave(engine).survey_version == changed


def test_a_switched_question_returns_as_it_was(engine: Engine) -> None:
    make_draft(engine)
    save_changes(engine, SLUG, [Switch("C6", on=False)], ANA)
    assert "C6" not in load_survey(read_wave(engine).survey_text).items
    save_changes(engine, SLUG, [Switch("C6", on=True)], ANA)
    assert read_wave(engine).survey_version == "1.1"


def test_a_spelling_mistake_keeps_the_translations(engine: Engine) -> None:
    make_draft(engine)
    saved = save_changes(engine, SLUG, [NEW], ANA, slips=frozenset({"B2"}))
    assert saved.lost == {}


def test_a_question_of_the_service_is_not_deleted(engine: Engine) -> None:
    make_draft(engine)
    save_changes(engine, SLUG, [OWN], ANA)
    draft = get_questions(engine, SLUG)
    check_is_own(draft, "X1")
    with pytest.raises(NotOwn):
        check_is_own(draft, "B1")


def test_a_plan_saved_again_keeps_the_edited_questions(engine: Engine) -> None:
    make_draft(engine)
    save_changes(engine, SLUG, [NEW, Switch("ADULTS", on=True)], ANA)
    wanted = find_draft(engine, SLUG)
    assert wanted.survey == "round:spring"
    create_wave(engine, to_plan(engine, replace(wanted, areas="1 East\n2 West")), BEN)
    survey = load_survey(read_wave(engine).survey_text)
    assert survey.items["B2"].text == "How often do they listen to people?"
    assert "ADULTS" in survey.items
    assert [option.text for option in survey.items["AREA"].options] == ["East", "West"]
    assert list_versions(engine, SLUG)[0].change == "the plan was saved"


def test_a_bank_question_comes_with_scale_and_translations(engine: Engine) -> None:
    make_draft(engine)
    draft = get_questions(engine, SLUG)
    bank = read_bank(engine, draft, "partners")
    assert {each.state for each in list_bank(draft, bank)} == {"new"}
    saved = save_changes(engine, SLUG, [take_from_bank(draft, bank, "P1", "help")], ANA)
    now = get_questions(engine, SLUG)
    assert now.survey.items["P1"].options[0].text == "Strongly disagree"
    assert saved.lost == {}
    assert find_missing(now.survey, "es") == []


def test_a_question_of_another_survey_is_in_the_bank(engine: Engine) -> None:
    make_draft(engine)
    draft = get_questions(engine, SLUG)
    bank = read_bank(engine, draft, "benchmarks")
    found = {each.code: each for each in list_bank(draft, bank)}
    assert found["csew_good_job"].compared == ("CSEW 2025",)
    save_changes(engine, SLUG, [take_from_bank(draft, bank, "csew_good_job", "trust")], ANA)
    assert get_questions(engine, SLUG).survey.items["csew_good_job"].options[0].text == "Excellent"
    core = {each.code: each for each in list_bank(draft, read_bank(engine, draft, "community-trust-1-1"))}
    assert "OECD 2023" in core["A1"].compared


def test_a_taken_code_gets_a_letter(engine: Engine) -> None:
    make_draft(engine)
    draft = get_questions(engine, SLUG)
    change = take_from_bank(draft, read_bank(engine, draft, "community-trust"), "B1", "agency")
    assert change.fields["code"] == "B1b"
    assert change.translations["es"]["B1b.text"]
    save_changes(engine, SLUG, [change], ANA)
    assert {"B1", "B1b"} <= get_questions(engine, SLUG).survey.items.keys()


def test_changed_wording_is_not_comparable_with_earlier_rounds(engine: Engine, settings: Settings) -> None:
    make_open_wave(engine, settings, slug="last-year", survey="community-trust-1-1", areas={1: "North"},
                   community_names={"en": "River City", "es": "Ciudad"}, support={"en": "Call 211."})  # fmt: skip
    make_draft(engine)
    before = get_questions(engine, SLUG).comparison
    assert (before.wave, before.questions, before.indices) == ("last-year", ("AREA",), ())
    save_changes(engine, SLUG, [NEW, Move("A1", 1)], ANA)
    after = get_questions(engine, SLUG).comparison
    assert after.questions == ("B2", "AREA")
    assert after.indices == ("Community Trust Index",)


def rows_of(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return [
            connection.execute(text(f"SELECT * FROM {table} ORDER BY 1")).all()
            for table in ("wave", "frozen_words", "draft_version")
        ]


@pytest.mark.parametrize("how", ["changes", "back"])
def test_an_opened_round_refuses_every_edit(engine: Engine, settings: Settings, how: str) -> None:
    make_draft(engine)
    save_changes(engine, SLUG, [Switch("C6", on=False)], ANA)
    open_wave(engine, settings, SLUG, ACT)
    before = rows_of(engine)
    with pytest.raises(QuestionsFixed):
        save_changes(engine, SLUG, [NEW], ANA) if how == "changes" else go_back(engine, SLUG, 1, ANA)
    assert rows_of(engine) == before


EXAMPLES = choose(15, 500)


@hypothesis_settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_random_edit_changes_an_opened_round(engine: Engine, settings: Settings, data: st.DataObject) -> None:
    if not rows_of(engine)[0]:
        make_open_wave(engine, settings)
    before = rows_of(engine)
    wave = read_wave(engine, PLAN.slug)
    some = data.draw(st.lists(changes(wave.survey_text), min_size=1, max_size=3))
    with pytest.raises(QuestionsFixed):
        save_changes(engine, PLAN.slug, some, ACT, data.draw(st.none() | st.integers(0, 3)))
    assert rows_of(engine) == before
