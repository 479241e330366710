"""The pages of reports of every size, and the names that their sentences use."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from app.questionnaire.loading import load_survey
from app.records.communities import Agency, Community
from app.services.common.report_names import report_words
from app.services.waves.plan_file import survey_path
from app.web.reports.page_set import list_pages, read_report
from app.web.reports.rendering import render_report
from tests.web.reports.making import ADDRESS, OPEN, make_frozen


def make_names(short: dict[str, str] | None) -> dict[str, str]:
    survey = load_survey(survey_path("community-trust"))
    agency = Agency(community_id=1, slug="police", names={"en": "River City Police"}, short_names=short)
    return report_words(survey, Community(slug="x", names={"en": "X"}), [agency], ["en", "es"])["en"]


def test_words_hold_short_names_and_noun_phrases() -> None:
    words = make_names({"en": "the police"})
    assert words["short.police"] == "the police"
    assert words["people.age=4"] == "people aged 65 or older"
    assert words["people.race_3=yes"] == "Black and African American residents"


def test_agency_without_a_short_name_has_no_word_for_it() -> None:
    assert not [name for short in (None, {}, {"es": "la policía"}) for name in make_names(short) if "short." in name]


@pytest.mark.parametrize("sources", [(ADDRESS,), (OPEN,), (ADDRESS, OPEN)])
@pytest.mark.parametrize("people", [120, 600])
def test_every_page_of_a_report_is_rendered(sources: tuple[str, ...], people: int) -> None:
    context = read_report(make_frozen(sources, people=people), "en")
    pages = [link.page for link in list_pages(context)]
    assert ("open-link" in pages) is (len(sources) > 1)
    assert all(render_report(context, page, False) for page in pages)
    assert render_report(context, "nothing", False) is None


def test_agency_named_as_another_page_has_a_page_of_its_own() -> None:
    frozen = make_frozen((ADDRESS,))
    content = frozen.report.content.decode().replace("agency=police", "agency=details").replace('"police"', '"details"')
    document = json.loads(content)
    report = type("Report", (), {"document": document, "sha256": "0" * 64})()
    context = read_report(replace(frozen, report=report), "en")
    assert "agency-details" in [link.page for link in list_pages(context)]
    assert render_report(context, "agency-details", False)


def test_volunteers_alone_fill_the_summary_without_a_margin() -> None:
    page, _ = render_report(read_report(make_frozen((OPEN,)), "en"), "", False) or ("", "")
    assert "Likely range (95%)" in page
    assert "argin of sampling error (95%)" not in page
