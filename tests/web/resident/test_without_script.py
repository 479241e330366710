"""A page without script sends its answers once, and no response of the service repeats one of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from httpx2 import Response

from app.errors import AnswerNotStored
from app.services.ballots.invitation_codes import create_codes
from app.services.waves.plan_file import PlannedAgency
from tests.web.reading import Page, encode
from tests.web.service import POLICE, WAVE, Service, open_service

SENT = {"A1": ["7"], "B1": ["3"], "_agency": ["police"], "_lang": ["en"], "_do": ["send"]}


def post(service: Service, **more: str) -> Response:
    fields = SENT | {name: [value] for name, value in more.items()}
    return service.client.post(service.address, content=encode(fields), follow_redirects=False)


def test_send_is_answered_by_a_redirect_to_the_thanks(service: Service) -> None:
    before = service.kept()
    answer = post(service)
    assert (answer.status_code, answer.headers["location"], answer.text) == (303, f"/s/{WAVE}/thanks?lang=en", "")
    assert answer.headers["cache-control"] == "no-store"
    thanks = Page(service.client.get(answer.headers["location"]).text)
    assert thanks.one("body").attributes["data-screen"] == "thanks"
    assert service.kept() == before + 1


@pytest.mark.parametrize(
    ("problem", "fields"),
    [
        ("unknown code", {"_code": "AAAAA-AAAAB"}),
        ("contradiction", {"D1": "1", "D2": "9"}),
        ("nothing answered", {"A1": "", "B1": ""}),
    ],
)
def test_refused_send_leaves_the_browser_on_its_page(service: Service, problem: str, fields: dict[str, str]) -> None:
    before = service.kept()
    answer = post(service, **fields)
    assert (answer.status_code, answer.text, service.kept()) == (204, "", before), problem


def test_used_code_leaves_the_browser_on_its_page(service: Service) -> None:
    before = service.kept()
    code = create_codes(service.engine, service.settings, WAVE, 1, "address sample", "north")[0].typed
    assert post(service, _code=code).status_code == 303
    assert post(service, _code=code, _number="f" * 32).status_code == 204
    assert service.kept() == before + 1


def test_database_failure_leaves_the_browser_on_its_page(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> None:
        raise AnswerNotStored

    monkeypatch.setattr(service.app.state.ballots, "submit", fail)
    assert post(service).status_code == 204


def test_send_after_the_last_day_leads_to_the_closed_page(tmp_path: Path) -> None:
    with open_service(tmp_path) as service:
        service.client.get(service.address)
        service.close()
        answer = post(service)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/s/{WAVE}?lang=en")
        assert service.client.get(answer.headers["location"]).status_code == 410


def test_any_other_button_leads_to_an_empty_page(service: Service) -> None:
    answer = post(service, _do="lang:en")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/s/{WAVE}?lang=en")


def test_a_code_leads_to_the_page_of_its_agency(tmp_path: Path) -> None:
    """With script the page comes back about the agency of the code; no reload and no field chooses another one."""
    court = PlannedAgency("court", {"en": "the court"})
    with open_service(tmp_path, agencies=(POLICE, court)) as city:
        codes = create_codes(city.engine, city.settings, WAVE, 20, "address sample", "north")
        typed = next(each.typed for each in codes if each.link.partition("#")[0].endswith("/2"))
        page = Page(city.client.get(f"{city.address}/1").text)
        drawn = {"_agency": page.field("_agency") or "", "_number": page.field("_number") or "", "_code": typed}
        other = {"police": "court", "court": "police"}[drawn["_agency"]]
        assert post(city, **drawn, _pace="3").status_code == 422
        answer = post(city, **drawn)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/s/{WAVE}/2?lang=en")
        assert city.kept() == 0
        assert post(city, **drawn | {"_agency": other}).headers["location"].startswith(f"/s/{WAVE}/thanks")
        assert city.kept() == 1


def test_promises_without_script_are_fewer(service: Service) -> None:
    page = Page(service.client.get(service.address).text)
    plain = " ".join(page.one(tag, class_=name).text for tag, name in (("li", "screen plain"), ("p", "plain note")))
    assert "Use a private window" in plain
    assert "Send only while you have a connection." in plain
    (promise,) = [each for each in page.all("li") if "nothing stays on this phone" in each.text]
    assert "scripted" in promise.attributes["class"].split()
