"""The page's script buys a token: it blinds as RFC 9474 says, fast on a slow phone, and refuses another key."""

from __future__ import annotations

import json
import math
import statistics
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Route
from sqlmodel import Session, select

from app.records.codes import Code
from app.services.ballots.invitation_codes import Invitation, code_hash
from app.services.ballots.tokens.blind_rsa import encode
from app.services.ballots.tokens.raw_rsa import load_private, make_private
from app.services.ballots.tokens.token_keys import fingerprint_of
from app.services.waves import lifecycle
from app.services.waves.plan_file import PlannedAgency
from app.web.rendering import load_asset
from tests.browser.conftest import City, Open, Visit, serving
from tests.services.making import ACT, open_boxes
from tests.web.service import POLICE, open_city

pytestmark = pytest.mark.browser
THANKS = 'body[data-screen="thanks"]'
RFC = json.loads((Path(__file__).parents[1] / "services" / "ballots" / "tokens" / "rfc9474.json").read_text("utf-8"))
RAW = """const raw = (hex) => Uint8Array.from(hex.match(/../g) || [], (one) => parseInt(one, 16));
const hexed = (from) => [...from].map((one) => one.toString(16).padStart(2, 0)).join("");"""
BLIND = """async ([n, text, salt, factor, signed]) => {
  %s
  const [blinded, finish] = await blindly(raw(n), raw(text), raw(salt), BigInt("0x" + factor));
  return [hexed(blinded), hexed(finish(raw(signed)))];
}"""
MEASURE = """async (n) => {
  %s
  const times = [];
  for (let turn = 0; turn < 15; turn++) {
    const start = performance.now();
    await blindly(raw(n), crypto.getRandomValues(new Uint8Array(48)));
    times.push(performance.now() - start);
  }
  return times;
}"""
TRY_KEY = """async ([n, salt]) => {
  %s
  return !!(await blindly(raw(n), raw("00"), raw(salt)));
}"""
COUNT_DRAWS = """async (n) => {
  %s
  let draws = 0;
  const drawing = crypto.getRandomValues.bind(crypto);
  crypto.getRandomValues = (to) => (to.length === 256 && ++draws === 1 ? to.fill(255) : drawing(to));
  await blindly(raw(n), raw("00"));
  crypto.getRandomValues = drawing;
  return draws;
}"""
DRAW = """(byte) => {
  const drawing = crypto.getRandomValues.bind(crypto);
  crypto.getRandomValues = (to) => (to.length === 1 ? to.fill(byte) : drawing(to));
}"""
SLOWER = 6  # times, as a cheap phone
MOST_MILLISECONDS = 100


def with_script(source: str) -> str:
    return source % f"{load_asset('token.js')}\n{RAW}"


@pytest.mark.parametrize("vector", RFC["vectors"], ids=[vector["name"] for vector in RFC["vectors"]])
def test_script_blinds_to_the_bytes_of_the_rfc(city: City, open_window: Open, vector: dict[str, Any]) -> None:
    modulus = RFC["key"]["n"]
    factor = pow(int(vector["inv"], 16), -1, int(modulus, 16))
    given = [modulus, vector["input_msg"], vector["salt"], f"{factor:x}", vector["blind_sig"]]
    found = open_window(city.address()).page.evaluate(with_script(BLIND), given)
    assert found == [vector["blinded_msg"], vector["sig"]]


@pytest.mark.parametrize("divisor", [3, 1399])
def test_script_refuses_a_key_whose_small_prime_shows(city: City, open_window: Open, divisor: int) -> None:
    """The blinded message and the signature would have this prime in common: they would be linked."""
    page = open_window(city.address()).page
    modulus = f"{(2**2047 // divisor | 1) * divisor + 2 * divisor:x}"
    salts = (number.to_bytes(48, "big") for number in range(50_000))
    shown = next(salt for salt in salts if int.from_bytes(encode(b"\0", 2047, salt), "big") % divisor == 0)
    assert not page.evaluate(with_script(TRY_KEY), [modulus, shown.hex()])


def test_script_refuses_a_short_key(city: City, open_window: Open) -> None:
    page = open_window(city.address()).page
    assert not page.evaluate(with_script(TRY_KEY), ["00" + "f" * 510, "00" * 48])


def test_blinding_factor_is_drawn_anew_beyond_the_modulus(city: City, open_window: Open) -> None:
    """Its remainder would fall upon small numbers twice as often, and the blinded message would show a part of it."""
    page = open_window(city.address()).page
    modulus = next(n for n in range(2**2047 + 1, 2**2048, 2) if math.gcd(n, 2**2048 - 1) == 1)
    assert page.evaluate(with_script(COUNT_DRAWS), f"{modulus:x}") >= 2


