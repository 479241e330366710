"""A flood over HTTP: the service accepts every answer, with flags that only the opened answer shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from app.main import create_app
from app.records.ballots import Envelope, Response
from app.services.ballots.invitation_codes import create_codes
from app.services.intake import proof_of_work
from app.services.intake.flood_control import FREE, PLENTY
from tests.services.making import ACT, open_boxes, open_envelope
from tests.web.reading import Page, encode
from tests.web.service import WAVE, Service, open_service

FLOOD = ("9.9.9.9", 50_000)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with open_service(tmp_path, codes="optional") as service:
        yield service


@pytest.fixture
def flood(service: Service) -> Iterator[TestClient]:
    with TestClient(create_app(service.settings), client=FLOOD) as client:
        yield client


def fields(page: int, **more: str) -> bytes:
    hidden = {"_number": [f"{page:032x}"], "_agency": ["police"], "_lang": ["en"], "_do": ["send"]}
    return encode({**hidden, "A1": [str(page % 11)], "B1": ["2"], **{name: [value] for name, value in more.items()}})


def opened(service: Service) -> Counter[str]:
    """Open the box and return the flags of all answers."""
    service.close()
    open_boxes(service.engine, service.settings, WAVE, ACT)
    with Session(service.engine) as session:
        return Counter(response.flags for response in session.exec(select(Response)))


def stored(service: Service) -> Counter[str]:
    """Return the flags in the envelopes, before an opening withholds those of few answers."""
    with Session(service.engine) as session:
        envelopes = session.exec(select(Envelope)).all()
    ballots = [open_envelope(service.engine, service.settings, envelope) for envelope in envelopes]
    return Counter(" ".join(ballot.flags) for ballot in ballots if ballot)


def test_script_is_asked_for_work_and_then_accepted(service: Service, flood: TestClient) -> None:
    for page in range(FREE):
        assert flood.post(service.address, content=fields(page, _pace="3")).status_code == 200
    asked = flood.post(service.address, content=fields(FREE, _pace="3"))
    assert (asked.status_code, len(asked.text.strip())) == (429, 16)
    number = next(n for n in range(proof_of_work.MOST) if proof_of_work.derive(f"{FREE:032x}", n) == asked.text.strip())
    sent = flood.post(service.address, content=fields(FREE, _pace="3", _work=str(number), _asked="1"))
    assert Page(sent.text).one("body").attributes["data-screen"] == "thanks"
    assert opened(service) == {"": FREE + 1}


def test_answer_without_script_is_accepted_at_once_with_a_flag(service: Service, flood: TestClient) -> None:
    for page in range(FREE + 1):
        answer = flood.post(service.address, content=fields(page), follow_redirects=False)
        assert answer.status_code == 303
    assert stored(service) == {"": FREE, "unproved": 1}


def test_flood_leaves_one_answer_in_a_hundred_without_flags(service: Service, flood: TestClient) -> None:
    for page in range(500):
        assert flood.post(service.address, content=fields(page, _asked="1", _work=sought(page))).status_code == 200
    assert opened(service) == {"": PLENTY, "crowd": 500 - PLENTY}


def test_answer_with_a_code_needs_no_work_and_gets_no_flag(service: Service, flood: TestClient) -> None:
    made = create_codes(service.engine, service.settings, WAVE, 30, "partner outreach")
    for page in range(PLENTY + 20):
        flood.post(service.address, content=fields(page, _asked="1", _work=sought(page)))
    for page, code in enumerate(made, 1000):
        assert flood.post(service.address, content=fields(page, _code=code.typed)).status_code == 200
    assert opened(service) == {"": PLENTY + 30, "crowd": 20}


@pytest.mark.parametrize(
    ("more", "flags"),
    [
        ({"_pace": "1"}, "hasty"),
        ({"_pace": "2"}, "quick"),
        ({"_pace": "3"}, ""),
        ({}, ""),
        ({"_pace": "12.5"}, ""),
        ({"_email": "a@b.example"}, "trap"),
        ({"_email": " "}, ""),
        ({"_pace": "1", "_email": "x"}, "trap hasty"),
    ],
)
def test_page_signals_are_stored_as_flags_with_the_answer(service: Service, more: dict[str, str], flags: str) -> None:
    assert service.client.post(service.address, content=fields(1, **more)).status_code == 200
    assert stored(service) == {flags: 1}


def test_trap_field_is_hidden_from_people(service: Service) -> None:
    html = service.client.get(service.address).text
    trap = Page(html).one("input", name="_email").attributes
    assert (trap["tabindex"], trap["aria-hidden"], trap["autocomplete"]) == ("-1", "true", "off")
    assert ".trap { display: none; }" in html


def test_flood_is_counted_in_fives_without_its_network(service: Service, flood: TestClient) -> None:
    for page in range(FREE + 23):
        flood.post(service.address, content=fields(page, _pace="3"))
    stated = TestClient(flood.app).get("/metrics").text
    assert "commontrust_answers_asked_for_work_total 20" in stated
    assert "9.9.9" not in stated


def sought(page: int) -> str:
    return str(proof_of_work._solution(f"{page:032x}", b"k" * 32))
