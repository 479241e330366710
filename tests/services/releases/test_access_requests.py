"""Restricted data: asked for with a purpose, decided by a person, opened by a link that works for a while."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from app.errors import AlreadyDecided, NotFound, NothingToRelease
from app.records.audit_log import acts, is_whole
from app.records.database import reading
from app.records.releases import AccessRequest, get_request
from app.services.releases import access_requests
from app.services.releases import build as release_building
from app.services.releases import publish as release_publishing
from app.services.releases.access_requests import WantedAccess
from app.settings import Settings
from tests.services.making import ACT
from tests.services.released import WAVE, make_answered_wave, make_release

TODAY = ACT.now.date()
WANTED = WantedAccess(
    name="Ada Lovelace",
    organisation="University",
    email="ada@example.edu",
    purpose="How trust differs between the young of both parts of the city.",
    agrees=True,
    language="en",
)


@pytest.fixture
def restricted(engine: Engine, settings: Settings) -> str:
    """A wave with public and restricted data."""
    make_release(engine, settings)
    return release_building.build_release(engine, settings, WAVE, ACT, "restricted").release.name


def ask(engine: Engine) -> str:
    return access_requests.ask_access(engine, WAVE, WANTED, TODAY)


def token_of(link: str) -> str:
    return link.rpartition("/")[2]


def test_approved_request_opens_restricted_data_until_its_day(
    engine: Engine, settings: Settings, restricted: str
) -> None:
    approval = access_requests.approve_request(engine, settings, ask(engine), ACT, days=7)
    assert approval.link.startswith("https://survey.example.org/data/access/")
    token = token_of(approval.link)
    opened = access_requests.open_access(engine, token, TODAY + timedelta(days=6))
    assert opened is not None
    assert opened.name == restricted
    assert access_requests.open_access(engine, token, TODAY + timedelta(days=7)) is None
    assert access_requests.open_access(engine, token[:-1] + "x", TODAY) is None


def test_link_is_stored_nowhere(engine: Engine, settings: Settings, restricted: str) -> None:
    number = ask(engine)
    token = token_of(access_requests.approve_request(engine, settings, number, ACT).link)
    with reading(engine) as session:
        kept = get_request(session, number).model_dump_json()
        stated = " ".join(f"{each.subject} {each.facts}" for each in acts(session))
    assert token not in kept + stated


def test_decision_is_made_once_and_logged_without_a_name(engine: Engine, settings: Settings, restricted: str) -> None:
    first, second = ask(engine), ask(engine)
    access_requests.approve_request(engine, settings, first, ACT)
    access_requests.refuse_request(engine, second, "The public data are enough.", ACT)
    with pytest.raises(AlreadyDecided, match="is already approved"):
        access_requests.refuse_request(engine, first, "no", ACT)
    with pytest.raises(AlreadyDecided, match="is already refused"):
        access_requests.approve_request(engine, settings, second, ACT)
    with pytest.raises(NotFound):
        access_requests.approve_request(engine, settings, "12345678", ACT)
    with reading(engine) as session:
        log = acts(session)
    assert is_whole(log)
    assert [each.act for each in log if "access" in each.act] == ["access approved", "access refused"]
    assert "Ada" not in " ".join(f"{each.subject} {each.facts}" for each in log)


def test_downloads_are_logged_by_request_number(engine: Engine, settings: Settings, restricted: str) -> None:
    number = ask(engine)
    token = token_of(access_requests.approve_request(engine, settings, number, ACT).link)
    access_requests.record_download_by_link(engine, token, "TERMS.txt", ACT)
    with reading(engine) as session:
        last = acts(session)[-1]
    assert (last.act, last.subject, last.facts) == ("restricted data fetched", number, {"file": "TERMS.txt"})


def test_withdrawn_release_is_closed_to_approved_requests(engine: Engine, settings: Settings, restricted: str) -> None:
    token = token_of(access_requests.approve_request(engine, settings, ask(engine), ACT).link)
    release_publishing.withdraw_release(engine, settings, restricted, "wrong", ACT)
    assert access_requests.open_access(engine, token, TODAY) is None
    assert not access_requests.can_ask(engine, WAVE)


def test_request_without_a_restricted_release_is_refused(engine: Engine, settings: Settings) -> None:
    make_answered_wave(engine, settings)
    assert not access_requests.can_ask(engine, WAVE)
    assert not access_requests.can_ask(engine, "nowhere")


def test_a_flood_of_requests_stops(
    engine: Engine, settings: Settings, restricted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access_requests, "MOST_WAITING", 2)
    ask(engine)
    ask(engine)
    with pytest.raises(NothingToRelease, match="too many requests are waiting"):
        ask(engine)


@pytest.mark.parametrize(
    ("change", "form_errors"),
    [
        ({}, {}),
        ({"name": "  "}, {"name": "empty"}),
        ({"email": "ada"}, {"email": "no_address"}),
        ({"purpose": "Because."}, {"purpose": "too_short"}),
        ({"purpose": "x" * 4001}, {"purpose": "too_long"}),
        ({"agrees": False}, {"agrees": "terms"}),
        ({"name": "", "agrees": False}, {"name": "empty", "agrees": "terms"}),
    ],
)
def test_request_errors_are_shown_at_their_fields(change: dict[str, object], form_errors: dict[str, str]) -> None:
    assert replace(WANTED, **change).form_errors() == form_errors  # type: ignore[arg-type]


def test_request_stores_its_fields_and_no_network_address() -> None:
    assert set(AccessRequest.model_fields) == {
        "id", "wave_id", "name", "organisation", "email", "purpose", "language", "asked_on", "status", "release_id",
        "decided_on", "decided_by", "reason", "link_sha256", "expires_on",
    }  # fmt: skip
