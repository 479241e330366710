"""The questions of a draft in the console: read, preview, edit, and say in place what does not fit."""

from __future__ import annotations

import gzip

import pytest

from app.questionnaire.kinds import KINDS
from app.services.questions.drafts import get_questions
from app.web.admin.questions import KIND_WORDS
from tests.web.admin.people import Office, Person

CITY, ROUND = "/staff/communities/river-city", "/staff/waves/spring"
QUESTIONS = f"{ROUND}/questions"
LARGEST = 40_000  # bytes of a page, compressed


@pytest.fixture
def olga(office: Office) -> Person:
    """Olga with a draft in English and Spanish."""
    for place in ("names", "agencies/police"):
        office.olga.visits(f"{CITY}/{place}").fills_in(**{"name-es": "Ciudad"})
    office.olga.visits("/staff/waves/new?community=river-city")
    return office.olga.fills_in(
        wave="spring",
        survey="community-trust-1-1",
        agencies=["police"],
        areas="1 North",
        languages=["en", "es"],
        support="en Call 211.\nes Llame al 211.",
    )


def adds(olga: Person, kind: str, **fields: object) -> Person:
    typed = {"text": "What about the night bus?", "part": "help"} | fields
    return olga.visits(f"{QUESTIONS}/new?kind={kind}").fills_in(f"{QUESTIONS}/new", **typed)


def test_pages_are_small_and_show_the_survey_on_a_phone(olga: Person) -> None:
    paths = ("", "?lang=es&part=agency", "/new", "/new?kind=grid", "/bank", "/versions", "/B1/edit", "/parts/help",
             "/preview?lang=es")  # fmt: skip
    for path in (*(f"{QUESTIONS}{each}" for each in paths), f"{ROUND}/languages", f"{ROUND}/languages/es?show=all"):
        assert olga.visits(path).status == 200, path
        assert len(gzip.compress(olga.answer.content)) <= LARGEST, path
    frame = olga.visits(f"{QUESTIONS}?lang=es").page.find(".//iframe")
    assert ('<html lang="es"' in frame.get("srcdoc"), "policía" in frame.get("srcdoc")) == (True, True)
    assert (frame.get("sandbox"), "<a href" in frame.get("srcdoc")) == ("", False)


def test_a_reworded_question_names_its_lost_translations(olga: Person) -> None:
    olga.visits(f"{QUESTIONS}/B2/edit").fills_in(f"{QUESTIONS}/B2/edit", text="How often do they listen?")
    assert olga.path == QUESTIONS
    assert "to translate: Spanish" in olga.text
    assert "To translate again: 1 in es" in olga.visits(f"{QUESTIONS}/versions").text
    assert "⟦How often do they listen?⟧" in olga.visits(f"{QUESTIONS}?lang=es").page.find(".//iframe").get("srcdoc")
    olga.visits(f"{QUESTIONS}/versions").fills_in(f"{QUESTIONS}/versions")
    assert "to translate" not in olga.text


def test_a_refused_edit_keeps_typed_words_and_names_its_place(olga: Person) -> None:
    form = f"{QUESTIONS}/D4/edit"
    olga.visits(form).fills_in(form, text="Was <b>it</b> offered?", note="Think of the last time.")
    assert olga.status == 422
    assert olga.page.get_element_by_id("text").value == "Was <b>it</b> offered?"
    assert olga.page.get_element_by_id("note").value == "Think of the last time."
    assert olga.page.xpath("//a[@href='#text']")
    assert "Expected plain words without markup" in olga.page.get_element_by_id("text-help").text_content()


def test_a_needed_question_stays_on(olga: Person) -> None:
    page = olga.visits(QUESTIONS).page
    assert not page.xpath("//button[@value='off:B4']")
    olga.fills_in(QUESTIONS, do="off:B4")
    assert olga.status == 422
    assert "B4: expected to stay on, because it is needed by the index" in olga.text
    olga.visits(QUESTIONS).fills_in(QUESTIONS, do="off:C6")
    assert "C6" not in get_questions_of(olga)


def get_questions_of(olga: Person) -> set[str]:
    """Return the questions that the page shows as asked."""
    rows = olga.visits(QUESTIONS).page.xpath("//li[starts-with(@id, 'row-') and not(contains(@class, 'off'))]")
    return {row.get("id").removeprefix("row-") for row in rows}


def test_two_people_do_not_save_over_each_other(olga: Person) -> None:
    form = f"{QUESTIONS}/B2/edit"
    olga.visits(form)
    stale = olga.answer
    olga.fills_in(form, text="How often do they listen?")
    olga.answer = stale
    olga.fills_in(form, text="Do they listen?", version="1")
    assert olga.status == 422
    assert "olga saved version 2 meanwhile" in olga.text
    assert olga.page.get_element_by_id("text").value == "Do they listen?"


