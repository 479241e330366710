"""The scorecard in a real browser: axe finds no fault, and no page scrolls sideways on a phone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import City, Open
from tests.browser.test_data import LOOKS, open_all
from tests.browser.test_looks import NARROW, overflow
from tests.walk.axe import find_violations
from tests.web.scorecards.conftest import make_scorecards

pytestmark = pytest.mark.browser
CARD = "/scorecard/river-city"
PAGES = (CARD, f"{CARD}/police", "/scorecards")


@pytest.fixture(scope="module")
def scored(city: City) -> City:
    """The city's service with the scorecards of two communities."""
    make_scorecards(city.service.engine)
    return city


@pytest.mark.slow
@pytest.mark.parametrize("look", LOOKS, ids=["light", "narrow", "forced"])
def test_axe_finds_nothing_in_any_look(scored: City, open_window: Open, look: dict[str, Any]) -> None:
    visit = open_window(f"{scored.root}{CARD}?lang=ar", **look)
    open_all(visit.page)
    faults = find_violations(visit.page)
    for path in PAGES:
        visit.page.goto(f"{scored.root}{path}?lang=en")
        open_all(visit.page)
        faults += find_violations(visit.page)
    assert faults == []


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("path", PAGES)
def test_nothing_scrolls_sideways_on_a_small_phone(scored: City, open_window: Open, path: str, lang: str) -> None:
    visit = open_window(f"{scored.root}{path}?lang={lang}", viewport=NARROW)
    open_all(visit.page)
    assert overflow(visit.page) <= 0
