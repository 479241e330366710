"""A community's own survey goes from an XLSForm through a check into a plan, and back into an XLSForm."""

from __future__ import annotations

import pytest

from app.questionnaire.loading import load_survey
from app.questionnaire.xlsform_reading import from_xlsform
from app.records.communities import get_community
from app.records.database import reading
from app.records.survey_versions import own_surveys_of
from app.records.waves import get_wave
from tests.questionnaire.xlsform.forms import YES_NO, make_form, rows
from tests.web.admin.people import Office, Person

PAGE = "/staff/communities/river-city/surveys"
SETTINGS = [["form_title", "form_id", "version"], ["Being heard & fair", "heard", "2"]]
FORM = make_form(rows("select_one yn|heard|Were you heard?", "select_one yn|fair|Was it fair?"), YES_NO, SETTINGS)
WITH_TEXT = make_form(rows("text|name|Your name?", "select_one yn|heard|Were you heard?"), YES_NO, SETTINGS)


def uploads(office: Office, content: bytes = FORM, **fields: str) -> Person:
    return office.olga.visits(PAGE).fills_in(files={"survey": ("form.xlsx", content)}, **fields)


def stored(office: Office) -> list[tuple[str, str]]:
    with reading(office.engine) as session:
        found = own_surveys_of(session, get_community(session, "river-city").id or 0)
        return [(each.survey_id, each.version) for each in found]


def test_a_form_is_shown_and_stored_after_confirmation(office: Office) -> None:
    olga = uploads(office)
    assert olga.status == 200
    assert "Were you heard?" in olga.text
    assert stored(office) == []
    olga.fills_in(f"{PAGE}/store")
    assert "The survey is stored." in olga.text
    assert stored(office) == [("heard", "2")]


def test_a_refused_row_names_sheet_row_and_reason(office: Office) -> None:
    olga = uploads(office, WITH_TEXT)
    assert olga.status == 422
    assert "sheet survey, row 2, name: found type 'text'" in olga.text
    assert stored(office) == []


def test_refused_rows_are_left_out_on_request_and_listed(office: Office) -> None:
    olga = uploads(office, WITH_TEXT, leave_out="yes")
    assert (olga.status, "Rows that are left out" in olga.text) == (200, True)
    assert "sheet survey, row 2, name: found type 'text'" in olga.text
    olga.fills_in(f"{PAGE}/store")
    assert stored(office) == [("heard", "2")]


def test_a_stored_survey_can_be_planned_and_changed(office: Office) -> None:
    uploads(office).fills_in(f"{PAGE}/store")
    plan = office.olga.visits("/staff/waves/new?community=river-city")
    assert "Being heard & fair (heard 2)" in plan.text
    plan.fills_in(wave="spring", survey="own:heard:2", languages=["en"], agencies=["police"])
    assert plan.path == "/staff/waves/spring"
    with reading(office.engine) as session:
        wave = get_wave(session, "spring")
        assert list(load_survey(wave.survey_text).items) == ["heard", "fair"]
    draft = office.olga.visits("/staff/waves/spring/plan").fills_in("/staff/waves/new", contact="new@example.org")
    assert draft.path == "/staff/waves/spring"


def test_a_stored_survey_comes_back_as_an_xlsform(office: Office) -> None:
    uploads(office).fills_in(f"{PAGE}/store")
    olga = office.olga.visits(PAGE)
    workbook, text = (link for link in olga.page.xpath("//td/a/@href"))
    again = load_survey(from_xlsform(office.olga.visits(workbook).answer.content))
    assert again.items == load_survey(office.olga.visits(text).answer.content.decode()).items


@pytest.mark.parametrize("number", ["0", "99", "x", "9" * 30])
def test_a_survey_that_is_not_stored_is_not_found(office: Office, number: str) -> None:
    assert office.olga.visits(f"{PAGE}/{number}.xlsx").status == 404


def test_a_version_is_stored_once_and_never_changed(office: Office) -> None:
    uploads(office).fills_in(f"{PAGE}/store")
    uploads(office).fills_in(f"{PAGE}/store")
    other = make_form(rows("select_one yn|other|Another?"), YES_NO, SETTINGS)
    olga = uploads(office, other).fills_in(f"{PAGE}/store")
    assert (olga.status, "change the version" in olga.text) == (422, True)
    assert stored(office) == [("heard", "2")]


def test_an_id_of_the_service_is_refused(office: Office) -> None:
    settings = [SETTINGS[0], ["Trust", "community-trust", "9"]]
    form = make_form(rows("select_one yn|heard|Were you heard?"), YES_NO, settings)
    olga = uploads(office, form).fills_in(f"{PAGE}/store")
    assert (olga.status, "which comes with the service" in olga.text) == (422, True)


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0 broken", b"\xff\xfe\x00", b"surveys/../../etc/passwd", b"- a\n",
     b"id: x\n", b"a: " + b"[" * 3000, b"\x00" * 50],
)  # fmt: skip
def test_a_file_that_is_no_survey_is_refused(office: Office, content: bytes) -> None:
    assert uploads(office, content).status == 422
    assert stored(office) == []


def test_a_survey_of_another_community_cannot_be_planned(office: Office) -> None:
    uploads(office).fills_in(f"{PAGE}/store")
    office.olga.visits("/staff/communities/new").fills_in(slug="hill-town", **{"name-en": "Hill Town"})
    plan = office.olga.visits("/staff/waves/new?community=hill-town")
    assert "heard 2" not in plan.text
    plan.fills_in(wave="spring", survey="own:heard:2", languages=["en"])
    assert plan.status == 422
