"""The console leads to the single sign-on and back, and is silent about it where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app.main import create_app
from app.oidc_settings import OidcSettings
from tests.services.accounts.oidc.small_provider import (
    CLIENT,
    CLIENT_SECRET,
    SmallProvider,
    come_back_address,
    run_provider,
)
from tests.web.admin.people import Office, Person, open_office


@pytest.fixture
def provider() -> Iterator[SmallProvider]:
    with run_provider() as provider:
        yield provider


@pytest.fixture
def city(tmp_path: Path, provider: SmallProvider) -> Iterator[Office]:
    """An office whose service knows the provider."""
    with open_office(tmp_path, wave=False) as office:
        oidc = OidcSettings(provider.issuer, CLIENT, CLIENT_SECRET, label="City login")
        office.settings = replace(office.settings, oidc=oidc)
        office.app = create_app(office.settings)
        cookies = office.olga.client.cookies
        office.people["olga"].client = office.browser()
        office.olga.client.cookies.update(cookies)
        with office.browser():
            yield office


def leads_on(person: Person) -> str:
    content = person.page.xpath("//meta[@http-equiv='refresh']/@content")[0]
    address = str(content).partition("url=")[2]
    assert person.page.xpath("//main//a/@href") == [address]
    return address


def goes_through(person: Person, provider: SmallProvider) -> Person:
    person.visits(come_back_address(provider.authorize(leads_on(person))))
    return person


def invited(office: Office) -> Person:
    office.olga.visits("/staff/people/new").fills_in(name="greta", role="reviewer")
    address = office.olga.page.find_class("secret")[0].text_content().strip()
    return Person("greta", office.browser()).visits(urlsplit(address).path)


def test_invited_person_joins_and_signs_in_without_a_password(city: Office, provider: SmallProvider) -> None:
    greta = invited(city).fills_in("/staff/single-sign-on")
    assert "Go on to City login" in greta.text
    goes_through(greta, provider)
    assert (greta.heading, leads_on(greta)) == ("You are signed in", "/staff")
    assert greta.visits("/staff").heading == "Good to see you, greta"
    assert "This account has no password here" in greta.visits("/staff/account").text
    assert not greta.page.xpath("//input[@type='password']")
    greta.fills_in("/staff/sign-out").visits("/staff/sign-in?next=/staff/account").fills_in("/staff/single-sign-on")
    assert leads_on(goes_through(greta, provider)) == "/staff/account"
    assert greta.visits("/staff/account").heading == "Your account"
    assert city.last_act.act == "signed in"
    assert city.last_act.facts == {"second_factor": "single sign-on"}


def test_key_of_an_attempt_is_hidden_and_taken_back(city: Office, provider: SmallProvider) -> None:
    visitor = Person("visitor", city.browser()).visits("/staff/sign-in").fills_in("/staff/single-sign-on")
    given = visitor.answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=lax", "Path=/", "Max-Age=600"} <= set(given.split("; "))
    goes_through(visitor, provider)
    assert visitor.status == 422
    assert "not connected to a member of staff" in visitor.text
    assert 'single-sign-on=""' in visitor.answer.headers["set-cookie"]


def test_return_without_a_start_opens_nothing(city: Office) -> None:
    visitor = Person("visitor", city.browser()).visits("/staff/single-sign-on/back?state=a&code=b")
    assert (visitor.status, visitor.heading) == (422, "Sign in")
    assert "staff" not in visitor.client.cookies


def test_start_from_another_site_is_refused(city: Office) -> None:
    answer = city.browser().post("/staff/single-sign-on", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_sign_in_leads_to_no_other_site(city: Office, provider: SmallProvider) -> None:
    visitor = Person("greta", city.browser())
    greta = invited(city).fills_in("/staff/single-sign-on", next="https://evil.example/")
    assert leads_on(goes_through(greta, provider)) == "/staff"
    assert visitor.visits("/staff").path == "/staff/sign-in"


def test_console_without_a_provider_has_no_button(tmp_path: Path) -> None:
    with open_office(tmp_path, wave=False) as office:
        page = Person("visitor", office.browser()).visits("/staff/sign-in")
        assert "single-sign-on" not in page.answer.text
        assert office.browser().post("/staff/single-sign-on").status_code == 404
        assert office.browser().get("/staff/single-sign-on/back").status_code == 404
