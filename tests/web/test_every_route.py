"""Every route, for every role: the same headers, no exception in any policy, download names of our own."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.fuzz.places import Place, every_route, open_service_with_records
from tests.web.admin.conftest import _quick_hashes

__all__ = ["_quick_hashes"]

HEADERS = {
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "strict-transport-security": "max-age=63072000; includeSubDomains",
}
# A cache may keep published pages, and no page of residents, staff or the service itself.
KEPT = "no-store|(private|public), (no-cache|max-age=[0-9]+(, immutable)?)"
NEVER_KEPT = re.compile(r"^/(s|staff|healthz|readyz|metrics)(/|$)|^/$")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with open_service_with_records(tmp_path_factory.mktemp("house")) as house:
        yield house


def clients(house: Place) -> list[TestClient]:
    return [house.people["olga"], house.people["charlie"]]


@pytest.mark.slow
def test_every_route_carries_every_header(house: Place) -> None:
    seen = 0
    for method, path in every_route(house):
        for client in clients(house):
            answer = client.request(method, path, follow_redirects=False)
            seen += 1
            for name, value in HEADERS.items():
                assert answer.headers[name] == value, (method, path, name)
            assert "geolocation=()" in answer.headers["permissions-policy"], path
            assert "access-control-allow-origin" not in answer.headers, path
            if NEVER_KEPT.match(path):
                assert answer.headers["cache-control"] == "no-store", (method, path)
            assert re.fullmatch(KEPT, answer.headers["cache-control"]), (method, path)
            if answer.content and answer.headers.get("content-type", "").startswith("text/"):
                assert "charset=utf-8" in answer.headers["content-type"], path
            assert answer.status_code < 500, (method, path)
    assert seen > 150


def test_no_policy_has_an_exception(house: Place) -> None:
    for method, path in every_route(house):
        for client in clients(house):
            policy = client.request(method, path, follow_redirects=False).headers["content-security-policy"]
            assert policy.startswith("default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
            assert "unsafe" not in policy, path
            assert not re.search(r"https?:|\*", policy), path


def test_no_route_answers_trace(house: Place) -> None:
    for _, path in every_route(house):
        assert house.people["charlie"].request("TRACE", path).status_code in (404, 405), path


def test_a_download_has_a_name_of_ours(house: Place) -> None:
    named = 0
    for method, path in every_route(house):
        disposition = (
            house.people["olga"].request(method, path, follow_redirects=False).headers.get("content-disposition")
        )
        if disposition:
            named += 1
            assert re.fullmatch(r'(attachment|inline); filename="[A-Za-z0-9._-]+"', disposition), (path, disposition)
    assert named
