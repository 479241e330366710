"""Back goes one screen back, and a page with answers is not left without a question."""

from __future__ import annotations

import pytest
from playwright.sync_api import Dialog

from tests.browser.conftest import City, Open, Visit

pytestmark = pytest.mark.browser
WITHOUT_HAS = """for (const kind of [Document, Element, DocumentFragment])
  for (const name of ['querySelector', 'querySelectorAll', 'matches', 'closest']) {
    const real = kind.prototype[name];
    if (real) kind.prototype[name] = function (query) {
      if (query.includes(':has(')) throw new DOMException(query, 'SyntaxError');
      return real.call(this, query);
    };
  }
Object.assign(speechSynthesis, { getVoices: () => [{ localService: true, lang: 'en-US' }] });"""


def part(visit: Visit) -> str:
    found: str = visit.page.evaluate("document.querySelector('.step:not(.away)').closest('section').id")
    return found


def test_back_of_the_browser_goes_one_screen_back(city: City, open_window: Open) -> None:
    visit = open_window(city.address())
    visit.goes_to("s-trust")
    visit.tick("A1-3")
    visit.goes_to("s-agency")
    visit.page.go_back()
    assert (part(visit), visit.ticked()) == ("s-trust", {"A1-3"})
    visit.page.go_forward()
    assert part(visit) == "s-agency"
    for expected in ("s-trust", "your-code", "start"):
        visit.page.go_back()
        assert part(visit) == expected
    assert visit.page.locator("#kept").is_visible(), "the first screen says that the answers are still here"
    assert visit.ticked() == {"A1-3"}
    assert visit.page.evaluate("history.state") is None


def test_entries_of_the_history_hold_only_a_number(city: City, open_window: Open) -> None:
    visit = open_window(city.address())
    visit.goes_to("s-trust")
    visit.tick("A1-3")
    visit.goes_to("s-agency")
    assert visit.page.evaluate("[typeof history.state, location.href]") == ["number", city.address()]


def test_reload_opens_the_language_that_was_chosen(city: City, open_window: Open) -> None:
    visit = open_window(city.address())
    visit.goes_to("s-trust")
    visit.page.locator("[data-do='lang:es']").evaluate("one => one.click()")
    visit.page.wait_for_selector("html[lang=es]")
    visit.page.reload()
    assert visit.page.evaluate("document.documentElement.lang") == "es"
    visit.goes_to("s-trust")
    visit.page.go_back()
    visit.page.reload()
    assert visit.page.evaluate("document.documentElement.lang") == "es"


def test_screen_behind_a_change_of_language_reloads_in_it(city: City, open_window: Open) -> None:
    visit = open_window(city.address())
    visit.goes_to("s-agency")
    visit.page.locator("[data-do='lang:es']").evaluate("one => one.click()")
    visit.page.wait_for_selector("html[lang=es]")
    visit.page.go_back()
    visit.page.reload()
    assert visit.page.evaluate("document.documentElement.lang") == "es"


@pytest.mark.parametrize("way", ["location.reload()", "history.back()", "location.href = '/healthz'"])
def test_leaving_with_answers_asks_first(city: City, open_window: Open, way: str) -> None:
    visit, asked = open_window(city.address()), []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    visit.page.on("dialog", stay)
    visit.goes_to("s-trust")
    visit.page.evaluate("window.seen = 1")
    visit.tick("A1-3")
    if way == "history.back()":
        visit.page.go_back()
        visit.page.go_back()
    visit.page.evaluate(way)
    visit.page.wait_for_timeout(400)
    assert asked == ["beforeunload"]
    assert (visit.ticked(), visit.page.evaluate("window.seen")) == ({"A1-3"}, 1)


def test_leaving_quickly_asks_nothing(city: City, open_window: Open) -> None:
    visit, asked = open_window(city.address()), []
    visit.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    visit.goes_to("s-trust")
    visit.page.reload()
    visit.goes_to("s-trust")
    visit.tick("A1-3")
    visit.page.click(".leave")
    visit.page.wait_for_url("https://www.wikipedia.org/")
    assert asked == []


def test_progress_is_in_sight_and_counts_all_parts(city: City, open_window: Open) -> None:
    visit = open_window(city.address())
    visit.goes_to("s-contact")
    stated = visit.page.inner_text("#part")
    visit.tick("D1-1")
    assert visit.page.inner_text("#part") == stated
    visit.page.evaluate("scrollTo(0, 1e6)")
    box = visit.page.locator("progress").bounding_box()
    assert box
    assert 0 <= box["y"] < 80


def test_page_works_in_a_browser_without_has(city: City, open_window: Open) -> None:
    visit = open_window("about:blank")
    visit.context.add_init_script(WITHOUT_HAS)
    visit.page.goto(city.address())
    visit.goes_to("s-trust")
    visit.tick("A1-3")
    visit.sends()
    visit.page.wait_for_selector('body[data-screen="thanks"]')
    assert visit.complaints == []
