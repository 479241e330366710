"""The steps of a survey round in the console: each says what is missing, and none is passed by without it."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import select

from app.records.database import reading, writing
from app.records.holders import HolderKey
from app.records.waves import get_wave
from app.services.waves import lifecycle
from tests.services.making import ACT, PLAN, make_form, send
from tests.services.reported import SHORT, make_closed_wave
from tests.web.admin.people import Office, Person
from tests.web.admin.test_audited_actions import addresses

CITY, DRAFT = "/staff/communities/river-city", "/staff/waves/spring-2026"
GOOD = "variable,level,count,source,year\nage,1,400,Census,2025\nage,2,600,Census,2025\n"
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9v9z"/></svg>'


def plans(office: Office, **changes: object) -> Person:
    lifecycle.create_wave(office.engine, replace(PLAN, slug="spring-2026", survey=SHORT, **changes), ACT)  # type: ignore[arg-type]
    return office.olga.visits(DRAFT)


def loads_population(office: Office) -> None:
    page = office.olga.visits(f"{CITY}/population").fills_in(files={"table": ("t.csv", GOOD.encode())})
    page.fills_in(f"{CITY}/population/load")


def status_of(office: Office) -> str:
    with reading(office.engine) as session:
        return get_wave(session, "spring-2026").status


def view_wave_reasons(office: Office) -> list[str]:
    with reading(office.engine) as session:
        return lifecycle.find_obstacles(session, get_wave(session, "spring-2026"))


def loses_keys(office: Office) -> None:
    with writing(office.engine) as session:
        for key in session.exec(select(HolderKey)):
            session.delete(key)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"languages": ("en", "es"), "drafts": ("es",)}, "no name in es"),
        ({"languages": ("en", "es")}, "Spanish has not been checked by two people"),
        ({"agencies": ()}, "names none: add one"),
    ],
)
def test_draft_with_something_missing_never_opens(office: Office, changes: dict[str, object], words: str) -> None:
    loads_population(office)
    olga = plans(office, **changes)
    assert words in olga.text
    olga.client.post(f"{DRAFT}/open", data={"known": "yes", "_token": olga.form("/staff/sign-out").fields["_token"]})
    assert status_of(office) == "draft"


def test_draft_without_keys_of_a_second_holder_never_opens(office: Office) -> None:
    loads_population(office)
    loses_keys(office)
    olga = plans(office)
    assert "No answer is read without a second holder" in olga.text
    assert "No second holder has unused keys" in olga.visits(f"{DRAFT}/open").text
    olga.client.post(f"{DRAFT}/open", data={"known": "yes", "_token": olga.form("/staff/sign-out").fields["_token"]})
    assert status_of(office) == "draft"


def test_draft_that_nothing_weights_opens_only_knowingly(office: Office) -> None:
    plans(office)
    olga = office.olga.visits(f"{DRAFT}/open")
    assert "not weighted at all" in olga.text
    olga.fills_in()
    assert (olga.status, status_of(office)) == (422, "draft")
    olga.fills_in(known="yes")
    assert status_of(office) == "open"


def test_draft_with_a_good_table_names_its_weighting(office: Office) -> None:
    plans(office)
    loads_population(office)
    olga = office.olga.visits(f"{DRAFT}/open")
    assert "By age, as your population table has them." in olga.text
    olga.fills_in()
    assert status_of(office) == "open"


def test_checklist_names_sealed_answers_in_steps_alone(office: Office) -> None:
    send(office.settings, "river-city-2026", [make_form(number) for number in range(7)], together=True)
    text = office.olga.visits("/staff").text
    assert "In all: fewer than 20 sealed answers" in text
    assert "7" not in text.split("In all:")[1].split("sealed")[0]


def test_sample_draws_labels_apart_from_codes(office: Office) -> None:
    plans(office)
    page = office.olga.visits(f"{DRAFT}/sample")
    page.fills_in(parts="North, 200, 50\nSouth, 100, 50", city="8", list="A list", do="keep")
    assert "North:" in office.olga.text
    files = {"addresses": ("list.csv", addresses())}
    answer = office.olga.visits(f"{DRAFT}/codes").fills_in(f"{DRAFT}/codes/sample", print="list", files=files).answer
    with zipfile.ZipFile(io.BytesIO(answer.content)) as bundle:
        found = {name: bundle.read(name).decode() for name in bundle.namelist()}
    assert set(found) == {
        "spring-2026-north-codes.csv", "spring-2026-north-labels.csv", "spring-2026-south-codes.csv",
        "spring-2026-south-labels.csv", "spring-2026-protocol.txt",
    }  # fmt: skip
    assert "Oak Street" not in found["spring-2026-north-codes.csv"]
    assert "/s/spring-2026" not in found["spring-2026-north-labels.csv"]
    with reading(office.engine) as session:
        assert "Draw number" in get_wave(session, "spring-2026").protocol["selection"]


def test_list_that_does_not_fit_makes_no_code(office: Office) -> None:
    plans(office)
    page = office.olga.visits(f"{DRAFT}/sample")
    page.fills_in(parts="East, 200, 50", city="8", do="keep")
    files = {"addresses": ("list.csv", b"street,district\n1 Oak,North\n")}
    olga = office.olga.visits(f"{DRAFT}/codes").fills_in(f"{DRAFT}/codes/sample", print="list", files=files)
    assert olga.status == 422
    assert "expected at least" in olga.text
    assert "codes made" not in [each.act for each in office.acts()]


def test_letter_carries_logo_signature_and_own_words(office: Office) -> None:
    plans(office)
    office.olga.visits(f"{CITY}/names").fills_in(files={"logo": ("logo.svg", LOGO)})
    office.olga.visits(f"{DRAFT}/letters").fills_in(
        **{"signer": "Maria Lindqvist, Mayor", "telephone": "555-0100", "words-en": "We listen.", "paper": "a4"}
    )
    for sheet, has_code in (("letter", True), ("reminder", False), ("poster", False), ("cards", False)):
        answer = office.olga.client.get(f"{DRAFT}/letters/{sheet}")
        assert answer.status_code == 200
        assert ("XXXXX-XXXXX" in answer.text) == has_code
        assert "size: A4" in answer.text
    letter = office.olga.client.get(f"{DRAFT}/letters/letter").text
    assert all(words in letter for words in ("data:image/svg+xml", "Maria Lindqvist", "555-0100", "We listen."))
    assert "If you have answered: thank you." in office.olga.client.get(f"{DRAFT}/letters/reminder").text


def test_report_is_seen_page_by_page_and_published_by_a_sentence(office: Office) -> None:
    make_closed_wave(office.engine, office.settings, slug="over-2026")
    report = "/staff/waves/over-2026/report"
    olga = office.olga.visits(report).fills_in(f"{report}/preview")
    pages = [link.get("href") for link in olga.page.xpath("//a[contains(@href, '/report/page')]")]
    assert len(pages) >= 4
    for page in pages:
        shown = olga.client.get(page)
        assert shown.status_code == 200
        assert "Preview: not published." in shown.text
        assert "/reports/river-city/over-2026" not in shown.text.replace("https://survey.example.org/reports", "")
    olga.fills_in(f"{report}/publish")
    assert olga.status == 422
    assert "Type the words: publish over-2026" in olga.text
    olga.fills_in(f"{report}/publish", sentence="Publish over-2026")
    assert olga.path.startswith("/staff/jobs/")


TYPED = {"count-age-1": "400", "count-age-2": "600", "source": "Census", "year": "2025"}


def types(office: Office, **changed: str) -> Person:
    fields: dict[str, Any] = {**TYPED, **changed}
    return office.olga.visits(f"{CITY}/population").fills_in(f"{CITY}/population/typed", **fields)


def test_typed_numbers_are_checked_and_can_be_changed(office: Office) -> None:
    plans(office)
    olga = types(office)
    assert "age: 2 levels" in olga.text
    assert "does not open" not in olga.text
    olga.fills_in(f"{CITY}/population/typed")
    fields = olga.form(f"{CITY}/population/typed").fields
    assert {name: fields[name] for name in TYPED} == TYPED


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"count-age-2": ""}, "Age, 45 or older: expected a number, found nothing. Type 0"),
        ({"count-age-2": "many"}, "Age, 45 or older: expected a number of people, found"),
        ({"count-age-1": "0", "count-age-2": "0"}, "expected at least one count above 0"),
        ({"source": ""}, "Source: expected the office"),
        ({"year": "soon"}, "Year: expected a year"),
    ],
)
def test_wrong_number_is_named_and_the_others_stay(office: Office, changed: dict[str, str], words: str) -> None:
    plans(office)
    olga = types(office, **changed)
    assert olga.status == 422
    assert words in olga.text
    assert not [each for each in ("your file", "Line", "another file", "line 2") if each in olga.text]
    fields = olga.form(f"{CITY}/population/typed").fields
    assert {name: fields[name] for name in TYPED} == {**TYPED, **changed}


def test_number_that_stops_the_opening_is_said_at_once(office: Office) -> None:
    plans(office)
    olga = types(office, **{"count-age-2": "0"})
    assert "45 or older: 0 residents. spring-2026 opens only with 10 or more in every answer" in olga.text
    olga.fills_in(f"{CITY}/population/load")
    assert any("expected at least 10 residents" in each for each in view_wave_reasons(office))


def test_template_of_the_population_is_read_back_once_filled_in(office: Office) -> None:
    plans(office)
    text = office.olga.client.get(f"{CITY}/population/template.csv").text
    assert "age,1,Under 45,,," in text
    filled = text.replace(",,,", ",500,Census,2025")
    olga = office.olga.visits(f"{CITY}/population").fills_in(files={"table": ("t.csv", filled.encode())})
    assert "age: 2 levels" in olga.text


def test_joining_leads_into_the_console_without_a_second_code(office: Office) -> None:
    greta = office.joins("greta")
    assert greta.visits("/staff").heading == "Good to see you, greta"


def test_role_without_rounds_reads_plain_words(office: Office) -> None:
    greta = office.joins("greta")
    assert "Each round is a list of steps" not in greta.visits("/staff").text
    assert "Each round is a list of steps" in office.olga.visits("/staff").text
    page = greta.visits("/staff/people")
    assert page.status == 403
    assert "got one with" not in page.text
    assert "do not have access to this page" in page.text


def test_closed_round_offers_to_unlock_only_the_rest(office: Office) -> None:
    make_closed_wave(office.engine, office.settings, slug="over-2026")
    text = office.olga.visits("/staff/waves/over-2026").text
    assert "You can unlock all of them" not in text
    assert "None is left to unlock." in text


def test_unlock_page_speaks_of_new_answers_only_while_open(office: Office) -> None:
    send(office.settings, "river-city-2026", [make_form(number) for number in range(12)], together=True)
    lifecycle.close_wave(office.engine, "river-city-2026", ACT)
    text = office.olga.visits("/staff/waves/river-city-2026/box").text
    assert "shuffles them" in text
    assert "Residents notice nothing" not in text
    assert "You can unlock all of them" in office.olga.visits("/staff/waves/river-city-2026").text


def test_questions_page_says_the_minutes_of_the_plan(office: Office) -> None:
    plans(office, protocol={"minutes": "17"})
    assert "about 17 minutes" in office.olga.visits(f"{DRAFT}/questions").text


def test_pages_of_tables_name_no_template_without_a_link(office: Office) -> None:
    for end in ("targets", "measures"):
        page = office.olga.visits(f"{CITY}/{end}")
        assert page.status == 200
        assert "Download the template" not in page.text
