"""The help point: the same questions and codes on paper, by telephone, beside a resident and on a shared device."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.services.waves.assisted_entry import close_desk, open_desk
from tests.services.making import ACT
from tests.web.reading import Page
from tests.web.service import WAVE, Service, open_city, open_service

MODES = ["paper", "telephone", "interview", "kiosk"]
DESK = f"/desk/{WAVE}"


@pytest.fixture(scope="module")
def code(service: Service) -> str:
    return open_desk(service.engine, service.settings, WAVE, "library", ACT)


def begin(service: Service, code: str, mode: str, **more: str) -> Page:
    answer = service.client.post(DESK, data={"_desk": code, "_do": "begin", "_mode": mode, **more})
    assert answer.status_code == 200
    return Page(answer.text)


def send(service: Service, page: Page, **ticked: object) -> Page:
    fields = {name: values for name, values in page.fields().items() if name != "_do"}
    return Page(service.client.post(DESK, data=fields | ticked | {"_do": "send"}).text)


def test_visitor_sees_only_the_field_for_the_code(service: Service) -> None:
    page = Page(service.client.get(DESK).text)
    assert [field.attributes["name"] for field in page.all("input")] == ["_desk"]
    for wrong in ("", "00000-00000", "library"):
        answer = service.client.post(DESK, data={"_desk": wrong, "_do": "begin", "_mode": "paper"})
        assert answer.status_code == 403
        assert "Expected the code of an open help point" in answer.text
        assert '<fieldset class="q' not in answer.text


def test_visitor_cannot_send_through_a_desk(service: Service) -> None:
    before = service.kept()
    service.client.post(DESK, data={"_desk": "00000-00000", "_do": "send", "_mode": "paper", "A1": "5"})
    assert service.kept() == before


def test_staff_choose_mode_language_and_agency(service: Service, code: str) -> None:
    page = Page(service.client.post(DESK, data={"_desk": code}).text)
    assert [radio.attributes["value"] for radio in page.all("input", name="_mode")] == MODES
    assert page.field("_desk") == code


@pytest.mark.parametrize("mode", MODES)
def test_desk_answer_is_stored_as_usual_and_the_page_is_reset(service: Service, code: str, mode: str) -> None:
    before = service.kept()
    page = begin(service, code, mode)
    thanks = send(service, page, A1="5")
    assert thanks.one("body").attributes["data-screen"] == "thanks"
    assert service.kept() == before + 1
    following = begin(service, code, mode)
    assert following.field("_number") != page.field("_number")
    assert "A1" not in following.fields()
    assert thanks.one("form").attributes["id"] == "start-again"
    assert thanks.field("_mode") == mode


@pytest.mark.parametrize("mode", MODES)
def test_language_change_keeps_answers_mode_and_closed_parts(tmp_path: Path, mode: str) -> None:
    with open_city(tmp_path) as city:
        code = open_desk(city.engine, city.settings, WAVE, "library", ACT)
        page = begin(city, code, mode)
        kept = page.fields() | {"A1": ["7"], "_closed": ["s-victims"], "_do": ["lang:ar"]}
        again = Page(city.client.post(DESK, data=kept).text)
        assert again.lang == "ar"
        assert (again.field("A1"), again.field("_closed"), again.fields()["_mode"][0]) == ("7", "s-victims", mode)
        if mode == "interview":
            assert again.one("section", id="s-victims").attributes["data-state"] == "shut"


def test_answer_error_at_a_desk_returns_to_the_desk(service: Service, code: str) -> None:
    again = send(service, begin(service, code, "paper"), D1=["1", "3"])
    assert again.title.startswith("Error:")
    assert again.one("form", id="survey").attributes["action"] == DESK
    assert again.fields()["D1"] == ["1", "3"]


def test_sensitive_parts_are_handed_over_in_interviews_only(service: Service, code: str) -> None:
    for mode in MODES:
        states = [each.attributes.get("data-state") for each in begin(service, code, mode).all("section")]
        assert [state for state in states if state] == (["hand"] if mode == "interview" else [])


def test_a_closed_desk_takes_nothing_in(tmp_path: Path) -> None:
    with open_service(tmp_path) as service:
        code = open_desk(service.engine, service.settings, WAVE, "library", ACT)
        page = begin(service, code, "paper")
        close_desk(service.engine, WAVE, "library", ACT)
        assert send(service, page, A1="5").one("body").attributes["data-screen"] == "desk"
        assert service.kept() == 0
        service.close()


def test_a_closed_wave_has_no_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.services.waves.open_waves.FRESH_FOR", 0.0)
    with open_service(tmp_path) as service:
        code = open_desk(service.engine, service.settings, WAVE, "library", ACT)
        service.close()
        assert service.client.get(DESK).status_code == 410
        assert service.client.post(DESK, data={"_desk": code}).status_code == 410


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, str]]:
    with open_city(tmp_path_factory.mktemp("real")) as city:
        yield city, open_desk(city.engine, city.settings, WAVE, "library", ACT)


@pytest.mark.parametrize("lang", ["en", "es", "ar"])
def test_items_and_codes_are_equal_in_every_mode_and_on_paper(real: tuple[Service, str], lang: str) -> None:
    city, code = real

    def asked(page: Page) -> list[tuple[str, str]]:
        kinds = ("radio", "checkbox")
        found = [each.attributes for each in page.all("input") if each.attributes.get("type") in kinds]
        return [(each["name"], each["value"]) for each in found]

    phone = asked(Page(city.client.get(city.address, params={"lang": lang}).text))
    assert len(phone) > 200
    for mode in MODES:
        assert asked(begin(city, code, mode, _lang=lang)) == phone
    paper = Page(city.client.get(f"{city.address}/paper", params={"lang": lang}).text)
    boxes = [each.attributes for each in paper.all("li") if "data-item" in each.attributes]
    assert [(each["data-item"], each["data-value"]) for each in boxes] == phone


def test_paper_form_links_to_a_phone_and_names_its_form(real: tuple[Service, str]) -> None:
    city, _ = real
    answer = city.client.get(f"{city.address}/paper", params={"lang": "ar", "agency": "police"})
    page = Page(answer.text)
    assert (page.lang, page.one("html").attributes["dir"]) == ("ar", "rtl")
    assert page.all("svg")
    assert f"{WAVE} · police · ar · 1.0" in page.one("footer").text
    assert not page.all("input")
    assert city.client.get("/s/nowhere/paper").status_code == 404
    assert city.client.get(f"{city.address}/else").status_code == 404
