"""Waves are planned, opened and ended step by step, with a page before each that says what cannot be undone."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest
from sqlmodel import select

from app.questionnaire.loading import load_survey
from app.records.codes import Code
from app.records.database import reading
from app.records.waves import get_wave
from app.services.waves.lifecycle import wave_status
from tests.services.making import PASSPHRASE, make_form, send
from tests.services.scorecards.scored import make_staff_wave
from tests.web.admin.people import Office
from tests.web.admin.test_audited_actions import PLAN_FILE, plans

WAVE = "/staff/waves/river-city-2026"


def test_planned_wave_is_a_draft_that_lists_missing_parts(office: Office) -> None:
    olga = office.olga.visits("/staff/waves/new")
    olga.fills_in(wave="spring", survey="community-trust", languages=["en"], areas="1 North Hill")
    assert olga.path == "/staff/waves/spring"
    assert "To do now" in olga.text
    assert "asks about an agency and the survey round names none" in olga.text
    assert "To do before you can open it" in olga.visits("/staff/waves/spring/open").text
    assert not [form for form in olga.page.forms if form.action != "/staff/sign-out"]
    assert "spring is a draft with 1 thing to settle" in olga.visits("/staff").text


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"wave": "River City"}, "wave", "lower case letters"),
        ({"wave": "river-city-2026"}, "wave", "exists and is open"),
        ({"languages": ["en", "es"], "agencies": ["police"]}, "agencies", "a name in es"),
        ({"languages": ["en", "es"]}, "community", "a name in es"),
        ({"areas": "North Hill"}, "areas", "a number and a name"),
        ({"box_size": "5"}, "box_size", "20 or more"),
        ({"box_size": "many"}, "box_size", "whole number"),
        ({"languages": None}, "languages", "at least one"),
    ],
)
def test_form_error_is_shown_at_its_field_and_loses_nothing(
    office: Office, changes: dict[str, object], field: str, said: str
) -> None:
    filled = {"wave": "spring", "survey": "community-trust", "contact": "call 555 0100"} | changes
    olga = office.olga.visits("/staff/waves/new").fills_in(**filled)
    assert olga.status == 422
    assert olga.title.startswith("Error: ")
    assert said in olga.page.get_element_by_id("form_errors").text_content()
    assert olga.page.get_element_by_id(field) is not None
    assert olga.form().fields["contact"] == "call 555 0100"


def test_plan_file_makes_the_same_draft_and_reads_no_file(office: Office) -> None:
    olga = office.olga.visits("/staff/waves/new/file").fills_in(files={"plan": ("plan.yaml", PLAN_FILE.encode())})
    assert olga.path == "/staff/waves/autumn"
    spying = PLAN_FILE.replace("community-trust", "/etc/hostname").replace("autumn", "winter")
    olga.visits("/staff/waves/new/file").fills_in(text=spying)
    assert olga.status == 422
    assert "survey: expected one of community-trust" in olga.text
    assert olga.visits("/staff/waves/new/file").fills_in(text="wave: [").status == 422


def test_a_draft_is_changed_in_the_form_that_made_it(office: Office) -> None:
    plans(office)
    olga = office.olga.visits("/staff/waves/spring").visits("/staff/waves/spring/plan")
    form = olga.form("/staff/waves/new")
    assert (form.fields["wave"], form.fields["areas"], form.fields["codes"]) == ("spring", "1 North Hill", "optional")
    assert olga.page.xpath("//input[@name='agencies'][@checked]/@value") == ["police"]
    olga.fills_in("/staff/waves/new", contact="call 555 0100")
    assert olga.path == "/staff/waves/spring"
    assert "call 555 0100" in olga.text
    assert olga.visits("/staff/waves/river-city-2026/plan").status == 409


def test_a_question_that_is_off_by_default_stays_switched_on(office: Office) -> None:
    olga = office.olga.visits("/staff/waves/new")
    olga.fills_in(wave="spring", survey="community-trust", languages=["en"], areas="1 North Hill", switched_on="JUSTIS")
    assert olga.status == 422
    assert "JUSTIS, which is not an item" in olga.text
    olga.fills_in(switched_on="JUSTICE")
    for contact in ("call 555 0100", "call 555 0101"):
        form = olga.visits("/staff/waves/spring/plan").form("/staff/waves/new")
        assert form.fields["switched_on"] == "JUSTICE"
        olga.fills_in("/staff/waves/new", contact=contact)
    with reading(office.engine) as session:
        assert "JUSTICE" in load_survey(get_wave(session, "spring").survey_text).items


def test_a_closed_wave_without_an_index_leads_to_the_scorecard(office: Office) -> None:
    make_staff_wave(office.engine, office.settings, 12, None)
    stated = office.olga.visits("/staff").text
    assert "staff-2026 is closed; its figures are on the scorecard." in stated
    assert "Preview the report" not in stated


def test_opening_shows_the_promises_and_cannot_be_undone(office: Office) -> None:
    plans(office)
    olga = office.olga.visits("/staff/waves/spring/open")
    assert "This cannot be undone." in olga.text
    olga.fills_in(known="yes")
    assert "The survey round is open" in olga.text
    assert wave_status(office.engine, "spring").status == "open"
    assert "so this step is not possible now" in olga.visits("/staff/waves/spring/withdraw").text


def test_a_step_out_of_turn_is_refused_in_a_sentence(office: Office) -> None:
    token = office.olga.visits(f"{WAVE}/close").form().fields["_token"]
    answer = office.olga.client.post(f"{WAVE}/withdraw", data={"_token": token})
    assert answer.status_code == 409
    assert "is open and can become closed, not withdrawn" in answer.text


def test_waiting_answers_are_shown_in_whole_boxes_only(office: Office) -> None:
    send(office.settings, "river-city-2026", [make_form(number) for number in range(17)], together=True)
    for path in ("/staff", "/staff/waves", WAVE, f"{WAVE}/box"):
        olga = office.olga.visits(path)
        assert "fewer than 20" in olga.text
        assert "17" not in olga.text
    token = olga.visits(f"{WAVE}/close").form().fields["_token"]
    stated = olga.client.post(f"{WAVE}/box", data={"_token": token, "passphrase": PASSPHRASE}).text.partition("<main")[
        2
    ]
    assert "got fewer" in stated
    assert "17" not in stated


def test_a_full_box_waits_on_the_overview_and_is_opened(office: Office) -> None:
    send(office.settings, "river-city-2026", [make_form(number) for number in range(80)], together=True)
    assert "A batch of sealed answers of river-city-2026 is full" in office.olga.visits("/staff").text
    olga = office.olga.visits(f"{WAVE}/box").fills_in(passphrase="another passphrase")
    assert "Nothing is lost. Type it again, or type two of its shares." in olga.text
    olga.fills_in(passphrase=PASSPHRASE)
    assert "The answers are unlocked, and their keys are destroyed." in olga.text
    assert 20 <= wave_status(office.engine, "river-city-2026").opened <= 60  # twenty of each kind stay sealed


def test_codes_and_letters_are_downloaded_once_and_not_stored(office: Office) -> None:
    answer = office.olga.visits(f"{WAVE}/codes").fills_in(count="4", stratum="north", frame="900").answer
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["cache-control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as bundle:
        rows = list(csv.DictReader(io.StringIO(bundle.read("river-city-2026-codes.csv").decode())))
        letters = bundle.read("river-city-2026-letters.html").decode()
    assert len(rows) == 4
    assert all(row["code"] in letters for row in rows)
    with reading(office.engine) as session:
        kept = list(session.exec(select(Code)))
    assert len(kept) == 4
    assert not any(row["code"].encode() in each.hash for row in rows for each in kept)
    assert office.last_act.facts == {
        "codes": 4, "source": "address sample", "stratum": "north", "language": None, "frame": 900
    }  # fmt: skip
    assert "north" in office.olga.visits(WAVE).text


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"count": "0"}, "count"), ({"count": "99999"}, "count"), ({"count": "x"}, "count"), ({"source": ""}, "source"),
     ({"frame": "some"}, "frame"), ({"count": "5", "frame": "2"}, "count")],
)  # fmt: skip
def test_impossible_codes_are_refused_at_the_field(office: Office, changes: dict[str, str], field: str) -> None:
    olga = office.olga.visits(f"{WAVE}/codes").fills_in(**({"count": "3"} | changes))
    assert olga.status == 422
    assert olga.page.xpath(f"//*[@id='form_errors']//a[@href='#{field}']")


def test_missing_page_shows_not_found_only(office: Office) -> None:
    for path in ("/staff/waves/nowhere", "/staff/communities/nowhere", "/staff/jobs/77", "/staff/jobs/x",
                 "/staff/translations/en", "/staff/translations/xx", "/staff/waves/new?community=nowhere"):  # fmt: skip
        assert office.olga.visits(path).status == 404
        assert "river-city" not in office.olga.text
