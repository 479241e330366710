"""The API of reports: a key opens the list, the frozen document and the headline, with HTTP caching."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from unittest.mock import patch

import pytest

from app.demo.community import area_map
from app.services.accounts.api_keys import WantedKey, create_key, revoke_key
from app.services.common.actor import Actor
from app.services.communities.area_shapes import read_shapes
from app.web.api import reports
from app.web.api.freshness import is_known
from app.web.api.models import Headline, PublishedReport, ReportList
from tests.web.api.callers import EVERYTHING, LIBRARY, OPEN_WAVE, POLICE, STRANGER, Desk, address

PROMISE = {
    "entry": "line",
    "agency": "police",
    "lang": "en",
    "finding": "police-2025/police#groups",
    "what": "A night line",
    "after": "Survey of 2025",
    "promised": "2025-05-13",
    "state": "under way",
    "replies": [{"organization": "Tenants", "stance": "disputed", "words": "Not yet", "lang": "en"}],
}


def test_list_holds_the_reports_within_the_scope_of_the_key(desk: Desk) -> None:
    for role, waves in ((EVERYTHING, {"police-2026", "library-2026"}), (POLICE, {"police-2026"})):
        answer = desk.client.get("/api/v1/reports", headers=desk.headers(role))
        listed = ReportList.model_validate_json(answer.content).reports
        assert {each.wave for each in listed} == waves
    assert listed[0].address == "/reports/river-city/police-2026"
    assert listed[0].languages == ["en"]


def test_a_report_comes_with_the_bytes_of_its_fingerprint(desk: Desk) -> None:
    report = desk.reports[POLICE]
    answer = desk.client.get(address(report), headers=desk.headers(POLICE))
    stated = PublishedReport.model_validate_json(answer.content)
    canonical = json.dumps(answer.json()["report"], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert hashlib.sha256(canonical.encode()).hexdigest() == stated.sha256 == report.report.sha256
    assert report.report.content in answer.content
    assert stated.words["en"]["agency.police"] == "the police"
    assert answer.headers["content-type"] == "application/json"


def test_report_comes_with_commitments_and_map(desk: Desk) -> None:
    def read() -> PublishedReport:
        answer = desk.client.get(address(desk.reports[POLICE]), headers=desk.headers(POLICE))
        return PublishedReport.model_validate_json(answer.content)

    assert (read().commitments, read().map) == ([], None)
    shapes = read_shapes(area_map()).as_document()
    beside = replace(desk.reports[POLICE], commitments=(PROMISE,), shapes=shapes)
    with patch.object(reports, "find_frozen_report", lambda *_: beside):
        found = read()
    assert [(each.entry, each.replies[0].words, each.proof) for each in found.commitments] == [
        ("line", "Not yet", None)
    ]
    assert found.map is not None
    assert found.map.model_dump() == shapes


def test_headline_states_the_kind_of_its_interval(desk: Desk) -> None:
    answer = desk.client.get(f"{address(desk.reports[LIBRARY])}/index", headers=desk.headers(LIBRARY))
    [figure] = Headline.model_validate_json(answer.content).figures
    assert (figure.source, figure.agency, figure.term, figure.interval) == ("open-link", "library", "CTI", "modelled")
    assert figure.change is None


def test_a_version_that_is_there_can_be_named(desk: Desk) -> None:
    newest = desk.client.get(address(desk.reports[POLICE]), headers=desk.headers(POLICE))
    named = desk.client.get(f"{address(desk.reports[POLICE])}?version=1", headers=desk.headers(POLICE))
    assert named.content == newest.content


@pytest.mark.parametrize(
    "path", ["river-city/police-2026?version=2", "river-city/nowhere", "nowhere/police-2026", f"river-city/{OPEN_WAVE}"]
)
def test_unpublished_report_is_not_found_and_names_no_other(desk: Desk, path: str) -> None:
    answer = desk.client.get(f"/api/v1/reports/{path}", headers=desk.headers(EVERYTHING))
    assert answer.status_code == 404
    assert answer.json()["detail"].startswith("Expected a published report, got ")
    others = {"river-city", "police-2026", "library-2026", OPEN_WAVE} - set(path.split("?")[0].split("/"))
    assert not [name for name in others if name in answer.text]


@pytest.mark.parametrize("version", ["0", "-1", "1.0", "%201", "1_0", "1000000", "true", "", "١"])
def test_version_that_is_no_number_is_an_error(desk: Desk, version: str) -> None:
    answer = desk.client.get(f"{address(desk.reports[POLICE])}?version={version}", headers=desk.headers(POLICE))
    assert answer.status_code == 422


def test_unchanged_report_is_answered_with_304(desk: Desk) -> None:
    for path in ("/api/v1/reports", address(desk.reports[POLICE]), f"{address(desk.reports[POLICE])}/index"):
        first = desk.client.get(path, headers=desk.headers(POLICE))
        again = desk.client.get(path, headers=desk.headers(POLICE) | {"If-None-Match": first.headers["etag"]})
        assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        for answer in (first, again):
            assert answer.headers["cache-control"] == "private, no-cache"
            assert answer.headers["vary"] == "Authorization"


def test_if_none_match_is_compared_as_http_requires() -> None:
    assert is_known('"a", W/"b"', '"b"')
    assert is_known("*", '"b"')
    assert not is_known("", '"b"')
    assert not is_known('"bb"', '"b"')


def test_etag_does_not_replace_a_key(desk: Desk) -> None:
    first = desk.client.get(address(desk.reports[POLICE]), headers=desk.headers(POLICE))
    again = desk.client.get(address(desk.reports[POLICE]), headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 401


def test_revoked_key_is_refused_from_the_next_request(desk: Desk) -> None:
    now = Actor("olga", datetime.now(UTC))
    key = create_key(desk.engine, desk.settings, WantedKey("short life"), now)
    headers = {"Authorization": f"Bearer {key}"}
    assert desk.client.get("/api/v1/reports", headers=headers).status_code == 200
    revoke_key(desk.engine, key.id, now)
    assert desk.client.get("/api/v1/reports", headers=headers).status_code == 401


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer x", "Basic Y3Q6Y3Q=", "Bearer ct_live_", "Bearer \xe9"])
def test_missing_key_is_refused_with_instructions(desk: Desk, sent: str) -> None:
    answer = desk.client.get("/api/v1/reports", headers={"Authorization": sent.encode("latin-1")} if sent else {})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="commontrust"'
    assert "Authorization: Bearer ct_" in answer.json()["detail"]


def test_key_is_never_repeated_in_an_answer(desk: Desk) -> None:
    for role, key in desk.keys.items():
        answer = desk.client.get(address(desk.reports[LIBRARY]), headers=desk.headers(role))
        assert key.secret not in answer.text + str(answer.headers)


def test_every_status_that_is_seen_is_in_the_description(desk: Desk) -> None:
    paths = desk.app.openapi()["paths"]
    assert set(paths["/api/v1/reports"]["get"]["responses"]) == {"200", "304", "401", "403"}
    for path in ("/api/v1/reports/{community}/{wave}", "/api/v1/reports/{community}/{wave}/index"):
        assert set(paths[path]["get"]["responses"]) == {"200", "304", "401", "403", "404", "422"}
    closed = [each for path, each in paths.items() if path.startswith("/api/v1/reports")]
    assert all(each["get"]["security"] == [{"key": []}] for each in closed)
    assert paths["/api/v1/measures/{community}"]["post"]["security"] == [{"key": []}]
    for path in ("/api/v1/releases", "/api/v1/measures"):
        assert "security" not in paths[path]["get"]


def test_the_description_is_a_page_without_a_key(desk: Desk) -> None:
    page = desk.client.get("/api/docs", headers=desk.headers(STRANGER)).text
    assert "/api/v1/reports/{community}/{wave}/index" in page
