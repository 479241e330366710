"""Dispatch of every console page: it checks the cookie and the form's token, sets headers, and signs in and out."""

from __future__ import annotations

import re
from http.cookies import SimpleCookie

import pytest

from app.web.admin.csrf import TOKEN_FIELD, Cookie, masked, unmasks
from app.web.admin.routes import ROUTES
from app.web.headers import hash_source
from tests.web.admin.people import Office

PLAIN = [door.path for door in ROUTES if door.method == "GET" and "{" not in door.path]


@pytest.mark.parametrize("path", [*PLAIN, "/staff/nowhere", "/staff/people/nobody/remove", "/staff/welcome/nothing"])
@pytest.mark.parametrize("name", ["olga", "tariq", "charlie"])
def test_page_carries_security_headers_and_runs_own_script_only(quiet_office: Office, path: str, name: str) -> None:
    answer = quiet_office.people[name].client.get(path, follow_redirects=False)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-frame-options"] == "DENY"
    assert "max-age" in answer.headers["strict-transport-security"]
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
    assert "unsafe" not in policy
    if "/staff/nowhere" not in path and "html" in answer.headers.get("content-type", ""):
        assert not re.search(r'\s(style|on\w+)="', answer.text)
        assert set(re.findall(r"'sha256-[^']+'", policy)) == {
            hash_source(text) for _, text in re.findall(r"<(style|script)>(.*?)</", answer.text, re.S)
        }
        assert '<html lang="en"' in answer.text


def test_cookie_is_bound_to_the_host_and_hidden_from_scripts(office: Office) -> None:
    page = office.olga.visits("/staff/sign-in")
    answer = office.olga.client.post(
        "/staff/sign-in",
        data={"name": "olga", "password": "four walrus lamps under snow", "code": office.olga.code()},
        follow_redirects=False,
    )
    assert page.status == 200
    assert answer.status_code == 303
    cookie = SimpleCookie(answer.headers["set-cookie"])["__Host-staff"]
    assert (cookie["path"], cookie["samesite"], cookie["domain"]) == ("/", "strict", "")
    assert cookie["secure"]
    assert cookie["httponly"]
    assert len(cookie.value) >= 43


@pytest.mark.parametrize(
    ("base_url", "name", "secure"),
    [
        ("https://survey.example.org", "__Host-staff", True),
        ("http://survey.example.org", "__Host-staff", True),
        ("http://127.0.0.1:8000", "staff", False),
        ("http://localhost", "staff", False),
        ("http://localhost.example.org", "__Host-staff", True),
    ],
)
def test_cookie_goes_without_tls_on_the_own_machine_only(base_url: str, name: str, secure: bool) -> None:
    assert Cookie.of(base_url) == Cookie(name, secure)


def test_form_from_another_site_or_session_does_nothing(office: Office) -> None:
    foreign = {"sec-fetch-site": "cross-site"}
    token = office.olga.visits("/staff/audit").form("/staff/audit/proof").fields[TOKEN_FIELD]
    for fields, headers in (({}, {}), ({TOKEN_FIELD: "x"}, {}), ({TOKEN_FIELD: token}, foreign)):
        answer = office.olga.client.post("/staff/audit/proof", data=fields, headers=headers)
        assert answer.status_code == 403
        assert office.last_act.facts["why"] == "FormForeign"
    token_of_bob = office.bob.visits("/staff/account").form("/staff/account/password").fields[TOKEN_FIELD]
    assert office.olga.client.post("/staff/audit/proof", data={TOKEN_FIELD: token_of_bob}).status_code == 403
    assert office.olga.client.post("/staff/audit/proof", data={TOKEN_FIELD: token}).status_code == 200


def test_signing_in_from_another_site_does_nothing(office: Office) -> None:
    answer = office.charlie.client.post("/staff/sign-in", data={}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_form_token_is_new_on_each_page_and_fits_its_session() -> None:
    secret, other = b"s" * 32, b"o" * 32
    tokens = {masked(secret) for _ in range(50)}
    assert len(tokens) == 50
    assert all(unmasks(token, secret) and not unmasks(token, other) for token in tokens)
    for broken in ("", "é", "AAAA", "=" * 9, masked(b"short")):
        assert not unmasks(broken, secret)


def test_visitor_returns_to_the_wanted_page_after_sign_in(office: Office) -> None:
    olga = office.olga
    olga.visits("/staff").fills_in("/staff/sign-out")
    assert olga.path == "/staff/sign-in"
    olga.visits("/staff/people")
    assert olga.path == "/staff/sign-in"
    olga.fills_in(name="olga", password="four walrus lamps under snow", code=olga.code())
    assert olga.path == "/staff/people"


@pytest.mark.parametrize(
    "wanted", ["https://evil.example", "//evil.example", "/staff//evil.example@x", "/staff\\@evil"]
)
def test_sign_in_redirects_to_no_other_site(office: Office, wanted: str) -> None:
    answer = office.charlie.client.get("/staff/sign-in", params={"next": wanted})
    assert "evil" not in answer.text


def test_wrong_sign_in_is_shown_at_the_field_with_the_name_only(office: Office) -> None:
    charlie = office.charlie.visits("/staff/sign-in").fills_in(name="olga", password="a guess of mine", code="123456")
    assert charlie.status == 422
    assert charlie.title.startswith("Error: ")
    assert "The name, password or code is wrong" in charlie.text
    assert charlie.form().fields["name"] == "olga"
    assert "a guess of mine" not in charlie.answer.text
    assert charlie.page.get_element_by_id("name").get("aria-invalid") == "true"


def test_too_large_forms_are_refused_without_being_read(office: Office) -> None:
    answer = office.olga.client.post("/staff/audit/proof", data={"noted": "x" * 300_000})
    assert answer.status_code == 413
    assert "The form is too large" in answer.text


def test_malformed_form_is_refused(office: Office) -> None:
    answer = office.olga.client.post(
        "/staff/audit/proof", content=b"--x\r\nnonsense", headers={"content-type": "multipart/form-data; boundary=x"}
    )
    assert answer.status_code in (400, 403)
