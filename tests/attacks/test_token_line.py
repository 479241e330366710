"""Buying a token shows an observer of the line one size, and a tester of codes one kind of reply and of work."""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, event
from starlette.testclient import TestClient

from app.main import create_app
from app.services.ballots.invitation_codes import with_check
from app.services.intake.flood_control import TOKENS
from tests.attacks.test_line import sent, size_on_the_line
from tests.web.service import Service, open_city


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with open_city(tmp_path_factory.mktemp("line"), coded=4, languages=("en",)) as service:
        yield service


def wanted(code: str, blinded: bytes | None = None) -> str:
    """Return the body of a request for a token, by default with a new blinded message."""
    message = secrets.token_bytes(256) if blinded is None else blinded
    return sent(1, _do="token", _code=code, _blinded=urlsafe_b64encode(message).decode())


def find_codes(city: Service) -> dict[str, str]:
    """Return a code of each kind; the used one has bought a token."""
    used = city.codes[0].typed
    assert city.client.post(city.address, content=wanted(used)).is_success
    return {"used": used, "unknown": with_check("000000001"), "malformed": "not a code", "empty": ""}


def test_each_reply_to_a_request_has_the_size_of_a_page(city: Service) -> None:
    sizes = {"page": size_on_the_line(city)}
    sizes |= {kind: size_on_the_line(city, wanted(code)) for kind, code in find_codes(city).items()}
    unused = city.codes[1].typed
    sizes["key alone"] = size_on_the_line(city, wanted(unused, b""))
    sizes["sold"] = size_on_the_line(city, wanted(unused))
    assert len(set(sizes.values())) == 1, sizes


def test_replies_to_all_codes_look_alike(city: Service) -> None:
    bodies = [wanted(code) for code in [*find_codes(city).values(), city.codes[2].typed]]
    replies = [json.loads(city.client.post(city.address, content=body).text) for body in bodies]
    assert {tuple(reply) for reply in replies} == {("key", "keys", "signed", "agency")}
    assert len({(reply["key"], reply["keys"]) for reply in replies}) == 1
    assert len({len(reply["signed"]) for reply in replies}) == 1
    assert len({reply["signed"] for reply in replies}) == len(replies)


def test_codes_that_buy_nothing_make_the_same_work(city: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.services.ballots.tokens.raw_rsa import IssuingKey

    done: dict[str, list[str]] = {}
    statements: list[str] = []
    codes, signing = find_codes(city), IssuingKey.sign

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        statements.append(statement)

    def sign(key: IssuingKey, blinded: bytes) -> bytes:
        statements.append("signed")
        return signing(key, blinded)

    monkeypatch.setattr(IssuingKey, "sign", sign)
    event.listen(Engine, "before_cursor_execute", note)
    try:
        for kind, code in codes.items():
            statements.clear()
            assert city.client.post(city.address, content=wanted(code)).is_success
            done[kind] = [each for each in statements if "wave.status IN" not in each]
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert done["used"].count("signed") == 1
    assert done["used"] == done["unknown"] == done["malformed"] == done["empty"]


def test_flood_of_token_requests_waits_and_shows_no_size(city: Service) -> None:
    flood = ("9.9.9.9", 50_000)
    with TestClient(create_app(city.settings), client=flood) as client:
        client.get(city.address)
        replies = [client.post(city.address, content=wanted("not a code")) for _ in range(TOKENS.burst + 40)]
    assert {each.status_code for each in replies} == {200, 429}
    assert len({each.headers["content-length"] for each in replies}) == 1
    assert city.client.post(city.address, content=wanted("not a code")).is_success
