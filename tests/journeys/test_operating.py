"""Olga takes a community from its first table to a published report in the console; others read her pages."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.services.intake.submission import SubmissionForm
from app.services.jobs.queue import work_once
from tests.services.communities.test_population import POPULATION
from tests.services.making import PASSPHRASE, let_days_pass, make_open_wave, send
from tests.services.reported import SHORT
from tests.web.admin.people import Office, hire, open_office

CITY, WAVE = "/staff/communities/river-city", "/staff/waves/spring-2026"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path, wave=False) as office:
        yield office


def residents_answer(office: Office, young: int, old: int) -> None:
    chance = secrets.SystemRandom()
    forms = [
        SubmissionForm(
            secrets.token_hex(16),
            "police",
            "en",
            "",
            {"B1": [str(chance.randint(1, 5))], "B2": [str(chance.randint(1, 5))], "AGE": [age]},
        )
        for age in ["1"] * young + ["2"] * old
    ]
    send(office.settings, "spring-2026", forms, together=True)


def test_empty_service_leads_to_a_published_report(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    olga = office.olga.visits("/staff")
    assert "Your first survey round" in olga.text

    olga.visits("/staff/communities").visits("/staff/communities/new")
    olga.fills_in(slug="river-city", **{"name-en": "River City"})
    assert olga.heading == "River City"
    olga.visits(f"{CITY}/agencies/new").fills_in(slug="police", **{"name-en": "the police"})
    assert "the police" in olga.text
    olga.visits(f"{CITY}/population").fills_in(files={"table": ("census.csv", POPULATION.encode())})
    olga.fills_in(f"{CITY}/population/load")
    assert "ACS 2025" in olga.text

    survey = SHORT.replace("id: short", "id: short-trust")
    folder = office.settings.data_dir / "surveys" / "short-trust"
    folder.mkdir(parents=True)
    (folder / "survey.yaml").write_text(survey)
    monkeypatch.setattr("app.services.waves.plan_file.SURVEYS", folder.parent)
    olga.visits("/staff/waves/new").fills_in(wave="spring-2026", survey="short-trust", agencies=["police"])
    assert "Everything is ready. You can open it." in olga.text
    olga.visits(f"{WAVE}/open").fills_in(known="yes")
    assert "The survey round is open" in olga.text
    bob = hire(office, "bob", "agency", ("river-city/police",))

    monkeypatch.setattr("app.services.waves.release_rule.HELD_OVER", 0)  # so that the numbers below are exact
    residents_answer(office, young=60, old=25)
    assert "A batch of sealed answers of spring-2026 is full" in olga.visits("/staff").text
    olga.visits(f"{WAVE}/box").fills_in(passphrase=PASSPHRASE)
    assert "or later, as its plan says" in olga.text
    let_days_pass(office.settings, 8)
    olga.visits(f"{WAVE}/box").fills_in(passphrase=PASSPHRASE)
    fieldwork = olga.visits(f"{WAVE}/fieldwork").text
    assert "about 85" in fieldwork
    assert "45 or older (age): about 25 answers; its share of the residents would be about 50" in fieldwork
    assert bob.visits(f"{WAVE}/fieldwork").text.endswith(fieldwork[-200:])

    residents_answer(office, young=30, old=125)
    olga.visits(f"{WAVE}/close").fills_in()
    assert "answers are still sealed" in olga.visits("/staff").text
    olga.visits(f"{WAVE}/box").fills_in(passphrase=PASSPHRASE)
    assert "can be published" in olga.visits("/staff").text

    olga.visits(f"{WAVE}/report").fills_in(f"{WAVE}/report/preview")
    assert "The report would hide" in olga.text
    assert "Publishing cannot be undone" in olga.text
    olga.fills_in(f"{WAVE}/report/publish", sentence="publish spring-2026")
    job = olga.path
    assert "is being made" in olga.text
    assert olga.page.xpath("//meta[@http-equiv='refresh']")
    work_once(office.engine, office.settings)
    olga.visits(job)
    assert olga.heading == "The report of spring-2026 is published"
    assert not olga.page.xpath("//meta[@http-equiv='refresh']")

    assert office.charlie.client.get("/reports/river-city/spring-2026").status_code == 200
    assert "version 1" in bob.visits(WAVE).text
    stated = [each.act for each in office.acts() if each.actor == "olga"]
    for act in ("community added", "agency added", "population loaded", "wave created", "wave opened", "box opened",
                "wave closed", "report previewed", "job asked for", "report published"):  # fmt: skip
        assert act in stated


def test_a_report_that_cannot_be_made_says_why(office: Office) -> None:
    make_open_wave(office.engine, office.settings, slug="spring-2026", survey=SHORT)
    olga = office.olga.visits(f"{WAVE}/report")
    assert "You can publish a report after the survey round is closed" in olga.text
    olga.visits(f"{WAVE}/close").fills_in()
    olga.visits(f"{WAVE}/report").fills_in(f"{WAVE}/report/preview")
    assert olga.status == 409
    assert "no one has answered" in olga.text


def test_translator_signs_and_exports_a_translation(office: Office) -> None:
    tariq = office.tariq.visits("/staff")
    assert "Survey rounds" not in [link.text_content() for link in tariq.page.xpath("//nav//a")]
    tariq.visits("/staff/translations/es").fills_in(domain="letters", step="reviewed", role="community reviewer")
    assert "tariq (reviewed" in tariq.text
    answer = tariq.client.get("/staff/translations/es/letters.xlf")
    assert answer.headers["content-type"].startswith("application/xliff+xml")
    assert b"<xliff" in answer.content
    assert office.rosa.visits("/staff").status == 200


def test_invited_member_joins_by_link_with_recovery_codes(office: Office) -> None:
    greta = office.joins("greta")
    assert greta.heading == "Your recovery codes"
    codes = [item.text_content().strip() for item in greta.page.xpath("//li[ancestor::ol]")]
    assert len(set(codes)) == 10
    greta.signs_in(code=codes[0])
    assert greta.heading == "Good to see you, greta"
    assert greta.visits("/staff/audit").status == 403
