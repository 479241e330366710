"""An observer of the line sees how long each message is, and learns no language, agency, answer or code."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from functools import cache
from http import HTTPStatus
from urllib.parse import urlencode

import numpy as np
import pytest
from sqlalchemy import Engine, event

from app.language.languages import LANGUAGES
from app.services.ballots.invitation_codes import create_codes, with_check
from app.services.waves.plan_file import PlannedAgency
from app.web.resident.compiled_pages import draw_filler
from tests.drills import choose
from tests.questionnaire.walks import load_shipped, walk
from tests.web.service import Service, open_city

SPOKEN = tuple(LANGUAGES)[:: choose(4, 1)]
RESIDENTS = 2000
MOST_AUC = 0.55
VICTIMS = 0.3
HARM, NO_HARM = [1, 2, 3, 4, 5], 6
AFTER_HARM = ("D5N", "D6", "D7")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    names = dict.fromkeys(LANGUAGES, "Riverside")
    agencies = (PlannedAgency("police", names), PlannedAgency("public-health-and-housing", names))
    with open_city(
        tmp_path_factory.mktemp("line"), languages=SPOKEN, community_names=names, agencies=agencies
    ) as service:
        yield service


def size_on_the_line(
    service: Service, body: str | None = None, lang: str = "en", encoding: str = "gzip", page: str = "/1"
) -> int:
    """Return the bytes of a reply before encryption: status line, headers and body."""
    headers = {"accept-encoding": encoding, "content-type": "application/x-www-form-urlencoded"}
    method, address = ("GET", f"{service.address}{page}?lang={lang}") if body is None else ("POST", service.address)
    request = service.client.build_request(method, address, content=body, headers=headers)
    reply = service.client.send(request, stream=True, follow_redirects=False)
    head = len(HTTPStatus(reply.status_code).phrase) + sum(len(k) + len(v) + 4 for k, v in reply.headers.raw)
    return head + len(b"".join(reply.iter_raw()))


def sent(number: int, **fields: str) -> str:
    """Return the body of a form that a page with script sends; without script the pace is empty."""
    return urlencode({"_number": f"{number:032x}", "_lang": "en", "_do": "send", "_pace": "3", **fields})


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_pages_of_all_languages_and_agencies_have_one_size(city: Service, encoding: str) -> None:
    pages = ("", "/1", "/2", "/thanks")
    sizes = {size_on_the_line(city, lang=lang, encoding=encoding, page=page) for lang in SPOKEN for page in pages}
    assert len(sizes) == 1


def test_all_replies_have_the_size_of_a_page(city: Service) -> None:
    used, unused = (each.typed for each in create_codes(city.engine, city.settings, "riverside-2026", 2, "letters"))
    sizes = {"page": size_on_the_line(city)}
    agency = {"A1": "7", "_agency": agency_of(city, used)}
    for lang in SPOKEN:
        sizes[f"language {lang}"] = size_on_the_line(city, sent(1, A1="7", _do=f"lang:{lang}"))
        sizes[f"nothing answered {lang}"] = size_on_the_line(city, sent(2, _lang=lang))
    sizes["thanks"] = size_on_the_line(city, sent(3, _code=used, **agency))
    for kind, code in {"used": used, "unknown": with_check("000000001"), "malformed": "not a code"}.items():
        chosen = {"A1": "7", "_agency": agency_of(city, code)}
        sizes[kind] = size_on_the_line(city, sent(4, _code=code, **chosen))
    sizes["many answers"] = size_on_the_line(city, sent(5, _code="not a code", **all_answers()))
    sizes["keys of a new box"] = size_on_the_line(
        city, sent(6, _box="0" * 32, _sealed="A" * 5572, _code=unused, _agency=agency_of(city, unused))
    )
    assert len(set(sizes.values())) == 1, sizes


def test_replies_to_a_page_without_script_have_one_size(city: Service) -> None:
    sizes = {f"language {lang}": size_on_the_line(city, sent(11, _pace="", _do=f"lang:{lang}")) for lang in SPOKEN}
    for lang in SPOKEN:
        sizes[f"nothing answered {lang}"] = size_on_the_line(city, sent(12, _pace="", _lang=lang))
    (used,) = (each.typed for each in create_codes(city.engine, city.settings, "riverside-2026", 1, "letters"))
    for kind, code in {"counted": used, "used": used, "unknown": with_check("000000003"), "malformed": "no"}.items():
        number = 13 if kind == "counted" else 14
        fields = {"_code": code, "A1": "7", "_agency": agency_of(city, code, number)}
        sizes[kind] = size_on_the_line(city, sent(number, _pace="", **fields))
    assert len(set(sizes.values())) == 1, sizes


def agency_of(service: Service, code: str, number: int = 4) -> str:
    """Return the agency that a code chooses, or the number of a page where it is none."""
    page = service.client.post(service.address, content=sent(number, _code=code, _do="lang:en")).text
    found = re.search(r'name="_agency" value="([^"]*)"', page)
    assert found
    return found[1]


def all_answers() -> dict[str, str]:
    return {code: str(item.choices[-1].code) for code, item in load_shipped("community-trust").items.items()}


# --- without script ---------------------------------------------------------------------------------------------------


def auc(positive: list[int], negative: list[int]) -> float:
    """Return how often a length of the first kind is above one of the second kind; ties count half."""
    others = np.array(negative)
    return float(np.mean([(each > others).mean() + (each == others).mean() / 2 for each in positive]))


@cache
def residents() -> tuple[list[str], list[str]]:
    """Return the answers of victims of a crime and of others, as browsers without script send them."""
    chance = random.Random(16)
    survey = load_shipped("community-trust")
    found: tuple[list[str], list[str]] = ([], [])
    for _ in range(RESIDENTS):
        _, answers = walk(survey, chance)
        answers = {code: chosen for code, chosen in answers.items() if not code.startswith(AFTER_HARM)}
        is_victim = chance.random() < VICTIMS
        answers["D5"] = chance.sample(HARM, chance.randint(1, 3)) if is_victim else [NO_HARM]
        for harm in answers["D5"] if is_victim else ():
            answers |= {f"D5N_{harm}": [chance.randint(1, 10)], f"D6_{harm}": [chance.randint(1, 4)]}
        found[not is_victim].append(urlencode([(code, each) for code, chosen in answers.items() for each in chosen]))
    return found


def lengths(service: Service, draw: Callable[[], int]) -> tuple[list[int], list[int]]:
    """Return the lengths of the forms of victims of a crime and of others, with filler of drawn lengths."""
    page = service.client.get(f"{service.address}/1").text
    hidden = dict(re.findall(r'<input type="hidden"[^>]* name="(_\w+)" value="([^"]*)"', page)) | {"_fill": ""}
    rest = len(urlencode({"_code": "", "_do": "send"} | hidden))
    victims, others = ([rest + len(body) + draw() for body in bodies] for bodies in residents())
    return victims, others


def test_length_of_a_form_shows_no_crime(city: Service) -> None:
    assert auc(*lengths(city, draw_filler)) <= MOST_AUC


def test_the_same_observer_finds_victims_without_the_filler(city: Service) -> None:
    assert auc(*lengths(city, lambda: 0)) >= 0.7


def test_pages_carry_filler_of_any_length(city: Service) -> None:
    pages = [city.client.get(f"{city.address}/1").text for _ in range(choose(30, 300))]
    fillers = [re.search(r'name="_fill" value="(0*)"', page) for page in pages]
    found = sorted(len(each[1]) for each in fillers if each)
    assert len(found) == len(fillers)
    assert found[0] < 1500 < 6500 < found[-1]
    assert len({length % 128 for length in found}) > len(found) / 2


# --- codes ------------------------------------------------------------------------------------------------------------


def test_used_unknown_and_malformed_codes_make_the_same_work(city: Service) -> None:
    (used,) = (each.typed for each in create_codes(city.engine, city.settings, "riverside-2026", 1, "letters"))
    assert city.client.post(city.address, content=sent(7, _code=used, A1="7", _agency=agency_of(city, used))).is_success
    statements: list[str] = []
    bodies = {
        kind: sent(8, _code=code, A1="7", _agency=agency_of(city, code, 8))
        for kind, code in {"used": used, "unknown": with_check("000000002"), "malformed": "ABCDEFGHJK"}.items()
    }
    done: dict[str, list[str]] = {}

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        for kind, body in bodies.items():
            statements.clear()
            assert city.client.post(city.address, content=body).status_code == 422
            done[kind] = [*statements]
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert done["used"]
    assert done["used"] == done["unknown"] == done["malformed"]
