"""The console answers every address and form with a sentence, and never fails."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from app.services.accounts.authentication import find_signed_in
from app.web.admin.csrf import TOKEN_FIELD, masked
from app.web.admin.dispatch import AdminRoute
from app.web.admin.routes import ROUTES
from tests.drills import choose
from tests.web.admin.people import Office, open_office

pytestmark = pytest.mark.slow
NAUGHTY = (
    "", " ", "\0", "a\0b", "²", "٣", "-1", "0", "1e9", "9" * 40, "9" * 5000, "NaN", "true", "null", "../../etc/passwd",
    "%00", "%s%n", "{{7*7}}", "{wave}", "${jndi:x}", "<script>alert(1)</script>", "' OR 1=1 --", "\u202eabc", "\ud7ff",
    "𝕳𝖊𝖑𝖑𝖔", "é" * 400, "river-city", "river-city-2026", "river-city/police", "9999-12-31", "0000-00-00", "&", "a=b",
    "- [", "wave: &a [*a]", "\r\nset-cookie: x=y", "=cmd|' /C calc'!A0", "operator", "en", "es", "none", "both",
    "\ufeffvariable",
)  # fmt: skip
FIELDS = (
    "name", "password", "code", "again", "next", "current", "wanted", "recovery", "slug", "name-en", "name-ar",
    "table", "overlap", "wave", "survey", "community", "languages", "agencies", "contact", "codes", "drafts", "areas",
    "box_size", "switched_on", "population_source", "text", "count", "source", "stratum", "frame", "language", "files",
    "tier", "reason", "days", "label", "scopes", "domain", "step", "role", "noted", "agency",
)  # fmt: skip
QUERIES = ("actor", "act", "subject", "since", "until", "done", "next", "community", "agency")
KINDS = (
    "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data",
    "multipart/form-data; boundary=x; charset=klingon", "multipart/form-data; boundary=" + "x" * 500,
    "application/json", "é",
)  # fmt: skip
# These end the session, or remove the records of other routes.
LAST = ("/staff/sign-out", "/staff/sign-out-everywhere", "/staff/account/password", "/staff/people/{name}/remove")


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """PostgreSQL has lengths, ranges and no zero bytes, so more can go wrong there."""
    url = request.getfixturevalue("postgres_server").new_database() if request.param == "postgresql" else None
    with open_office(tmp_path_factory.mktemp("hostile"), database_url=url) as office:
        yield office


def address(door: AdminRoute, chance: random.Random) -> str:
    """Fill the path of the route, mostly with records that exist."""
    known = {
        "community": "river-city",
        "agency": "police",
        "wave": "river-city-2026",
        "language": "es",
        "domain": "letters",
    }
    path = door.path
    for part in (
        "token",
        "community",
        "agency",
        "wave",
        "language",
        "domain",
        "name",
        "key",
        "release",
        "request",
        "job",
    ):
        typed = known.get(part, "x") if chance.random() < 0.6 else chance.choice(NAUGHTY)[:300]
        path = path.replace(f"{{{part}}}", quote(typed, safe="") or "-")
    query = "&".join(f"{name}={quote(chance.choice(NAUGHTY)[:300])}" for name in chance.sample(QUERIES, 3))
    return f"{path}?{query}"


def form(office: Office, chance: random.Random) -> dict[str, list[str]]:
    fields = {name: [chance.choice(NAUGHTY) for _ in range(chance.randint(1, 2))] for name in chance.sample(FIELDS, 14)}
    signed = find_signed_in(office.engine, token(office), datetime.now(UTC))
    assert signed
    return {**fields, TOKEN_FIELD: [masked(signed.form_secret)]}


def token(office: Office) -> str:
    return next(iter(office.olga.client.cookies.values()))


@pytest.mark.parametrize(
    "door", [door for door in ROUTES if door.path not in LAST], ids=lambda d: f"{d.method} {d.path}"
)
def test_random_addresses_never_fail_a_page(office: Office, door: AdminRoute) -> None:
    client, chance = TestClient(office.app, base_url=office.settings.base_url), random.Random(door.path)
    client.cookies.update(office.olga.client.cookies)
    for _ in range(choose(3, 8)):
        if door.method == "GET":
            answer = client.get(address(door, chance), follow_redirects=False)
        else:
            answer = client.post(address(door, chance), data=form(office, chance), follow_redirects=False)
        assert answer.status_code < 500
        assert "html" not in answer.headers.get("content-type", "") or "<script>alert" not in answer.text
        assert "x=y" not in answer.headers.get("set-cookie", "")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("body", [b"", b"--x\r\n\r\n\r\n--x--", b"\xff\xfe=\x00&&&===", b"a" * 70_000, b"&" * 60_000])
def test_random_forms_never_fail_a_route(office: Office, kind: str, body: bytes) -> None:
    for path in ("/staff/audit/proof", "/staff/sign-in", "/staff/communities/river-city/population"):
        answer = office.olga.client.post(path, content=body, headers={"content-type": kind.encode()})
        assert answer.status_code < 500
