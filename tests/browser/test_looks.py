"""The survey in a real browser: axe finds no fault, no page scrolls sideways, targets are large, paper is a form."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import City, Open, Visit
from tests.drills import choose
from tests.walk.axe import find_violations
from tests.walk.looks import SMALL, TARGETS
from tests.web.service import LANGUAGES

pytestmark = pytest.mark.browser
NARROW = {"width": 320, "height": 640}


@pytest.mark.parametrize(
    ("lang", "look"),
    [
        *choose([("en", {})], [(lang, {}) for lang in LANGUAGES]),
        ("es", {"color_scheme": "dark"}),
        ("en", {"forced_colors": "active"}),
        ("ar", {"viewport": NARROW}),
    ],
)
def test_axe_finds_nothing_on_any_part(city: City, open_window: Open, lang: str, look: dict[str, Any]) -> None:
    visit = open_window(city.address(lang), **look)
    faults = find_violations(visit.page)
    for part in ("s-trust", "s-victims", "end"):
        visit.goes_to(part)
        faults += find_violations(visit.page)
    assert faults == []


def test_axe_finds_nothing_on_the_long_form(city: City, open_window: Open) -> None:
    """The whole form as it stands without script: axe itself needs one, so the page's own is taken away."""
    visit = open_window("about:blank")
    visit.context.route(
        f"{city.root}/s/**",
        lambda route: route.fulfill(
            body=city.service.client.get(city.service.address).text.replace("<script>(", "<script>0&&("),
            content_type="text/html",
        ),
    )
    visit.page.goto(city.address())
    assert visit.page.locator("fieldset:visible").count() > 20
    assert find_violations(visit.page) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_axe_finds_nothing_on_errors_thanks_and_public_pages(city: City, open_window: Open, lang: str) -> None:
    visit = open_window(city.address(lang))
    visit.sends()
    visit.page.wait_for_selector("#problems")
    faults = find_violations(visit.page)
    visit.page.click("#problems a")
    visit.tick("A1-3")
    visit.sends()
    visit.page.wait_for_selector('body[data-screen="thanks"]')
    faults += find_violations(visit.page)
    for path in (f"/?lang={lang}", f"/s/nowhere?lang={lang}", *(["/api/docs"] if lang == "en" else [])):
        visit.page.goto(city.root + path)
        faults += find_violations(visit.page)
    assert faults == []


def overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_scrolls_sideways_at_320_pixels(city: City, open_window: Open, lang: str, script: bool) -> None:
    visit = open_window(city.address(lang), script=script, viewport=NARROW)
    assert overflow(visit.page) <= 0
    if script:
        for part in ("s-trust", "s-agency", "s-barriers", "s-contact", "s-victims", "s-background", "end"):
            if visit.page.locator(f"#{part}").count():
                visit.goes_to(part)
                assert overflow(visit.page) <= 0, part
    visit.page.goto(f"{city.root}/?lang={lang}")
    assert overflow(visit.page) <= 0


@pytest.mark.parametrize(("lang", "rising"), [("en", True), ("es", True), ("ar", False)])
def test_the_scale_runs_in_the_direction_of_the_language(
    city: City, open_window: Open, lang: str, rising: bool
) -> None:
    visit = open_window(city.address(lang), script=False)
    places = [visit.page.locator(f'label[for="A1-{n}"]').bounding_box() for n in range(6)]
    lefts = [place["x"] for place in places if place]
    assert lefts == sorted(lefts, reverse=not rising)
    assert len(set(lefts)) == 6
    assert len({place["y"] for place in places if place}) == 1
    leave, name = (visit.page.locator(each).bounding_box() for each in (".leave", ".name"))
    assert leave
    assert name
    assert (leave["x"] > name["x"]) is rising


@pytest.mark.parametrize("viewport", [NARROW, {"width": 1200, "height": 900}])
def test_everything_to_touch_is_large_enough(city: City, open_window: Open, viewport: dict[str, int]) -> None:
    visit = open_window(city.address(), script=False, viewport=viewport)
    assert visit.page.evaluate(SMALL, TARGETS) == []


def test_each_answer_lies_on_its_own_label(city: City, open_window: Open) -> None:
    visit = open_window(city.address("ar"), script=False, viewport=NARROW)
    outside = visit.page.eval_on_selector_all(
        ".o input",
        """all => all.filter(e => e.checkVisibility()).filter(e => {
             const a = e.getBoundingClientRect(), b = e.nextElementSibling.getBoundingClientRect();
             return a.left < b.left || a.right > b.right || a.top < b.top || a.bottom > b.bottom;
           }).map(e => e.id)""",
    )
    assert outside == []


def test_the_bar_to_leave_is_always_in_sight(city: City, open_window: Open, script: bool) -> None:
    visit = open_window(city.address(), script=script)
    visit.page.evaluate("scrollTo(0, 1e6)") if script else visit.page.locator("#send").scroll_into_view_if_needed()
    box = visit.page.locator(".leave").bounding_box()
    assert box
    assert 0 <= box["y"] < 40


def test_paper_shows_every_question_with_empty_boxes(city: City, open_window: Open, script: bool) -> None:
    visit: Visit = open_window(city.address(), script=script)
    if script:
        visit.goes_to("s-trust")
    visit.tick("A1-7")
    visit.page.emulate_media(media="print")
    page = visit.page
    assert page.locator("fieldset:visible").count() == page.locator("fieldset").count()
    assert page.locator("button:visible, .leave:visible, progress:visible").count() == 0
    assert page.locator("p.paper:visible").count() > 5
    drawn = """e => { const style = getComputedStyle(e);
                      return [style.appearance, style.backgroundColor, style.backgroundImage]; }"""
    ticked, empty = (page.eval_on_selector(each, drawn) for each in ("#A1-7", "#A1-6"))
    assert ticked == empty
    assert ticked == ["none", "rgba(0, 0, 0, 0)", "none"]


def test_the_keyboard_alone_is_enough(city: City, open_window: Open) -> None:
    visit = open_window(city.address())
    page = visit.page
    for button in ("#go", "#none"):  # start, and no code
        page.focus(button)
        page.keyboard.press("Enter")
    assert page.locator("#s-trust").is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    assert visit.ticked() == {"A1-1"}
    ring = page.evaluate("getComputedStyle(document.activeElement.nextElementSibling).outlineStyle")
    assert ring == "solid"
