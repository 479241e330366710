"""The help point in a real browser: sensitive parts stay unseen, a shared device clears itself, 20 interviews run."""

from __future__ import annotations

import pytest

from app.services.waves.assisted_entry import open_desk
from tests.browser.conftest import City, Open, Visit
from tests.services.making import ACT
from tests.walk.axe import find_violations

pytestmark = pytest.mark.browser
THANKS = 'body[data-screen="thanks"]'


@pytest.fixture(scope="module")
def code(city: City) -> str:
    return open_desk(city.service.engine, city.service.settings, city.wave, "library", ACT)


def begin(city: City, open_window: Open, code: str, mode: str, **options: object) -> Visit:
    visit = open_window(f"{city.root}/desk/{city.wave}", **options)
    visit.page.fill("#desk", code)
    visit.page.click("button")
    visit.page.check(f'input[value="{mode}"]')
    visit.page.click("button")
    visit.page.wait_for_selector("#survey")
    return visit


def test_a_helper_sees_nothing_of_a_sensitive_part(city: City, open_window: Open, code: str) -> None:
    visit = begin(city, open_window, code, "interview")
    page, questions = visit.page, visit.page.locator("#s-victims fieldset")
    visit.goes_to("s-victims")
    assert page.locator("#s-victims fieldset:visible").count() == 0
    page.click("#s-victims .hand [data-open]")
    assert questions.first.is_visible()
    visit.tick("D5-1")
    page.click("#next")
    page.click("#back")
    assert page.locator("#s-victims fieldset:visible").count() == 0
    assert page.locator("#s-victims .shut").is_visible()
    assert "D5-1" in visit.ticked(), "closed, not lost"
    page.click("#s-victims .shut [data-open]")
    assert questions.first.is_visible()
    assert "D5-1" not in visit.ticked(), "whoever opens it again finds it empty"


def test_closed_part_stays_closed_after_a_language_change(city: City, open_window: Open, code: str) -> None:
    before = city.kept()
    visit = begin(city, open_window, code, "interview")
    visit.goes_to("s-victims")
    visit.page.click("#s-victims .hand [data-open]")
    visit.tick("D5-6")
    visit.page.click("[data-shut]:visible")
    assert visit.page.evaluate("document.activeElement.tagName") == "H2"
    visit.page.click('[data-do="lang:ar"]')
    visit.page.wait_for_selector('html[lang="ar"]')
    assert visit.page.locator("#s-victims .shut").is_visible()
    assert visit.page.locator("#s-victims fieldset:visible").count() == 0
    assert visit.ticked() == {"D5-6"}
    visit.sends()
    visit.page.wait_for_selector(THANKS)
    assert city.kept() == before + 1
    assert visit.complaints == []


def test_shared_device_warns_and_clears_after_a_minute(city: City, open_window: Open, code: str) -> None:
    visit = begin(city, open_window, code, "kiosk")
    page = visit.page
    page.clock.install()
    page.reload()  # the browser sends "begin" again
    visit.goes_to("s-trust")
    visit.tick("A1-7")
    number = page.input_value('[name="_number"]')
    page.clock.run_for(45_000)
    assert page.locator("#still").is_visible()
    page.mouse.move(5, 5)
    page.mouse.down()
    assert page.locator("#still").is_hidden(), "a touch is enough to go on"
    page.clock.run_for(45_000)
    assert visit.ticked() == {"A1-7"}
    page.clock.run_for(20_000)
    # The page is empty for a moment while it is loaded again.
    reloaded = "number => ![number, undefined].includes(document.querySelector('[name=_number]')?.value)"
    page.wait_for_function(reloaded, arg=number)
    assert visit.ticked() == set()
    assert page.locator("#start").is_visible()


def test_untouched_device_does_not_reload(city: City, open_window: Open, code: str) -> None:
    visit = begin(city, open_window, code, "kiosk")
    visit.page.clock.install()
    visit.page.reload()
    asked = len(visit.requests)
    visit.page.clock.run_for(600_000)
    assert len(visit.requests) == asked


def test_leaving_a_device_for_many_clears_it_for_the_next_person(city: City, open_window: Open, code: str) -> None:
    visit = begin(city, open_window, code, "kiosk")
    visit.goes_to("s-trust")
    visit.tick("A1-7")
    visit.page.click(".leave")
    visit.page.wait_for_selector("#start:visible")
    assert visit.ticked() == set()
    assert visit.page.url.startswith(city.root)


def test_twenty_people_in_a_row_on_one_device_all_get_through(city: City, open_window: Open, code: str) -> None:
    before, numbers = city.kept(), set()
    visit = begin(city, open_window, code, "kiosk")
    for person in range(20):
        assert visit.ticked() == set(), "nothing of the one before"
        assert visit.page.input_value("#code") == ""
        numbers.add(visit.page.input_value('[name="_number"]'))
        visit.goes_to("s-trust")
        visit.tick(f"A1-{person % 11}")
        visit.page.evaluate("while (!document.querySelector('#next').hidden) document.querySelector('#next').click()")
        visit.page.click("#send")
        visit.page.wait_for_selector(THANKS)
        visit.page.click("#start-again button")
        visit.page.wait_for_selector("#start:visible")
    assert city.kept() == before + 20
    assert len(numbers) == 20


@pytest.mark.parametrize("mode", ["paper", "telephone", "interview", "kiosk"])
def test_axe_finds_nothing_at_a_desk(city: City, open_window: Open, code: str, mode: str) -> None:
    visit = open_window(f"{city.root}/desk/{city.wave}", color_scheme="dark" if mode == "kiosk" else "light")
    faults = find_violations(visit.page)
    visit.page.fill("#desk", code)
    visit.page.click("button")
    faults += find_violations(visit.page)
    visit.page.check(f'input[value="{mode}"]')
    visit.page.click("button")
    visit.page.wait_for_selector("#survey")
    faults += find_violations(visit.page)
    if mode == "interview":
        visit.goes_to("s-victims")
        faults += find_violations(visit.page)
        visit.page.click("#s-victims .hand [data-open]")
        faults += find_violations(visit.page)
    assert faults == []


def test_axe_finds_nothing_on_the_form_on_paper(city: City, open_window: Open) -> None:
    visit = open_window(f"{city.root}/s/{city.wave}/paper?lang=ar")
    assert find_violations(visit.page) == []
    assert visit.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
