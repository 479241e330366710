"""A resident with a code wants to rate another agency: no reload, cookie, language, session or field leads there."""

from __future__ import annotations

import itertools
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.services.ballots.invitation_codes import Invitation, create_codes
from app.services.waves.plan_file import PlannedAgency
from tests.drills import choose
from tests.web.reading import Page, encode
from tests.web.service import POLICE, WAVE, Service, open_service

CODES = choose(1, 10)
SLUGS = ("police", "court", "parks")
AGENCIES = (POLICE, *(PlannedAgency(slug, {"en": slug}) for slug in SLUGS[1:]))
LANGUAGES = choose(("en",), ("en", "es", "xx"))
PLACES = choose((1, 9), (1, 2, 3, 9))
NUMBER = re.compile(r'name="_number" value="([^"]*)"')
HEADERS: tuple[dict[str, str], ...] = (
    {},
    {"cookie": "agency=court; session=1", "accept-language": "es"},
    {"user-agent": "another browser", "x-forwarded-for": "203.0.113.9", "cache-control": "no-cache"},
)


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    path: Path = tmp_path_factory.mktemp("three")
    with open_service(path, agencies=AGENCIES) as service:
        yield service


def attempts(service: Service, invitation: Invitation, wanted: str) -> Iterator[tuple[str, str]]:
    """Send a form about `wanted` in each way, and yield the way and the address that it leads to."""
    secret = invitation.link.partition("#")[2].partition("~")[0]
    for lang, headers, code in itertools.product(LANGUAGES, HEADERS, (invitation.typed, invitation.printed, secret)):
        browser = TestClient(service.app, base_url=service.settings.base_url)  # a new session, without cookies
        for place, pace in itertools.product(PLACES, ("", "3")):
            page = browser.get(f"/s/{WAVE}/{place}?lang={lang}", headers=headers).text
            found = NUMBER.search(page)
            number = found[1] if found else secrets.token_hex(16)
            fields = {"A1": "7", "_agency": wanted, "_number": number, "_code": code, "_lang": "en", "_do": "send"}
            content = encode({name: [value] for name, value in (fields | {"_pace": pace}).items()})
            sent = browser.post(f"/s/{WAVE}", content=content, headers=headers, follow_redirects=False)
            yield f"{lang} {place} {pace} {headers}", sent.headers.get("location", "")


def test_no_way_leads_a_code_to_another_agency(three: Service) -> None:
    invitations = create_codes(three.engine, three.settings, WAVE, CODES, "address sample", "north")
    tried = 0
    for invitation in invitations:
        letter = invitation.link.partition("#")[0].removeprefix(three.settings.base_url)
        own = Page(three.client.get(letter).text).field("_agency")
        assert own in SLUGS
        before = three.kept()
        for wanted in (slug for slug in SLUGS if slug != own):
            for way, address in attempts(three, invitation, wanted):
                tried += 1
                assert "/thanks" not in address, (wanted, way)
        assert three.kept() == before
        # The code is still good for its own agency, once.
        _, address = next(attempts(three, invitation, own))
        assert "/thanks" in address
        assert three.kept() == before + 1
    assert tried == 2 * CODES * len(LANGUAGES) * len(HEADERS) * 3 * len(PLACES) * 2
