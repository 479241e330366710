"""Published reports in a real browser: axe finds no fault, no page scrolls sideways, right-to-left charts mirror."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import PHONE, City, Open
from tests.browser.test_looks import NARROW, overflow
from tests.drills import choose
from tests.walk.axe import find_violations
from tests.web.reports.making import OPEN, make_frozen
from tests.web.reports.stored_reports import ADDRESS, store_report
from tests.web.reports.test_answered import STOPS
from tests.web.service import LANGUAGES

pytestmark = pytest.mark.browser
WIDE = {"width": 1200, "height": 900}
LOOKS: list[dict[str, Any]] = [
    {"viewport": WIDE},
    {"viewport": WIDE, "color_scheme": "dark"},
    {"viewport": WIDE, "forced_colors": "active"},
    {"viewport": NARROW},
]


@pytest.fixture(scope="module")
def library(city: City) -> City:
    """The city with a published report: in its first version of one sample source, then of two."""
    store_report(city.service.engine, make_frozen((OPEN,)))
    store_report(city.service.engine, replace(make_frozen(), commitments=(STOPS,)), version=2)
    return city


def address(library: City, lang: str, path: str = ADDRESS, *, more: str = "") -> str:
    return f"{library.root}{path}?lang={lang}{more}"


def open_all(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")


EMBED = ADDRESS.replace("/reports/", "/embed/")
PAGES = ("", "/police", "/details", "/open-link", "/method")
COMPARED = ("/compare/river-city", "/compare/river-city/police")
SCREENS = {"desktop": {"width": 1280, "height": 800}, "phone": PHONE}
TALLEST = {"desktop": 3500, "phone": 7000}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lang", "look"), choose([("es", LOOKS[0]), ("en", LOOKS[1]), ("ar", LOOKS[3])], list(product(LANGUAGES, LOOKS)))
)
def test_axe_finds_nothing_in_any_look(library: City, open_window: Open, lang: str, look: dict[str, Any]) -> None:
    visit = open_window(address(library, lang, "/reports"), **look)
    faults = find_violations(visit.page)
    for page in choose(PAGES[:2], PAGES):
        visit.page.goto(address(library, lang, ADDRESS + page))
        open_all(visit.page)
        faults += [f"{page} {fault}" for fault in find_violations(visit.page)]
    for path in COMPARED:
        visit.page.goto(address(library, lang, path))
        faults += [f"{path} {fault}" for fault in find_violations(visit.page)]
    for path, more in choose((), ((ADDRESS, "&version=1"), (f"{EMBED}/cards", ""), (f"{EMBED}/groups", ""))):
        visit.page.goto(address(library, lang, path, more=more))
        faults += find_violations(visit.page)
    assert faults == []
    assert visit.complaints == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_scrolls_sideways_on_a_small_phone(library: City, open_window: Open, lang: str) -> None:
    """Before and after the folded parts are opened; these pages look the same with and without script."""
    visit = open_window(address(library, lang), viewport=NARROW)
    for page in PAGES:
        visit.page.goto(address(library, lang, ADDRESS + page))
        assert overflow(visit.page) <= 0, page
        open_all(visit.page)
        assert overflow(visit.page) <= 0, page
    for path in ("/reports", *COMPARED):
        visit.page.goto(address(library, lang, path))
        assert overflow(visit.page) <= 0, path


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("screen", SCREENS)
def test_first_screen_has_headline_and_cards(library: City, open_window: Open, lang: str, screen: str) -> None:
    """On a desktop all three cards with number, interval and change; on a phone the first one."""
    size = SCREENS[screen]
    page = open_window(address(library, lang), viewport=size).page
    ends = page.eval_on_selector_all(
        ".headline, .agency:first-child, .agency .change" if screen == "desktop" else ".headline, .agency:first-child",
        "all => all.map(one => one.getBoundingClientRect().bottom)",
    )
    assert len(ends) == (5 if screen == "desktop" else 2)
    assert max(ends) <= size["height"]
    assert page.evaluate("document.documentElement.scrollHeight") <= TALLEST[screen]


@pytest.mark.parametrize("page", ["", *PAGES[1:]])
def test_each_page_weighs_at_most_60_kb(library: City, page: str) -> None:
    answer = library.service.client.get(f"{ADDRESS}{page}", headers={"accept-encoding": "gzip"})
    assert int(answer.headers["content-length"]) <= 60_000


def test_nothing_is_asked_for_but_the_page_itself(library: City, open_window: Open) -> None:
    visit = open_window(address(library, "en"), viewport=WIDE)
    assert [request.url for request in visit.requests] == [address(library, "en")]


@pytest.mark.parametrize(("lang", "rising"), [("en", True), ("ar", False)])
def test_charts_and_columns_follow_the_direction_of_the_language(
    library: City, open_window: Open, lang: str, rising: bool
) -> None:
    page = open_window(address(library, lang, f"{ADDRESS}/police"), viewport=WIDE).page
    table = page.locator("#address-sample-parts-police table")
    dots = [box["x"] for box in (dot.bounding_box() for dot in table.locator("circle.dot").all()) if box]
    assert len(dots) == 5
    assert dots == sorted(dots, reverse=not rising)
    ticks = [box["x"] for box in (tick.bounding_box() for tick in table.locator(".axis span").all()) if box]
    assert ticks == sorted(ticks, reverse=not rising)
    page.goto(address(library, lang, f"{ADDRESS}/details"))
    parts = [
        box["x"]
        for box in (
            part.bounding_box()
            for part in page.locator("#address-sample-institutions-figure tbody tr").first.locator("rect").all()
        )
        if box
    ]
    assert parts == sorted(parts, reverse=not rising)


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_dot_position_matches_the_axis(library: City, open_window: Open, lang: str) -> None:
    """47.1 points lie between the ticks of 0 and 100 where 47.1 % of the way are gone."""
    page = open_window(address(library, lang, f"{ADDRESS}/police"), viewport=WIDE).page
    chart = page.locator("#address-sample-parts-police svg.chart").nth(2)
    track, dot = chart.locator(".track").bounding_box(), chart.locator(".dot").bounding_box()
    axis = page.locator("#address-sample-parts-police .axis").bounding_box()
    assert track and dot and axis  # noqa: PT018
    gone = (dot["x"] + dot["width"] / 2 - track["x"]) / track["width"]
    assert abs((1 - gone if lang == "ar" else gone) - 0.471) < 0.01
    assert abs(axis["x"] - track["x"]) < 1.5
    assert abs(axis["width"] - track["width"]) < 3


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_tables_stay_tables_for_a_screen_reader(library: City, open_window: Open, viewport: dict[str, int]) -> None:
    page = open_window(address(library, "en", f"{ADDRESS}/police"), viewport=viewport).page
    table = page.get_by_role("table", name="Parts of the index").first
    assert table.get_by_role("row").count() == 6
    assert table.get_by_role("rowheader").all_inner_texts()[2:4] == ["Reliability", "Openness"]
    assert table.get_by_role("columnheader", name="Points").count() == 1
    assert (
        table.get_by_role("img").nth(2).get_attribute("aria-label")
        == "47.1, interval 45.5 to 48.7, on an axis from 0 to 100"
    )


def test_a_figure_leads_to_its_recipe(library: City, open_window: Open, script: bool) -> None:
    first = address(library, "en", f"{ADDRESS}/open-link")
    page = open_window(first, script=script, viewport=WIDE, reduced_motion="reduce").page
    page.locator("#open-link-groups-police .recipe a").first.click()
    recipe = page.locator("#how-open-link-groups")
    assert page.url.endswith("#how-open-link-groups")
    box = recipe.bounding_box()
    assert box
    assert 0 <= box["y"] < WIDE["height"]
    assert "Bonferroni" in recipe.inner_text()


def test_paper_shows_every_figure_and_no_button(library: City, open_window: Open) -> None:
    page = open_window(address(library, "en"), script=False, viewport={"width": 720, "height": 1000}).page
    page.emulate_media(media="print")
    unwanted = ".button:visible, .contents:visible, .language_links:visible, summary:visible"
    for each in PAGES:
        page.goto(address(library, "en", ADDRESS + each))
        assert page.locator("table:visible").count() == page.locator("table").count()
        assert page.locator(unwanted).count() == 0
        assert page.locator(".simulated:visible").count() == 1
    page.goto(address(library, "en", f"{ADDRESS}/police"))
    display = page.eval_on_selector("#address-sample-parts-police tbody tr", "row => getComputedStyle(row).display")
    assert display == "table-row"


def test_simulation_notice_is_visible_on_a_phone_at_once(library: City, open_window: Open) -> None:
    box = open_window(address(library, "en"), viewport=NARROW).page.locator(".simulated").bounding_box()
    assert box
    assert box["y"] + box["height"] < NARROW["height"]


def test_forced_colors_keep_the_parts_of_a_bar_apart(library: City, open_window: Open) -> None:
    page = open_window(address(library, "en", f"{ADDRESS}/details"), viewport=WIDE, forced_colors="active").page
    fills = page.eval_on_selector_all(
        "#address-sample-institutions-figure tbody tr:first-child rect",
        "all => all.map(one => getComputedStyle(one).fill)",
    )
    assert len(fills) == 4
    assert len(set(fills)) == 4
