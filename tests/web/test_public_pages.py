"""Public pages: the home page, the health checks and the metrics."""

import re
from pathlib import Path

import pytest

from app.language.languages import LANGUAGES
from app.web.metrics import RoundedCounters, to_text
from app.web.reports.handlers import ReportPages
from app.web.view_models import PublicationLink
from tests.web.reading import Page, encode
from tests.web.service import Service, open_city, open_service


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "Answer the questions"), ("es", "Contestar las preguntas"), ("ar", "أجب عن الأسئلة")]
)
def test_the_front_page_leads_to_the_open_waves(tmp_path: Path, lang: str, words: str) -> None:
    with open_city(tmp_path, languages=("en", "es", "ar")) as service:
        page = Page(service.client.get("/", params={"lang": lang}).text)
        link = page.one("a", href=f"/s/riverside-2026?lang={lang}")
        assert link.text == words
        assert service.client.get(link.attributes["href"]).is_success


def test_the_front_page_offers_a_round_in_its_own_languages(tmp_path: Path) -> None:
    with open_city(tmp_path, languages=("en", "es")) as service:
        page = Page(service.client.get("/", params={"lang": "ko"}).text)
    links = [each for each in page.all("a") if each.attributes.get("href", "").startswith("/s/")]
    assert {(each.attributes["lang"], each.text) for each in links} >= {("en", "English"), ("es", "Español")}
    assert not [each for each in links if each.attributes["href"].endswith("lang=ko")]


def test_the_front_page_lists_published_reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = PublicationLink("/reports/riverside/2025", "Riverside 2025", "1 March 2026")
    monkeypatch.setattr(ReportPages, "list_for_home", lambda self, lang: (report,))
    with open_service(tmp_path) as service:
        assert Page(service.client.get("/").text).one("a", href="/reports/riverside/2025").text == "Read the report"


def test_a_closed_wave_leaves_the_front_page(tmp_path: Path) -> None:
    with open_service(tmp_path) as service:
        service.close()
        assert "No questions are open at the moment." in service.client.get("/").text


def test_health_routes_report_alive_and_ready(service: Service) -> None:
    assert service.client.get("/healthz").text == "alive\n"
    assert service.client.get("/readyz").text == "ready\n"


def test_a_service_whose_box_does_not_take_answers_is_not_ready(tmp_path: Path) -> None:
    with open_service(tmp_path) as service:
        service.app.state.ballots.stop()
        assert service.client.get("/readyz").status_code == 503
        assert service.client.get("/healthz").status_code == 200


def test_counters_show_multiples_of_five_only() -> None:
    counters = RoundedCounters()
    stated = []
    for _ in range(11):
        counters.add("answers_counted")
        stated.append(counters.rounded()["answers_counted"])
    assert stated == [0, 0, 0, 0, 5, 5, 5, 5, 5, 10, 10]
    assert "commontrust_answers_counted_total 10" in to_text(counters.rounded(), {})


def test_metrics_name_no_address_and_no_language(tmp_path: Path) -> None:
    with open_service(tmp_path) as service:
        for _ in range(5):
            service.client.get(service.address)
            service.client.post(
                service.address, content=encode({"_do": ["send"], "A1": ["3"], "_agency": ["police"], "_pace": ["3"]})
            )
        stated = service.client.get("/metrics").text
    assert "commontrust_pages_shown_total 5" in stated
    assert "commontrust_answers_counted_total 5" in stated
    assert "riverside" not in stated
    labels = set(re.findall(r"{(\w+)=", stated))
    assert labels == {"version", "check", "place"}


def test_the_description_for_machines_is_a_plain_page(service: Service) -> None:
    assert service.client.get("/api/openapi.json").json()["info"]["title"] == "Commontrust"
    assert "/api/openapi.json" in service.client.get("/api/docs").text


def test_telemetry_is_off(service: Service) -> None:
    """FastAPI carries OpenTelemetry inside: switched on, it would record addresses and queries."""
    assert [service.app._telemetry[part] for part in ("tracing", "metrics", "logs")] == [False] * 3


def test_page_on_anonymity_is_in_every_language(service: Service) -> None:
    said = {}
    for lang in LANGUAGES:
        page = Page(service.client.get("/anonymity", params={"lang": lang}).text)
        assert page.one("html").attributes["lang"] == lang
        said[lang] = [each.text for each in (page.one("h1"), *page.all("h2"), *page.all("li"))]
        assert len(said[lang]) == 20
    for lang in set(LANGUAGES) - {"en"}:
        assert not set(said[lang]) & set(said["en"]), lang


def test_front_page_leads_to_the_page_on_anonymity(service: Service) -> None:
    link = Page(service.client.get("/", params={"lang": "es"}).text).one("a", href="/anonymity?lang=es")
    assert link.text == "Cómo sus respuestas siguen siendo anónimas"
