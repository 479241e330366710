"""A page with script seals its answers: no server sees them, and nothing that a person did is lost."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs

import pytest
from sqlmodel import Session, select

from app.records.ballots import Envelope
from app.services.ballots.envelopes import Ballot
from app.services.ballots.invitation_codes import create_codes, with_check
from app.services.waves.box_opening import retire
from app.services.waves.plan_file import PlannedAgency
from tests.browser.conftest import City, Open, Visit, serving
from tests.services.holders.test_hpke import AAD, CIPHERTEXT, ENC, EPHEMERAL, INFO, PUBLIC, TEXT
from tests.services.making import open_envelope
from tests.web.service import POLICE, open_city

pytestmark = pytest.mark.browser
THANKS = 'body[data-screen="thanks"]'
SEAL = """async ([enc, secret, to, text, info, aad]) => {
  const curve = { name: "ECDH", namedCurve: "P-256" }, raw = (list) => Uint8Array.from(list);
  const part = (list) => btoa(String.fromCharCode(...list)).replace(/[+]/g, "-").replace(/[/]/g, "_").replace(/=/g, "");
  const jwk = { kty: "EC", crv: "P-256", x: part(enc.slice(1, 33)), y: part(enc.slice(33)), d: part(secret) };
  const privateKey = await crypto.subtle.importKey("jwk", jwk, curve, false, ["deriveBits"]);
  const publicKey = await crypto.subtle.importKey("raw", raw(enc), curve, true, []);
  return [...await sealTo(raw(to), raw(text), info, aad, { privateKey, publicKey })];
}"""


def keys(city: City) -> set[bytes]:
    with Session(city.service.engine) as session:
        return {each.key for each in session.exec(select(Envelope))}


def newest(city: City, before: set[bytes]) -> Ballot | None:
    with Session(city.service.engine) as session:
        (found,) = [each for each in session.exec(select(Envelope)) if each.key not in before]
    return open_envelope(city.service.engine, city.service.settings, found)


def fill_in(visit: Visit) -> None:
    visit.goes_to("s-trust")
    visit.tick("A1-7", "A3-2")


def bodies(visit: Visit) -> list[dict[str, list[str]]]:
    posts = [request for request in visit.requests if request.method == "POST"]
    return [parse_qs(request.post_data or "") for request in posts]


def test_script_seals_to_the_bytes_of_the_rfc(city: City, open_window: Open) -> None:
    visit = open_window(city.address())
    vector = [list(ENC), list(EPHEMERAL), list(PUBLIC), list(TEXT), INFO.decode(), AAD.decode()]
    assert bytes(visit.page.evaluate(SEAL, vector)) == ENC + CIPHERTEXT


def test_no_answer_leaves_the_page_in_clear(city: City, open_window: Open) -> None:
    before = keys(city)
    visit = open_window(city.address())
    fill_in(visit)
    visit.sends()
    visit.page.wait_for_selector(THANKS)
    (body,) = bodies(visit)
    assert {name for name in body if not name.startswith("_")} == set()
    assert body["_agency"] == ["police"]
    assert len(body["_sealed"][0]) == 5572
    ballot = newest(city, before)
    assert ballot is not None
    assert (ballot.answers["A1"], ballot.answers["A3"]) == (7, 2)
    assert not visit.complaints


def test_wrong_code_keeps_every_answer_on_the_page(city: City, open_window: Open) -> None:
    before = keys(city)
    visit = open_window(city.address())
    visit.types_code(with_check("ABCDEFGHJ"))
    fill_in(visit)
    visit.sends()
    visit.page.wait_for_selector("#problems")
    assert visit.ticked() == {"A1-7", "A3-2"}
    visit.page.click("#problems a")
    visit.page.fill("#code", "")
    visit.sends()
    visit.page.wait_for_selector(THANKS)
    ballot = newest(city, before)
    assert ballot is not None
    assert ballot.answers["A1"] == 7


def test_change_of_language_sends_no_answer_and_keeps_them(city: City, open_window: Open) -> None:
    visit = open_window(city.address())
    fill_in(visit)
    visit.page.evaluate("document.querySelector('[data-do=\"lang:es\"]').click()")
    visit.page.wait_for_selector('html[lang="es"]')
    assert visit.ticked() == {"A1-7", "A3-2"}
    assert {name for name in bodies(visit)[0] if not name.startswith("_")} == set()


def test_everything_that_a_page_sends_has_one_length(city: City, open_window: Open) -> None:
    """A wrong code, few answers and many: the observer of a line sees one length."""
    visit = open_window(city.address())
    fill_in(visit)
    visit.page.evaluate("document.querySelector('#code').value = 'not a code'")
    visit.sends()
    visit.page.wait_for_selector("#problems")
    visit.page.evaluate("document.querySelector('#code').value = ''")
    visit.page.evaluate("document.querySelectorAll('[type=radio]').forEach((one) => one.checked = true)")
    visit.sends()
    visit.page.wait_for_selector(THANKS)
    sent = [request.post_data or "" for request in visit.requests if request.method == "POST"]
    assert len(sent) == 2
    assert len({len(body) for body in sent}) == 1, [len(body) for body in sent]


def test_a_new_box_makes_the_page_seal_again(city: City, open_window: Open) -> None:
    before = keys(city)
    visit = open_window(city.address())
    statuses: list[int] = []
    visit.page.on("response", lambda reply: statuses.append(reply.status) if reply.request.method == "POST" else None)
    fill_in(visit)
    change_box(city)
    visit.sends()
    visit.page.wait_for_selector(THANKS)
    assert statuses == [409, 200]
    ballot = newest(city, before)
    assert ballot is not None
    assert ballot.answers["A1"] == 7


def test_code_of_another_agency_keeps_the_other_answers(tmp_path: Path, open_window: Open) -> None:
    """The page comes back about the agency of the code, and answers about the first one are dropped."""
    court = PlannedAgency("court", {"en": "the court"})
    with open_city(tmp_path, agencies=(POLICE, court), languages=("en",)) as service, serving(service) as port:
        city = City(service, port)
        codes = create_codes(service.engine, service.settings, city.wave, 20, "address sample", "north")
        typed = next(each.typed for each in codes if each.link.partition("#")[0].endswith("/2"))
        visit = open_window(f"{city.root}/s/{city.wave}/1?lang=en")
        first = visit.page.input_value("[name=_agency]")
        visit.types_code(typed)
        visit.page.evaluate("for (const id of ['#A1-7', '#B1-4']) document.querySelector(id).click()")
        visit.sends()
        visit.page.wait_for_selector("#problems")
        second = visit.page.input_value("[name=_agency]")
        assert {first, second} == {"police", "court"}
        assert visit.ticked() == {"A1-7"}
        visit.sends()
        visit.page.wait_for_selector(THANKS)
        assert [body["_agency"] for body in bodies(visit)] == [[first], [second]]
        assert all("_sealed" in body and "A1" not in body for body in bodies(visit))
        ballot = newest(city, set())
        assert ballot is not None
        assert (ballot.agency, ballot.answers["A1"]) == (second, 7)


def change_box(city: City) -> None:
    from app.records.ballots import CURRENT, Box

    with Session(city.service.engine) as session:
        current = list(session.exec(select(Box).where(Box.status == CURRENT)))
    retire(city.service.engine, city.service.settings, city.wave, current)
