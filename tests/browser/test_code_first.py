"""A round about several agencies whose codes decide: the code comes first, so no one answers about a wrong agency."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.services.waves.plan_file import PlannedAgency
from tests.browser.conftest import City, Open, Visit, serving
from tests.web.service import POLICE, open_city

pytestmark = pytest.mark.browser
COURT = PlannedAgency("court", {"en": "the court", "es": "el tribunal"})
NAMES = {"1": "the court", "2": "the Riverside Police Department"}  # by the order of their web address names


@pytest.fixture(scope="module", params=["required", "optional"])
def letters(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    plan = {"codes": request.param, "agencies": (POLICE, COURT), "languages": ("en", "es")}
    with open_city(tmp_path_factory.mktemp("letters"), coded=30, **plan) as service, serving(service) as port:
        yield City(service, port)


def codes_about(letters: City, place: str) -> list[str]:
    made = letters.service.codes
    return [each.typed for each in made if each.link.partition("#")[0].endswith(f"/{place}")]


def go_to_code(letters: City, open_window: Open, script: bool) -> Visit:
    """Open the address without an agency, as a reminder prints it, and reach the field for the code."""
    visit = open_window(letters.address(), script=script)
    if visit.screen() == "agencies":
        visit.page.click("text=Type the code from your letter or card.")
    if script:
        visit.page.click("#go")
    return visit


def is_about(visit: Visit, agency: str) -> None:
    """The first question is in sight, and the part about the agency names the right one."""
    visit.page.wait_for_selector("#s-trust:visible")
    assert agency in str(visit.page.locator("#s-agency h2").text_content())


def test_code_decides_the_agency_before_any_question(letters: City, open_window: Open, script: bool) -> None:
    for turn, place in enumerate(("1", "2")):
        code = codes_about(letters, place)[int(script)]
        visit, before = go_to_code(letters, open_window, script), letters.kept()
        assert not visit.page.locator("#s-trust").is_visible(), "no question before the code"
        assert not visit.page.locator("#send").is_visible()
        visit.page.fill("#code", code)
        visit.page.click("#next" if script else "#your-code button")
        is_about(visit, NAMES[place])
        if not script:  # nothing may stay on the phone, so the page about the agency does not know the code
            assert visit.page.url.partition("?")[0].endswith(f"/{place}")
            visit.page.fill("#code", code)
        visit.tick("A1-7")
        visit.sends()
        visit.page.wait_for_selector("[data-screen=thanks]")
        assert letters.kept() == before + 1, turn
        assert code not in visit.page.url
        assert visit.complaints == []


def test_language_changes_before_the_code_is_known(letters: City, open_window: Open, script: bool) -> None:
    visit = go_to_code(letters, open_window, script)
    visit.page.evaluate("document.querySelector('[data-do=\"lang:es\"]').click()")
    visit.page.wait_for_selector("html[lang=es]")
    if not script and visit.screen() == "agencies":
        visit.page.click("a[href*='/code']")
    assert not visit.page.locator("#s-trust").is_visible()
    if script:
        visit.goes_on()
        assert visit.page.locator("#your-code").is_visible()
    visit.page.fill("#code", codes_about(letters, "1")[3])
    visit.page.click("#next" if script else "#your-code button")
    is_about(visit, "el tribunal")


def test_square_without_an_agency_leads_to_its_own(letters: City, open_window: Open) -> None:
    """A square whose address lost its number still asks about the agency of its code."""
    link = next(each.link for each in letters.service.codes if "/1#" in each.link)
    secret = link.partition("#")[2]
    page = "" if letters.service.client.get(letters.service.address).status_code == 203 else "/code"
    visit = open_window(f"{letters.root}/s/{letters.wave}{page}#{secret}")
    visit.page.click("#go")
    is_about(visit, "the court")
    assert secret not in visit.page.url


def test_text_that_is_no_code_leaves_the_page_as_it_is(letters: City, open_window: Open) -> None:
    visit = go_to_code(letters, open_window, script=False)
    before = visit.page.url
    code = codes_about(letters, "2")[4]
    visit.page.fill("#code", code[:-1] + ("A" if code[-1] != "A" else "B"))
    visit.page.click("#your-code button")
    visit.page.wait_for_timeout(200)
    assert visit.page.url == before
    assert visit.page.locator("#code").is_visible()
