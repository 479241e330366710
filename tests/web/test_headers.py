"""Every answer, whatever its route and status, carries the same protection, and a page runs nothing but its own."""

import re

import pytest

from app.web.headers import hash_source
from tests.web.reading import Page
from tests.web.service import Service

ROUTES = [
    ("GET", "/", 200),
    ("GET", "/s/riverside-2026", 203),
    ("HEAD", "/s/riverside-2026", 203),
    ("POST", "/s/riverside-2026", 203),  # led to the page again
    ("PUT", "/s/riverside-2026", 405),
    ("GET", "/s/nowhere", 404),
    ("GET", "/nothing/here", 404),
    ("GET", "/healthz", 200),
    ("GET", "/readyz", 200),
    ("GET", "/metrics", 200),
    ("GET", "/api/docs", 200),
    ("GET", "/api/openapi.json", 200),
    ("GET", "/api/nothing", 404),
]


@pytest.mark.parametrize(("method", "path", "status"), ROUTES)
def test_every_answer_carries_the_security_headers(service: Service, method: str, path: str, status: int) -> None:
    answer = service.client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "geolocation=()" in answer.headers["permissions-policy"]
    assert "max-age" in answer.headers["strict-transport-security"]
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(("method", "path", "status"), ROUTES)
def test_policy_allows_only_the_contents_of_the_page(service: Service, method: str, path: str, status: int) -> None:
    answer = service.client.request(method, path)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
    assert "unsafe" not in policy
    assert not re.search(r"https?:|\*", policy)
    if "html" not in answer.headers.get("content-type", "") or method == "HEAD":
        return
    page = Page(answer.text)
    inline = page.all("style") + [script for script in page.all("script") if "type" not in script.attributes]
    assert inline
    assert set(re.findall(r"'sha256-[^']+'", policy)) == {hash_source(element.text) for element in inline}


@pytest.mark.parametrize(("method", "path", "status"), ROUTES)
def test_no_page_names_a_third_party_except_to_leave(service: Service, method: str, path: str, status: int) -> None:
    answer = service.client.request(method, path)
    if "html" not in answer.headers.get("content-type", "") or method == "HEAD":
        return
    for element in Page(answer.text).elements:
        assert not {"src", "srcset", "style", "onclick"} & element.attributes.keys()
        if "//" in element.attributes.get("href", ""):
            assert "leave" in element.attributes["class"]
            assert element.attributes["rel"] == "noreferrer"


def test_hsts_is_absent_without_tls() -> None:
    from app.web.headers import SecurityHeaders

    plain = SecurityHeaders(lambda *_: None, over_tls=False).complete([])  # type: ignore[arg-type]
    assert b"strict-transport-security" not in dict(plain)


def test_existing_header_of_an_answer_is_unchanged() -> None:
    from app.web.headers import SecurityHeaders

    headers = SecurityHeaders(lambda *_: None, over_tls=True).complete([(b"cache-control", b"max-age=60")])  # type: ignore[arg-type]
    assert [value for name, value in headers if name == b"cache-control"] == [b"max-age=60"]
