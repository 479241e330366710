"""The first page of an agency after sign-in: its own report, rounds, staff figures and keys, no other agency's."""

from __future__ import annotations

from app.services.reports.publish import publish_report
from tests.services.communities.test_population import POPULATION
from tests.services.making import ACT
from tests.services.reported import make_closed_wave
from tests.web.admin.people import Office
from tests.web.admin.test_audited_actions import CITY, brings


def test_agency_sees_its_report_with_every_file_after_sign_in(office: Office) -> None:
    publish_report(office.engine, make_closed_wave(office.engine, office.settings, slug="over-2026"), ACT)
    home = office.bob.visits("/staff")
    links = home.page.xpath("//a/@href")
    assert "/reports/river-city/over-2026/police?lang=en" in links
    assert "/compare/river-city/police?lang=en" in links
    for ending in (".pdf", "/annex.pdf", ".pptx", ".xlsx", ".csv", ".json"):
        assert f"/reports/river-city/over-2026{ending}?lang=en" in links
    assert "of 100 points of trust · Likely range (95%)" in home.text
    assert "library" not in home.text


def test_agency_sees_missing_groups_and_staff_figures_to_bring(office: Office) -> None:
    brings(office, "population", POPULATION).fills_in(f"{CITY}/population/load")
    home = office.bob.visits("/staff")
    assert "/staff/waves/river-city-2026/fieldwork" in home.page.xpath("//a/@href")
    assert "Staff figures: none yet. Still to bring:" in home.text
    assert "No report about this agency is published yet." in home.text
    assert "API keys that work: 0." in home.text


def test_operator_has_no_home_of_an_agency(office: Office) -> None:
    assert "Staff figures" not in office.olga.visits("/staff").text
