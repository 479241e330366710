"""A resident in a real browser, with script and without: answers, changes the language, skips, goes back, sends."""

import pytest

from app.services.ballots.invitation_codes import create_codes, with_check
from tests.browser.conftest import City, Open, Visit

pytestmark = pytest.mark.browser


def test_a_whole_answer_with_a_change_of_language(city: City, open_window: Open, script: bool) -> None:
    before = city.kept()
    visit = open_window(city.address("en"), script=script)
    page = visit.page
    if script:
        visit.goes_to("s-trust")
        visit.tick("A1-7", "A2-m8")
    page.click('[data-do="lang:ar"]')
    page.wait_for_selector('html[lang="ar"]')
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert visit.ticked() == ({"A1-7", "A2-m8"} if script else set())
    page.click('[data-do="lang:es"]')
    page.wait_for_selector('html[lang="es"]')
    if script:
        assert page.locator("#s-trust").is_visible(), "the place is kept with the answers"
        visit.goes_to("s-contact")
    visit.tick("D1-1")
    assert page.locator("#q-D2").is_visible()
    visit.tick("D2-4")
    visit.sends()
    page.wait_for_selector('body[data-screen="thanks"]')
    assert "Gracias" in page.inner_text("main")
    assert city.kept() == before + 1
    assert visit.complaints == []


def test_skip_logic_hides_and_shows(city: City, open_window: Open, script: bool) -> None:
    visit = open_window(city.address(), script=script)
    if script:
        visit.goes_to("s-contact")
    question = visit.page.locator("#q-D2")
    assert question.is_hidden()
    visit.tick("D1-2")
    assert question.is_visible()
    visit.tick("D1-2")
    assert question.is_hidden()


def test_a_sensitive_part_can_be_skipped_whole(city: City, open_window: Open) -> None:
    visit = open_window(city.address())
    visit.goes_to("s-victims")
    visit.tick("D5-4")
    visit.page.click("#s-victims [data-skip]")
    assert visit.page.locator("#s-victims").is_hidden()
    assert visit.ticked() == set()


def test_without_script_skipping_a_part_jumps_over_it(city: City, open_window: Open) -> None:
    visit = open_window(city.address(), script=False)
    visit.page.click("#s-victims [data-skip]")
    assert visit.page.url.endswith("#s-neighborhood")


def test_back_button_shows_the_ticked_answers(city: City, open_window: Open) -> None:
    visit = open_window(city.address())
    visit.goes_to("s-trust")
    visit.tick("A1-3")
    visit.goes_to("s-agency")
    visit.page.click("#back")
    assert visit.page.locator("#s-trust").is_visible()
    assert visit.ticked() == {"A1-3"}


def test_the_progress_counts_only_parts_on_the_path(city: City, open_window: Open) -> None:
    visit = open_window(city.address())
    visit.goes_to("s-contact")
    stated = visit.page.inner_text("#part")
    visit.goes_to("s-victims")
    assert stated.startswith("Part ")
    assert int(visit.page.inner_text("#part").split()[1]) == int(stated.split()[1]) + 1


def test_reminder_appears_once_and_allows_going_on(city: City, open_window: Open) -> None:
    page = (visit := open_window(city.address())).page
    visit.goes_to("s-trust")
    page.click("#next")
    assert "have no answer" in page.inner_text("#said")
    assert page.locator("#s-trust").is_visible()
    page.click("#next")
    assert page.locator("#s-agency").is_visible()
    assert page.inner_text("#said") == ""


def test_each_part_begins_at_its_heading(city: City, open_window: Open) -> None:
    visit = open_window(city.address())
    visit.goes_to("s-agency")
    assert visit.page.evaluate("document.activeElement.closest('section').id") == "s-agency"
    assert visit.page.evaluate("scrollY") == 0


def test_none_of_these_unticks_the_others(city: City, open_window: Open) -> None:
    visit = open_window(city.address())
    visit.goes_to("s-contact")
    visit.tick("D1-1", "D1-2", "D1-6")
    assert visit.ticked() == {"D1-6"}
    visit.tick("D1-3")
    assert visit.ticked() == {"D1-3"}


def test_refused_send_without_script_keeps_the_page(city: City, open_window: Open) -> None:
    before = city.kept()
    visit = open_window(city.address(), script=False)
    visit.types_code(with_check("ABCDEFGHJ"))
    visit.tick("D1-1", "D1-6")
    length = visit.page.evaluate("history.length")
    visit.sends()
    visit.page.wait_for_timeout(300)
    assert visit.ticked() == {"D1-1", "D1-6"}
    assert visit.page.input_value("#code") == with_check("ABCDEFGHJ")
    assert visit.page.evaluate("history.length") == length, "no answered form is in the history"
    assert visit.page.locator("#end .plain").is_visible()
    assert city.kept() == before


def test_answer_error_opens_its_part_with_script(city: City, open_window: Open) -> None:
    visit = open_window(city.address())
    visit.sends()
    visit.page.wait_for_selector("#problems")
    assert visit.page.evaluate("document.activeElement.id") == "problems"
    visit.page.click("#problems a")
    assert visit.page.locator("#s-trust").is_visible()
    assert visit.page.evaluate("document.activeElement.id") == "A1-0"


def send_with_code(visit: Visit, code: str) -> None:
    visit.types_code(code)
    if visit.is_scripted:
        visit.goes_to("s-trust")
    visit.tick("A1-5")
    visit.sends()


def test_a_used_code_is_refused_kindly_and_nothing_is_lost(city: City, open_window: Open, script: bool) -> None:
    code = create_codes(city.service.engine, city.service.settings, city.wave, 1, "address", "north")[0].printed
    first, second = open_window(city.address(), script=script), open_window(city.address(), script=script)
    send_with_code(first, code)
    first.page.wait_for_selector('body[data-screen="thanks"]')
    before = city.kept()
    send_with_code(second, code)
    if script:
        second.page.wait_for_selector("#problems")
        assert "has already been used" in second.page.inner_text("#problems")
    else:
        second.page.wait_for_timeout(300)
    assert second.page.locator("#code").is_visible()
    assert second.ticked() == {"A1-5"}
    assert city.kept() == before


def test_secret_of_a_qr_code_is_read_and_removed_from_address(city: City, open_window: Open) -> None:
    invitation = create_codes(city.service.engine, city.service.settings, city.wave, 1, "address", "north", "es")[0]
    link = invitation.link.replace(city.service.settings.base_url, city.root)
    secret = link.partition("#")[2].partition("~")[0]
    before = city.kept()
    visit = open_window(link)
    assert visit.page.input_value("#code") == secret
    assert visit.page.locator("#ready").is_visible(), "it is accepted"
    visit.goes_on()
    assert visit.page.locator("#s-trust").is_visible(), "and never shown to be typed"
    assert visit.page.url == link.partition("#")[0]
    visit.goes_to("s-trust")
    visit.tick("A1-5")
    visit.sends()
    visit.page.wait_for_selector('body[data-screen="thanks"]')
    assert city.kept() == before + 1
    assert not [request for request in visit.requests if secret in request.url]


def test_enter_in_the_code_field_does_not_submit(city: City, open_window: Open, script: bool) -> None:
    visit = open_window(city.address(), script=script)
    visit.types_code("ABC")
    visit.page.press("#code", "Enter")
    assert visit.page.input_value("#code") == "ABC"
    assert visit.page.locator("html").get_attribute("lang") == "en"
    assert len([request for request in visit.requests if request.method == "POST"]) == 0