def test_blinding_is_quick_on_a_slow_phone(city: City, open_window: Open) -> None:
    modulus = RFC["key"]["n"][: 2048 // 4]
    odd = modulus[:-1] + "b"
    page = open_window(city.address()).page
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    times = page.evaluate(with_script(MEASURE), odd)
    print(f"blinding with the CPU slowed {SLOWER} times: {statistics.median(times):.0f} ms, at most {max(times):.0f}")
    assert statistics.median(times) <= MOST_MILLISECONDS


# --- buying and sending


@pytest.fixture(scope="module")
def coded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A round whose codes were made before it opened, about two agencies."""
    court = PlannedAgency("court", {"en": "the court"})
    plan: dict[str, Any] = {"agencies": (POLICE, court), "languages": ("en",)}
    with open_city(tmp_path_factory.mktemp("coded"), coded=40, **plan) as service, serving(service) as port:
        yield City(service, port)


def next_code(city: City, place: str) -> Invitation:
    """Return an unused code of the agency at a place."""
    with Session(city.service.engine) as session:
        spent = {each.hash for each in session.exec(select(Code)) if each.spent}
    secret = city.service.settings.secret
    return next(
        each
        for each in city.service.codes
        if code_hash(each.typed, city.wave, secret) not in spent and each.link.partition("#")[0].endswith(place)
    )


def open_letter(city: City, open_window: Open, letter: Invitation) -> Visit:
    return open_window(letter.link.replace("https://survey.example.org", city.root))


def posts(visit: Visit) -> list[dict[str, list[str]]]:
    sent = [request.post_data or "" for request in visit.requests if request.method == "POST"]
    return [parse_qs(body) for body in sent]


def answer_and_send(visit: Visit) -> None:
    visit.goes_to("s-trust")
    visit.tick("A1-7", "A3-2")
    visit.sends()


def test_code_and_answer_share_nothing_that_is_sent(coded: City, open_window: Open) -> None:
    before = coded.kept()
    letter = next_code(coded, "/1")
    visit = open_letter(coded, open_window, letter)
    answer_and_send(visit)
    visit.page.wait_for_selector(THANKS)
    *bought, answer = posts(visit)
    assert [body["_do"] for body in posts(visit)] == [["token"], ["token"], ["send"]]
    assert {each for body in bought for each in body} == {"_do", "_pace", "_code", "_blinded", "_fill"}
    assert "_code" not in answer
    assert "~" not in answer
    shared = {value for body in bought for value in body["_code"] + body.get("_blinded", [])}
    assert not shared & {value for values in answer.values() for value in values}
    assert len({len(request.post_data or "") for request in visit.requests if request.method == "POST"}) == 1
    assert coded.kept() == before + 1
    assert not visit.complaints


def test_number_of_the_page_is_not_sent_with_the_answer(coded: City, open_window: Open) -> None:
    visit = open_letter(coded, open_window, next_code(coded, "/1"))
    shown = visit.page.input_value("[name=_number]")
    answer_and_send(visit)
    visit.page.wait_for_selector(THANKS)
    assert shown not in str(posts(visit))


@pytest.mark.parametrize(("drawn", "is_early"), [(0, True), (255, False)])
def test_token_is_bought_on_a_drawn_screen_of_the_first_half(
    coded: City, open_window: Open, drawn: int, is_early: bool
) -> None:
    """The lowest draw is the first screen of questions, the highest the middle; never when the page opens."""
    visit = open_letter(coded, open_window, next_code(coded, "/1"))
    visit.page.evaluate(DRAW, drawn)
    visit.page.click("h1, h2")
    visit.page.wait_for_timeout(300)
    assert posts(visit) == []
    visit.goes_to("s-trust")
    visit.tick("A1-7")
    visit.page.wait_for_timeout(300)
    assert [body["_do"] for body in posts(visit)] == [["token"]] * (2 if is_early else 0)
    visit.goes_to("end")
    visit.page.wait_for_timeout(300)
    assert [body["_do"] for body in posts(visit)] == [["token"]] * 2


def test_busy_network_reads_why_and_its_page_asks_again(coded: City, open_window: Open) -> None:
    before = coded.kept()
    visit = open_letter(coded, open_window, next_code(coded, "/1"))
    busy = [True]
    visit.page.route("**/s/**", lambda route: route.fulfill(status=429, body="{}") if any(busy) else route.continue_())
    visit.page.evaluate(DRAW, 255)
    answer_and_send(visit)
    visit.page.wait_for_function("document.querySelector('#said').textContent.includes('cannot save')")
    busy.clear()
    visit.page.wait_for_selector(THANKS, timeout=60_000)
    assert coded.kept() == before + 1


def test_page_refuses_a_key_that_is_not_pinned(coded: City, open_window: Open) -> None:
    """A key for one person alone would mark the token: the page sends nothing."""
    letter = next_code(coded, "/1")
    visit = open_letter(coded, open_window, letter)

    def tag(route: Route) -> None:
        if "_do=token" not in (route.request.post_data or ""):
            return route.continue_()
        reply = route.fetch()
        document = json.loads(reply.text())
        own = own_modulus()
        document |= {"key": b64encode(own).decode(), "keys": b64encode(fingerprint_of(own)).decode()}
        route.fulfill(response=reply, body=json.dumps(document))

    visit.page.route("**/s/**", tag)
    before = coded.kept()
    answer_and_send(visit)
    visit.page.wait_for_function("document.querySelector('#said').textContent.includes('cannot save')")
    assert not [body for body in posts(visit) if body["_do"] != ["token"] or "_blinded" in body]
    assert coded.kept() == before


def test_page_refuses_a_pinned_list_with_another_key(coded: City, open_window: Open) -> None:
    visit = open_letter(coded, open_window, next_code(coded, "/1"))

    def tag(route: Route) -> None:
        if "_do=token" not in (route.request.post_data or ""):
            return route.continue_()
        reply = route.fetch()
        document = json.loads(reply.text()) | {"key": b64encode(own_modulus()).decode()}
        route.fulfill(response=reply, body=json.dumps(document))

    visit.page.route("**/s/**", tag)
    answer_and_send(visit)
    visit.page.wait_for_function("document.querySelector('#said').textContent.includes('cannot save')")
    assert not [body for body in posts(visit) if body["_do"] != ["token"] or "_blinded" in body]


def own_modulus() -> bytes:
    key = load_private(make_private(2048))
    return key.modulus.to_bytes(key.size, "big")


def test_cut_line_repeats_the_same_blinded_message(coded: City, open_window: Open) -> None:
    before = coded.kept()
    visit = open_letter(coded, open_window, next_code(coded, "/1"))
    cuts = iter([False, True, True])

    def cut(route: Route) -> None:
        if next(cuts, False):
            route.fetch()  # it arrives, and the reply is lost
            return route.abort()
        route.continue_()

    visit.page.route("**/s/**", cut)
    answer_and_send(visit)
    visit.page.wait_for_selector(THANKS, timeout=60_000)
    blinded = [body["_blinded"][0] for body in posts(visit) if "_blinded" in body]
    assert len(blinded) >= 2
    assert len(set(blinded)) == 1
    assert coded.kept() == before + 1


def test_used_code_is_named_on_the_page_with_every_answer(coded: City, open_window: Open) -> None:
    letter = next_code(coded, "/1")
    first = open_letter(coded, open_window, letter)
    answer_and_send(first)
    first.page.wait_for_selector(THANKS)
    before = coded.kept()
    visit = open_letter(coded, open_window, letter)
    answer_and_send(visit)
    visit.page.wait_for_selector("#problems")
    assert "A1-7" in visit.ticked()
    assert not [body for body in posts(visit) if {"A1", "_sealed"} & body.keys()]
    assert coded.kept() == before
    visit.page.evaluate("document.querySelector('#code').value = ''")
    visit.sends()
    visit.page.wait_for_selector(THANKS)
    assert coded.kept() == before + 1


def test_code_of_another_agency_buys_a_token_all_the_same(coded: City, open_window: Open) -> None:
    letter = next_code(coded, "/2")
    visit = open_window(f"{coded.root}/s/{coded.wave}/1?lang=en")
    visit.types_code(letter.typed)
    visit.page.evaluate("for (const id of ['#A1-7', '#B1-4']) document.querySelector(id).click()")
    first = visit.page.input_value("[name=_agency]")
    visit.sends()
    visit.page.wait_for_selector("#problems")
    second = visit.page.input_value("[name=_agency]")
    assert first != second
    before = coded.kept()
    visit.sends()
    visit.page.wait_for_selector(THANKS)
    assert coded.kept() == before + 1
    assert [body["_agency"] for body in posts(visit) if body["_do"] == ["send"]] == [[first], [second]]
    assert len([body for body in posts(visit) if body["_do"] == ["token"]]) == 2


def test_page_without_script_says_that_the_code_goes_along(coded: City, open_window: Open) -> None:
    letter = next_code(coded, "/1")
    visit = open_window(letter.link.replace("https://survey.example.org", coded.root), script=False)
    assert "your code is sent together with your sealed answers" in visit.page.content()
    before = coded.kept()
    visit.types_code(letter.typed)
    visit.tick("A1-7")
    visit.sends()
    visit.page.wait_for_selector(THANKS)
    assert coded.kept() == before + 1


def test_all_sealed_answers_are_counted_with_their_kind(coded: City) -> None:
    """Last: everything that the tests above sent opens, each with its label, and nothing is unreadable."""
    lifecycle.close_wave(coded.service.engine, coded.wave, ACT)
    kept = coded.kept()
    opening = open_boxes(coded.service.engine, coded.service.settings, coded.wave, ACT)
    assert (opening.released, opening.unreadable) == (kept, 0)
