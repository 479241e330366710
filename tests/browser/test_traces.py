"""Traces of an answer: the phone stores nothing, sends nothing to other hosts, and shows nothing after Back."""

import pytest

from app.services.ballots.invitation_codes import with_check
from app.web.view_models import LEAVE_TO
from tests.browser.conftest import City, Open, Visit

pytestmark = pytest.mark.browser
CODE = with_check("SECRETC0D")
THANKS = 'body[data-screen="thanks"]'
LEFT_BEHIND = """async () => ({
  local: localStorage.length, session: sessionStorage.length, cookie: document.cookie,
  databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
  workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
CLEAN = {"local": 0, "session": 0, "cookie": "", "databases": 0, "caches": 0, "workers": 0}


def fill_in(visit: Visit) -> None:
    visit.types_code(CODE)
    if visit.is_scripted:
        visit.goes_to("s-trust")
    visit.tick("A1-7")


def assert_nothing_of_it_shows(visit: Visit) -> None:
    assert visit.ticked() == set()
    assert CODE not in visit.page.content()
    if visit.page.locator("#code").count():
        assert visit.page.input_value("#code") == ""


def test_the_whole_survey_is_one_request_to_one_place(city: City, open_window: Open, script: bool) -> None:
    visit = open_window(city.address(), script=script)
    visit.page.wait_for_load_state("networkidle")
    assert [request.url for request in visit.requests] == [city.address()]
    assert visit.complaints == []


def test_answering_leaves_nothing_on_the_phone(city: City, open_window: Open) -> None:
    visit = open_window(city.address())
    visit.goes_to("s-trust")
    visit.tick("A1-7")
    visit.page.click('[data-do="lang:es"]')
    visit.page.wait_for_selector('html[lang="es"]')
    assert visit.page.evaluate(LEFT_BEHIND) == CLEAN
    visit.sends()
    visit.page.wait_for_selector(THANKS)
    assert visit.page.evaluate(LEFT_BEHIND) == CLEAN
    assert visit.context.cookies() == []
    assert visit.context.storage_state() == {"cookies": [], "origins": []}
    assert all(request.url.startswith(city.root) for request in visit.requests)
    assert not [request for request in visit.requests if "referer" in request.headers]


def test_without_script_no_cookie_is_set_either(city: City, open_window: Open) -> None:
    visit = open_window(city.address(), script=False)
    visit.tick("A1-7")
    visit.sends()
    assert visit.screen() == "thanks"
    assert visit.context.cookies() == []


def test_leave_button_opens_a_neutral_page_and_back_is_empty(city: City, open_window: Open, script: bool) -> None:
    visit = open_window(city.address(), script=script)
    fill_in(visit)
    visit.page.click(".leave")
    visit.page.wait_for_url(LEAVE_TO)
    assert "referer" not in visit.requests[-1].headers
    visit.page.go_back()
    assert_nothing_of_it_shows(visit)
    if script:
        assert visit.page.url == "about:blank", "the survey's place in the history was taken over"


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_escape_twice_leaves_too(city: City, open_window: Open, lang: str) -> None:
    visit = open_window(city.address(lang))
    fill_in(visit)
    visit.page.keyboard.press("Escape")
    visit.page.keyboard.press("Escape")
    visit.page.wait_for_url(LEAVE_TO)


def test_leaving_works_on_a_dead_line_too(city: City, open_window: Open) -> None:
    visit = open_window(city.address())
    fill_in(visit)
    visit.context.unroute_all()
    visit.context.set_offline(True)
    visit.page.click(".leave")
    visit.page.wait_for_url("chrome-error://**")
    assert CODE not in visit.page.content()


def test_leaving_is_possible_on_every_screen(city: City, open_window: Open, script: bool) -> None:
    visit = open_window(city.address(), script=script)
    if script:
        visit.goes_to("s-trust")
    visit.tick("A1-7")
    visit.sends()
    visit.page.wait_for_selector(THANKS)
    visit.page.click(".leave")
    visit.page.wait_for_url(LEAVE_TO)
    visit.page.goto(f"{city.root}/s/nowhere")
    visit.page.click(".leave")
    visit.page.wait_for_url(LEAVE_TO)


def test_back_after_the_thanks_shows_nothing(city: City, open_window: Open, script: bool) -> None:
    visit = open_window(city.address(), script=script)
    if script:
        visit.goes_to("s-trust")
    visit.tick("A1-7")
    visit.sends()
    visit.page.wait_for_selector(THANKS)
    visit.page.go_back()
    assert_nothing_of_it_shows(visit)
    visit.page.go_forward()
    assert_nothing_of_it_shows(visit)


def test_page_left_by_another_way_is_blank_on_return(city: City, open_window: Open, script: bool) -> None:
    visit = open_window(city.address(), script=script)
    fill_in(visit)
    visit.page.goto(f"{city.root}/healthz")
    visit.page.go_back()
    assert visit.screen() == "survey"
    assert_nothing_of_it_shows(visit)


def test_reload_clears_the_answers(city: City, open_window: Open, script: bool) -> None:
    visit = open_window(city.address(), script=script)
    fill_in(visit)
    visit.page.reload()
    assert_nothing_of_it_shows(visit)
