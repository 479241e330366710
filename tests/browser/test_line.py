"""A connection that drops during sending: the service loses no answer and counts none twice."""

import pytest
from playwright.sync_api import Route

from app.errors import AnswerNotStored
from tests.browser.conftest import City, Open, Visit

pytestmark = pytest.mark.browser
THANKS = 'body[data-screen="thanks"]'
NO_PAGE = "chrome-error://**"


def fill_in(visit: Visit) -> None:
    if visit.is_scripted:
        visit.goes_to("s-trust")
    visit.tick("A1-7", "A3-2")


def test_a_line_that_is_cut_at_send_loses_nothing(city: City, open_window: Open) -> None:
    before = city.kept()
    visit = open_window(city.address())
    fill_in(visit)
    visit.goes_to("end")
    visit.context.set_offline(True)
    visit.page.click("#send")
    visit.page.wait_for_function("document.querySelector('#said').textContent.includes('connection dropped')")
    assert visit.ticked() == {"A1-7", "A3-2"}
    assert city.kept() == before
    visit.context.set_offline(False)
    visit.page.wait_for_selector(THANKS)
    assert city.kept() == before + 1


def test_an_answer_whose_thanks_got_lost_is_counted_once(city: City, open_window: Open, script: bool) -> None:
    before, lost, losses = city.kept(), [], 2 if script else 1

    def lose_the_reply(route: Route) -> None:
        if route.request.method == "POST" and len(lost) < losses:
            lost.append(route.fetch().status)
            route.abort("connectionreset")
        else:
            route.continue_()

    visit = open_window(city.address(), script=script)
    visit.context.route(f"{city.root}/**", lose_the_reply)
    fill_in(visit)
    visit.sends()
    if not script:
        visit.page.wait_for_url(NO_PAGE)
        visit.page.reload()
    visit.page.wait_for_selector(THANKS)
    assert lost == [200] * losses
    assert city.kept() == before + 1


def test_without_script_reloading_sends_the_same_page_again(city: City, open_window: Open) -> None:
    before = city.kept()
    visit = open_window(city.address(), script=False)
    fill_in(visit)
    visit.context.set_offline(True)
    visit.page.click("#send")
    visit.page.wait_for_url(NO_PAGE)
    visit.context.set_offline(False)
    visit.page.reload()
    visit.page.wait_for_selector(THANKS)
    visit.page.reload()
    visit.page.wait_for_selector(THANKS)
    assert city.kept() == before + 1


def test_a_change_of_language_on_a_dead_line_loses_nothing(city: City, open_window: Open) -> None:
    visit = open_window(city.address())
    fill_in(visit)
    visit.context.set_offline(True)
    visit.page.click('[data-do="lang:es"]')
    visit.page.wait_for_function("document.querySelector('#said').textContent.includes('connection dropped')")
    visit.tick("A2-5")
    visit.context.set_offline(False)
    visit.page.wait_for_selector('html[lang="es"]')
    assert visit.ticked() == {"A1-7", "A3-2", "A2-5"}


def test_a_login_page_of_a_hotspot_is_not_taken_for_our_thanks(city: City, open_window: Open) -> None:
    before, met = city.kept(), []

    def answer_for_us(route: Route) -> None:
        if route.request.method == "POST" and not met:
            met.append(True)
            route.fulfill(status=200, content_type="text/html", body="<body><h1>Please pay for this network</h1>")
        else:
            route.continue_()

    visit = open_window(city.address())
    visit.context.route(f"{city.root}/**", answer_for_us)
    fill_in(visit)
    visit.sends()
    visit.page.wait_for_selector(THANKS)
    assert met
    assert city.kept() == before + 1


def test_a_server_that_cannot_store_is_asked_again(
    city: City, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, ballots, asked = city.kept(), city.service.app.state.ballots, []
    submit = ballots.submit

    async def submit_at_the_second_try(*form: object) -> object:
        asked.append(form)
        if len(asked) == 1:
            raise AnswerNotStored
        return await submit(*form)

    monkeypatch.setattr(ballots, "submit", submit_at_the_second_try)
    visit = open_window(city.address())
    fill_in(visit)
    visit.sends()
    visit.page.wait_for_selector(THANKS)
    assert len(asked) == 2
    assert city.kept() == before + 1


def test_pressing_send_many_times_counts_once(city: City, open_window: Open) -> None:
    before = city.kept()
    visit = open_window(city.address())
    fill_in(visit)
    visit.goes_to("end")
    visit.page.evaluate("for (let i = 0; i < 10; i++) document.querySelector('#send').click()")
    visit.page.wait_for_selector(THANKS)
    assert city.kept() == before + 1
