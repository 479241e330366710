"""Refusals are pages in the person's language; failures of our own say a reference and log no value."""

import logging
from pathlib import Path

import pytest

from app.errors import AnswerNotStored, DatabaseNotReady, NotFound, Refused
from app.web import error_pages
from app.web.error_pages import KIND_OF_REFUSAL, STATUS_OF_KIND
from tests.web.reading import Page, encode
from tests.web.service import Service, open_service


@pytest.mark.parametrize("kind", STATUS_OF_KIND)
@pytest.mark.parametrize("lang", ["en", "es", "ar"])
def test_every_kind_of_refusal_has_a_page_in_every_language(kind: str, lang: str) -> None:
    from app.web import rendering
    from app.web.view_models import RefusedScreen

    page = Page(rendering.render(RefusedScreen(lang, kind, "abcd")))
    assert page.lang == lang
    assert page.one("a", class_="button leave")
    assert page.title.startswith({"en": "Error", "es": "Error", "ar": "خطأ"}[lang])


def test_every_refusal_of_the_service_has_a_row_or_inherits_one() -> None:
    assert KIND_OF_REFUSAL[Refused] in STATUS_OF_KIND
    assert {KIND_OF_REFUSAL[each] for each in (NotFound, AnswerNotStored, DatabaseNotReady)} <= set(STATUS_OF_KIND)


def test_an_unknown_wave_gets_a_page_in_the_browsers_language(service: Service) -> None:
    answer = service.client.get("/s/nowhere", headers={"accept-language": "ar"})
    assert answer.status_code == 404
    assert Page(answer.text).lang == "ar"


def test_machines_get_a_sentence_as_json(service: Service) -> None:
    answer = service.client.get("/api/nothing")
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})


def test_a_closed_wave_says_so_kindly(tmp_path: Path) -> None:
    with open_service(tmp_path) as service:
        service.close()
        shown = service.client.get(service.address)
        sent = service.client.post(
            service.address, content=encode({"_do": ["send"], "A1": ["3"], "_agency": ["police"], "_pace": ["3"]})
        )
    assert (shown.status_code, sent.status_code) == (410, 410)
    assert "These questions are closed" in shown.text
    assert "These questions are closed" in sent.text


def test_an_answer_that_could_not_be_stored_stays_on_the_page(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise AnswerNotStored

    monkeypatch.setattr(service.app.state.ballots, "submit", fail)
    number = "ab" * 16
    fields = {"_do": ["send"], "A1": ["3"], "_agency": ["police"], "_number": [number], "_pace": ["3"]}
    answer = service.client.post(service.address, content=encode(fields))
    page = Page(answer.text)
    assert answer.status_code == 503
    assert "could not be saved yet" in page.one("div", id="problems").text
    assert (page.field("A1"), page.field("_number")) == ("3", number)


def test_a_failure_of_ours_shows_a_reference_and_logs_no_value(
    service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def break_down(fielded: object, form: object) -> None:
        raise RuntimeError(f"canary {form!r}")

    monkeypatch.setattr(service.app.state.ballots, "submit", break_down)
    with caplog.at_level(logging.ERROR):
        answer = service.client.post(
            service.address, content=encode({"_do": ["send"], "A1": ["3"], "_code": ["CANARYCODE"], "_pace": ["3"]})
        )
    assert answer.status_code == 500
    logged = "\n".join(record.getMessage() for record in caplog.records)
    reference = logged.split('"reference": "')[1][:8]
    assert reference in answer.text
    assert "RuntimeError" in logged
    assert "canary" not in logged.lower()
    assert all(record.exc_info is None for record in caplog.records)


def test_a_failure_is_described_by_places_alone() -> None:
    try:
        raise ValueError("secret")
    except ValueError as failure:
        described = error_pages.describe_failure(failure)
    assert described["failure"] == "ValueError"
    assert "secret" not in str(described)
