"""The scorecard in a real browser: axe finds no fault, and no page scrolls sideways on a phone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.language.languages import LANGUAGES
from app.services.communities.register_import import Registered, store_register
from app.services.registers.comments import decide_comment, list_waiting, receive_comment
from app.services.registers.entries import store_entries
from app.services.scorecards.publish import publish_community
from app.services.scorecards.upload_rows import to_rows
from tests.browser.conftest import City, Open
from tests.browser.test_data import LOOKS, open_all
from tests.browser.test_looks import NARROW, overflow
from tests.drills import choose
from tests.services.making import ACT
from tests.services.registers.year import YEAR
from tests.walk.axe import find_violations
from tests.web.scorecards.conftest import make_scorecards

pytestmark = pytest.mark.browser
CARD = "/scorecard/river-city"
REPLIES = (
    {"entry": "r1", "about": "commitments", "about_entry": "c0", "organization": "tenants", "stance": "confirmed"},
    {"entry": "r2", "about": "figures", "about_entry": "2.1a", "organization": "youth", "stance": "disputed",
     "words": "We were five"},
)  # fmt: skip
PAGES = (CARD, f"{CARD}/police", "/scorecards")


@pytest.fixture(scope="module")
def scored(city: City) -> City:
    """The city's service with the scorecards of two communities."""
    make_scorecards(city.service.engine)
    return city


@pytest.fixture(scope="module")
def oak_town(city: City) -> City:
    """A community with a year in its registers, a reply, a comment, and a name in every language."""
    engine, oak = city.service.engine, "oak-town"
    register = [Registered(oak, each.own_name, "police", each.own_name, code) for code, each in LANGUAGES.items()]
    store_register(engine, register, ACT)
    for name, rows in {**YEAR, "replies": REPLIES}.items():
        agency = {} if name == "replies" else {"agency": "police"}
        store_entries(engine, oak, name, to_rows([{**agency, "lang": "en", **row} for row in rows]), ACT, "t")
    receive_comment(engine, oak, "5c", "dispute", "It was not kept", "ar", ACT.now.date())
    [waiting] = list_waiting(engine, oak)
    for person in ("rosa", "olga"):
        decide_comment(engine, oak, waiting.slug, "for", replace(ACT, name=person))
    publish_community(engine, oak, ACT)
    return city


@pytest.mark.slow
@pytest.mark.parametrize("lang", choose(("ar", "zh-Hant"), tuple(LANGUAGES)))
def test_axe_finds_nothing_on_registers_in_a_language(oak_town: City, open_window: Open, lang: str) -> None:
    visit = open_window(f"{oak_town.root}/scorecard/oak-town?lang={lang}")
    assert visit.page.locator("html").get_attribute("lang") == lang
    open_all(visit.page)
    faults = find_violations(visit.page)
    visit.page.goto(f"{oak_town.root}/say/oak-town?lang={lang}")
    assert faults + find_violations(visit.page) == []


@pytest.mark.slow
@pytest.mark.parametrize("look", LOOKS, ids=["light", "narrow", "forced"])
def test_axe_finds_nothing_in_any_look(scored: City, open_window: Open, look: dict[str, Any]) -> None:
    visit = open_window("about:blank", **look)
    faults = []
    for path, lang in ((CARD, "ar"), *((path, "en") for path in choose(PAGES[1:], PAGES))):
        visit.page.goto(f"{scored.root}{path}?lang={lang}")
        open_all(visit.page)
        faults += find_violations(visit.page)
    assert faults == []


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("path", PAGES)
def test_nothing_scrolls_sideways_on_a_small_phone(scored: City, open_window: Open, path: str, lang: str) -> None:
    visit = open_window(f"{scored.root}{path}?lang={lang}", viewport=NARROW)
    open_all(visit.page)
    assert overflow(visit.page) <= 0
