"""The checklist is honest: a step that is done says so, a number is the same on each page, nothing is asked twice."""

from __future__ import annotations

from dataclasses import replace

from app.services.reports.publish import publish_report
from app.services.translations.workbench import open_workbench
from app.services.waves import lifecycle
from tests.services.making import ACT, PLAN
from tests.services.reported import SHORT, make_closed_wave
from tests.web.admin.people import Office, Person
from tests.web.admin.test_audited_actions import MEASURES, brings

DRAFT = "/staff/waves/spring-2026"


def plans(office: Office, **changes: object) -> Person:
    lifecycle.create_wave(office.engine, replace(PLAN, slug="spring-2026", **({"survey": SHORT} | changes)), ACT)  # type: ignore[arg-type]
    return office.olga.visits(DRAFT)


def step(office: Office, title: str, wave: str = DRAFT) -> str:
    """Return the text of a step on the page of a round."""
    items = office.olga.visits(wave).page.xpath("//ol[@class='steps']/li")
    (found,) = [each for each in items if each.xpath("string(.//h3)").strip().startswith(title)]
    return " ".join(found.text_content().split())


def test_translated_sentences_are_no_longer_to_translate(office: Office) -> None:
    plans(office, languages=("en", "ar"), drafts=("ar",), survey="community-trust")
    questions = f"{DRAFT}/questions"
    office.olga.visits(f"{questions}/E1/edit").fills_in(f"{questions}/E1/edit", note="Think of the last year.")
    assert "1 sentences to translate" in step(office, "Languages").replace("1 sentence ", "1 sentences ")
    bench = open_workbench(office.engine, "spring-2026", "ar")
    (key,) = [each.key for each in bench.sentences if not each.translation]
    page = office.olga.visits(f"{DRAFT}/languages/ar/sentences/{key}")
    page.fills_in(f"{DRAFT}/languages/ar/sentences/{key}", translation="فكر في العام الماضي.", do="save")
    assert "to translate" not in step(office, "Languages")


def test_published_report_leaves_no_step_to_do_now(office: Office) -> None:
    make_closed_wave(office.engine, office.settings, slug="over-2026")
    over = "/staff/waves/over-2026"
    assert "To do now" in step(office, "Publish", over)
    publish_report(office.engine, "over-2026", ACT)
    found = step(office, "Publish", over)
    assert "To do now" not in found
    assert "You can" in found
    assert "Publish data…: Publish" in found, "the button leads to the next part"


def test_help_points_can_be_added_before_opening(office: Office) -> None:
    plans(office)
    assert "You can" in step(office, "Help points")
    office.olga.visits(f"{DRAFT}/desks").fills_in(name="Main Library")
    assert "Main Library" in step(office, "Help points")
    assert "Done" in step(office, "Help points")


def test_telephone_is_asked_once(office: Office) -> None:
    plans(office, contact="555-0199")
    assert "a telephone number" not in step(office, "Letters")
    text = office.olga.visits(f"{DRAFT}/letters").text
    assert "Each letter shows the contact of the plan: 555-0199" in text


def test_number_of_questions_is_the_same_on_each_page(office: Office) -> None:
    plans(office, survey="community-trust-1-1")
    counted = office.olga.visits(f"{DRAFT}/questions").text.partition(" questions,")[0].rpartition(" ")[2]
    assert f"{counted} questions" in step(office, "Questions")
    assert f", {counted} questions" in office.olga.visits(DRAFT).text


def test_codes_are_made_twice_only_knowingly(office: Office) -> None:
    plans(office)
    codes = f"{DRAFT}/codes"
    fields = {"count": "30", "source": "address sample", "files": "list"}
    assert office.olga.visits(codes).fills_in(codes, **fields).status == 200
    office.olga.visits(codes)
    assert "This round has 30 codes already" in office.olga.text
    assert office.olga.fills_in(codes, **fields).status == 422
    assert "This round has codes already." in office.olga.text
    assert office.olga.fills_in(codes, **fields, **{"again-other": "yes"}).status == 200
    assert "This round has 60 codes already" in office.olga.visits(codes).text


def test_scorecard_names_the_next_step_after_publishing(office: Office) -> None:
    brings(office, "measures", MEASURES).fills_in("/staff/communities/river-city/measures/load")
    page = "/staff/communities/river-city/scorecard"
    olga = office.olga.visits(page)
    olga.fills_in(page)
    assert olga.path == page
    assert "Read the published scorecard" in olga.text
    assert "Back to the checklist" in olga.text


def test_data_set_names_its_fewest_answers_before_the_job(office: Office) -> None:
    make_closed_wave(office.engine, office.settings, slug="over-2026")
    text = office.olga.visits("/staff/waves/over-2026/data").text
    assert "at least 50" in text
