"""Commitments that answer a finding stand beside its figure, on the page of the agency that it is about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.web.reports.page_set import ReportContext, make_agency, make_summary, read_report
from app.web.reports.rendering import render_report
from tests.web.reading import Page
from tests.web.reports.making import ADDRESS, LANGUAGES, make_frozen

STOPS: dict[str, Any] = {
    "entry": "stops", "agency": "police", "lang": "en", "finding": "river-city-2025/police#groups",
    "what": "Publish stops <by> group", "after": "Survey of 2025", "promised": "2025-05-13", "by": "2026-12-31",
    "state": "under way", "proof": "https://city.example/stops",
    "replies": [{"organization": "Riverside Tenants", "stance": "disputed", "words": "Not yet", "lang": "ar"}],
}  # fmt: skip


def context_of(*commitments: dict[str, Any], lang: str = "en") -> ReportContext:
    return read_report(replace(make_frozen(), commitments=commitments), lang)


def placed(context: ReportContext, agency: str) -> dict[str, list[str]]:
    """Return the words of the answers on an agency's page, by the part beside which they stand."""
    page = make_agency(context, agency)
    assert page is not None
    found = {part.id: [each.what for each in part.answers] for part in page.parts if part.answers}
    return found | ({"": [each.what for each in page.answers]} if page.answers else {})


def test_answer_stands_beside_the_figure_of_its_finding_only() -> None:
    context = context_of(STOPS)
    assert placed(context, "police") == {f"{ADDRESS}-groups": [STOPS["what"]]}
    assert placed(context, "health") == {}
    assert [each.what for each in make_summary(context).answers] == [STOPS["what"]]


@pytest.mark.parametrize("finding", ["river-city-2025/police", "river-city-2025/police#areas"])
def test_answer_without_a_part_on_the_page_stands_under_the_card(finding: str) -> None:
    assert placed(context_of({**STOPS, "finding": finding}), "police") == {"": [STOPS["what"]]}


def test_finding_about_no_agency_is_answered_on_the_summary() -> None:
    context = context_of({**STOPS, "finding": "river-city-2025"})
    assert make_summary(context).answers
    assert placed(context, "police") == {}


def test_summary_is_short_and_leaves_out_no_answer_about_all() -> None:
    many = [{**STOPS, "what": f"Promise {k}"} for k in range(6)]
    about_all = {**STOPS, "what": "For all", "finding": "river-city-2025"}
    found = [each.what for each in make_summary(context_of(*many, about_all)).answers]
    assert found == ["For all", "Promise 0", "Promise 1", "Promise 2"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_answer_keeps_its_language_among_translated_labels(lang: str) -> None:
    rendered = render_report(context_of(STOPS, lang=lang), "police", False)
    assert rendered is not None
    page = Page(rendered[0])
    aside = page.one("aside", **{"class": "answered"})
    assert "<by>" in aside.text
    assert page.one("q", lang="ar").attributes["dir"] == "rtl"
    assert page.one("a", href=STOPS["proof"])
    assert ("English" in aside.text) is (lang != "en")  # a reader of another language hears which one it is
    assert ("under way" in aside.text) is (lang == "en")