FIELDS: dict[str, dict[str, object]] = {
    "scale": {"scale": "often"},
    "single": {"answers": "Yes\nNo"},
    "multiple": {"answers": "Red\nBlue\nNone of these", "alone": ["yes"]},
    "number": {"from": "0", "to": "7"},
    "ranking": {"answers": "Parks\nSchools"},
    "grid": {"scale": "often", "statements": "It is late.\nIt is full."},
    "date": {"from": "2015-03", "to": "2026-11"},
}


def test_every_kind_has_a_form_and_words() -> None:
    assert set(FIELDS) == set(KINDS) == set(KIND_WORDS)


@pytest.mark.parametrize("kind", FIELDS)
def test_a_question_of_each_kind_is_added(office: Office, olga: Person, kind: str) -> None:
    adds(olga, kind, **FIELDS[kind])
    assert olga.path == QUESTIONS, olga.text[:500]
    found = get_questions(office.engine, "spring").survey
    assert {item.kind.name for item in found.items.values() if item.context == "X1" or item.question == "X1"} == {kind}
    assert olga.visits(f"{QUESTIONS}/X1/edit").status == 200
    olga.fills_in(f"{QUESTIONS}/X1/delete")
    assert "X1" not in {item.question for item in get_questions(office.engine, "spring").survey.items.values()}


def test_a_condition_is_set_by_choosing(office: Office, olga: Person) -> None:
    adds(olga, "single", answers="Yes\nNo", part="contact", **{"about-1": "D3=1", "about-2": "D1=2", "verb-2": "not"})
    rule = get_questions(office.engine, "spring").survey.items["X1"].show_if
    assert repr(rule).count("Atom(") == 2
    form = olga.visits(f"{QUESTIONS}/X1/edit").form(f"{QUESTIONS}/X1/edit")
    assert (form.fields["about-1"], form.fields["about-2"], form.fields["verb-2"]) == ("D3=1", "D1=2", "not")
    olga.fills_in(f"{QUESTIONS}/X1/edit", **{"about-1": "", "about-2": ""})
    assert get_questions(office.engine, "spring").survey.items["X1"].show_if is None


def test_an_untouched_form_changes_nothing(office: Office, olga: Person) -> None:
    before = get_questions(office.engine, "spring").text
    for code in ("A1", "D5N", "D7", "RACE", "ADULTS"):
        olga.visits(f"{QUESTIONS}/{code}/edit").fills_in(f"{QUESTIONS}/{code}/edit")
        assert "Nothing changed." in olga.text, code
    assert get_questions(office.engine, "spring").text == before


def test_an_own_scale_and_a_new_part_are_made(office: Office, olga: Person) -> None:
    adds(olga, "scale", scale="+own", steps="Late\nOn time\nEarly", new_part="The bus")
    survey = get_questions(office.engine, "spring").survey
    assert [option.text for option in survey.items["X1"].options] == ["Late", "On time", "Early"]
    assert survey.sections[-1].title == "The bus"


def test_bank_questions_are_added_together(office: Office, olga: Person) -> None:
    form = f"{QUESTIONS}/bank"
    olga.visits(f"{form}?from=partners").fills_in(form, take=["P1", "P2"], part="help")
    assert {"P1", "P2"} <= set(get_questions(office.engine, "spring").survey.items)
    olga.visits(f"{form}?from=partners").fills_in(form, part="help")
    assert olga.status == 422


def test_an_opened_round_shows_its_questions_without_forms(office: Office) -> None:
    page = office.olga.visits("/staff/waves/river-city-2026/questions")
    assert page.status == 200
    assert "stay as residents have read them" in page.text
    assert not page.page.xpath("//button[@name='do']")
    assert office.olga.visits("/staff/waves/river-city-2026/questions/A1/edit").status == 409


def test_sentences_lead_from_one_to_the_next(office: Office, olga: Person) -> None:
    olga.visits(f"{QUESTIONS}/B2/edit").fills_in(f"{QUESTIONS}/B2/edit", text="How often do they listen?")
    adds(olga, "single", answers="Yes\nNo")
    tariq = office.tariq.visits(f"{ROUND}/languages")
    assert "4 sentences have no translation yet" in tariq.text
    tariq.visits(tariq.page.xpath("//div[contains(@class,'warn')]//a/@href")[0])
    words = {"How often do they listen?": "¿Con qué frecuencia escuchan?", "Yes": "Sí", "No": "No"}
    for _ in range(4):
        action = tariq.path
        source = tariq.page.find_class("source")[0].text_content()
        tariq.fills_in(action, translation=words.get(source, "¿Qué hay del autobús?"), do="save")
        assert tariq.status == 200, tariq.text[:400]
    assert "Every sentence has a translation" in tariq.visits(f"{ROUND}/languages").text


def test_a_wrong_translation_stays_typed(office: Office, olga: Person) -> None:
    olga.visits(f"{ROUND}/languages/es?show=all")
    address = next(link for link in olga.page.xpath("//a/@href") if "/sentences/" in link).partition("?")[0]
    olga.visits(address).fills_in(address, translation="", note="Why?", do="save")
    assert olga.status == 422
    assert "got nothing" in olga.page.get_element_by_id("translation-help").text_content()
    assert olga.page.get_element_by_id("note").value == "Why?"
