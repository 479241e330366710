"""Data pages in a real browser: axe finds no fault, no page scrolls sideways, a download is one click away."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from app.services.releases import build as release_building
from app.services.releases import publish as release_publishing
from app.services.releases.access_requests import list_requests
from tests.browser.conftest import City, Open
from tests.browser.test_looks import NARROW, overflow
from tests.services.making import ACT
from tests.services.released import WAVE, make_release
from tests.walk.axe import find_violations

pytestmark = pytest.mark.browser
WIDE = {"width": 1200, "height": 900}
LOOKS: list[dict[str, Any]] = [
    {"viewport": WIDE},
    {"viewport": NARROW, "color_scheme": "dark"},
    {"viewport": WIDE, "forced_colors": "active"},
]
RELEASE = f"/data/{WAVE}-v1.0.0"
PAGES = ("/data", RELEASE, f"/data/request/{WAVE}", f"{RELEASE}/codebook/en.html", f"{RELEASE}/report/en.html")


@pytest.fixture(scope="module")
def library(city: City) -> City:
    """The city with a public and a restricted release."""
    service = city.service
    make_release(service.engine, service.settings)
    release_building.build_release(service.engine, service.settings, WAVE, ACT, "restricted")
    return city


def open_all(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")


@pytest.mark.slow
@pytest.mark.parametrize("look", LOOKS, ids=["light", "narrow", "forced"])
def test_axe_finds_nothing_in_any_look(library: City, open_window: Open, look: dict[str, Any]) -> None:
    visit = open_window(f"{library.root}/data?lang=ar", **look)
    faults = find_violations(visit.page)
    for path in PAGES[:3]:
        visit.page.goto(f"{library.root}{path}?lang=en")
        open_all(visit.page)
        faults += find_violations(visit.page)
    visit.page.click("button")
    faults += find_violations(visit.page)
    assert faults == []


@pytest.mark.parametrize("path", PAGES)
def test_nothing_scrolls_sideways_on_a_small_phone(library: City, open_window: Open, path: str) -> None:
    visit = open_window(f"{library.root}{path}?lang=en", viewport=NARROW)
    assert overflow(visit.page) <= 0


def test_a_file_is_one_click_away_and_is_whole(library: City, open_window: Open) -> None:
    visit = open_window(f"{library.root}{RELEASE}?lang=en", viewport=WIDE, accept_downloads=True)
    with visit.page.expect_download() as download:
        visit.page.get_by_role("link", name="SPSS").first.click()
    assert download.value.suggested_filename == f"{WAVE}.en.sav"
    frozen = release_publishing.find_frozen_release(library.service.engine, WAVE)
    assert frozen is not None
    file = frozen.file(f"data/{WAVE}.en.sav")
    assert file is not None
    assert download.value.path().stat().st_size == file.size


def test_the_form_is_filled_with_the_keyboard_alone(library: City, open_window: Open) -> None:
    page = open_window(f"{library.root}/data/request/{WAVE}?lang=en", script=False, viewport=NARROW).page
    page.focus("#name")
    for words in ("Ada Lovelace", "University", "ada@example.edu", "How trust differs between parts of the city."):
        page.keyboard.type(words)
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Your request arrived").wait_for()
    (asked,) = list_requests(library.service.engine)
    assert asked.name == "Ada Lovelace"
