"""Rankings, grids and dates in a real browser, with script and without, in English and in Arabic."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from app.language.catalogs import MessageCatalog, english_plural, load_catalog
from app.questionnaire import survey_words
from app.questionnaire.definition import Survey
from app.questionnaire.loading import load_survey
from app.questionnaire.messages import sentences
from app.questionnaire.path import items_on_path
from app.services.intake.submission import OpenWave
from app.web import rendering
from app.web.resident import compiled_pages
from tests.browser.conftest import City, Open, Visit, serving
from tests.browser.test_rules import SHOWN, without
from tests.questionnaire.walks import ROOT
from tests.web.service import open_service

pytestmark = pytest.mark.browser

FOLDER = ROOT / "tests" / "surveys"
TEXT = (FOLDER / "every_kind.yaml").read_text("utf-8")
ARABIC = "إجابة"
NARROWEST = {"width": 320, "height": 640}


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with open_service(tmp_path_factory.mktemp("kinds"), survey=TEXT) as service, serving(service) as port:
        yield City(service, port)


def tick_on_screens(visit: Visit, *ids: str) -> None:
    """Tick answers of this part, each on its own screen."""
    for each in ids:
        if visit.is_scripted:
            visit.goes_to("q-" + each.partition("_")[0])
        visit.tick(each)


def test_every_kind_is_answered_and_sent(kinds: City, open_window: Open, script: bool) -> None:
    before = kinds.kept()
    visit = open_window(kinds.address(), script=script)
    page = visit.page
    tick_on_screens(visit, "R_2-1", "R_1-2", "G_1-1", "G_6-3")
    if script:
        visit.goes_to("q-D")
    page.select_option("#D_year", "124")
    page.select_option("#D_month", "5")
    if script:
        visit.goes_to("q-NEW")
    assert page.locator("#q-SAFE").is_visible()
    assert page.locator("#q-NEW").is_visible()
    assert page.locator("#q-WHY").is_hidden()
    visit.sends()
    page.wait_for_selector('body[data-screen="thanks"]')
    assert kinds.kept() == before + 1
    assert visit.complaints == []


def test_an_error_comes_back_with_every_answer(kinds: City, open_window: Open) -> None:
    before = kinds.kept()
    visit = open_window(kinds.address())
    page = visit.page
    tick_on_screens(visit, "R_1-2", "G_2-3")
    visit.goes_to("q-D")
    page.select_option("#D_month", "5")
    visit.sends()
    page.wait_for_selector("#problems")
    assert page.locator("#problems li").count() == 2
    assert visit.ticked() == {"R_1-2", "G_2-3"}
    assert page.input_value("#D_month") == "5"
    page.click('#problems a[href="#D_year"]')
    assert page.locator("#D_year").is_visible()
    page.select_option("#D_year", "120")
    page.click('#problems a[href="#R_1-1"]')
    visit.tick("R_3-1")
    visit.sends()
    page.wait_for_selector('body[data-screen="thanks"]')
    assert kinds.kept() == before + 1


def test_with_script_a_rank_moves_from_the_answer_that_had_it(kinds: City, open_window: Open) -> None:
    visit = open_window(kinds.address())
    tick_on_screens(visit, "R_1-1", "R_2-2", "R_3-1", "G_1-1", "G_2-1")
    assert visit.ticked() == {"R_2-2", "R_3-1", "G_1-1", "G_2-1"}


def test_leaving_clears_list_answers(kinds: City, open_window: Open) -> None:
    visit = open_window(kinds.address())
    visit.goes_to("q-D")
    visit.page.select_option("#D_year", "124")
    visit.page.evaluate("dispatchEvent(new Event('pagehide'))")
    assert visit.page.input_value("#D_year") == ""


# --- pages of a survey in another language, in a browser without a server


def lay_out(survey: Survey, lang: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The page in a language; every sentence of the survey is replaced by Arabic words of its length."""
    made = {(each.context, each.text): (f"{ARABIC} {ARABIC} {each.text[-2:]}",) for each in sentences(survey)}
    catalog = MessageCatalog(lang, survey.id, made if lang != "en" else {}, english_plural)
    monkeypatch.setattr(
        survey_words, "load_catalog", lambda lang, name: catalog if name == survey.catalog else load_catalog(lang, name)
    )
    fielded = OpenWave("x", {"en": "X"}, survey, (lang,), (), "none", True, frozenset(), "", 1)
    return rendering.render(compiled_pages.compile_page(fielded, None, lang).screen)


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("name", ["ranking", "grid", "date"])
def test_a_new_kind_fits_the_narrowest_phone(
    chromium: Browser, monkeypatch: pytest.MonkeyPatch, name: str, lang: str, script: bool
) -> None:
    survey = load_survey(FOLDER / f"{name}.yaml")
    page = chromium.new_page(viewport=NARROWEST)
    page.set_content(without(lay_out(survey, lang, monkeypatch), css=True, script=script))
    if script:
        page.click("#go")
    assert page.locator("html").get_attribute("dir") == ("rtl" if lang == "ar" else "ltr")
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROWEST["width"]
    small = page.evaluate(SMALL)
    assert small == [], "every target is at least 44 pixels high"
    if lang == "ar":
        assert ARABIC in page.inner_text("fieldset.q legend")
        assert name != "date" or {"السنة", "الشهر"} <= set(page.locator(".s label").all_inner_texts())
        assert name != "date" or "مارس" in page.inner_text("#MOVED_month")
    page.close()


SMALL = """() => [...document.querySelectorAll('.o label, select')]
  .filter(one => one.offsetParent && one.getBoundingClientRect().height < 44).map(one => one.htmlFor || one.id)"""

TICKS: dict[str, list[dict[str, list[int]]]] = {
    "ranking": [{}, {"R_1": [1]}, {"R_1": [2], "R_2": [1]}, {"R_4": [3]}, {"R_4": [2]}],
    "grid": [{}, {"G_1": [1]}, {"G_1": [2]}, {"G_2": [2]}, {"G_3": [-8]}, {"G_2": [1], "G_3": [3]}],
    "date": [{}, {"MOVED_year": [123]}, {"MOVED_year": [122]}, {"MOVED_year": [-8], "MOVED_month": [1]}],
}
CHOOSE = """(ticks) => {
  for (const input of document.querySelectorAll('.q input'))
    input.checked = (ticks[input.name] || []).includes(+input.value);
  for (const list of document.querySelectorAll('.q select')) list.value = (ticks[list.name] || [''])[0];
  document.querySelector('.q input').dispatchEvent(new Event('change', {bubbles: true}));
}"""


@pytest.mark.parametrize("engine", ["css", "script"])
@pytest.mark.parametrize("name", ["ranking", "grid", "date"])
def test_css_and_script_agree_with_the_server(
    chromium: Browser, monkeypatch: pytest.MonkeyPatch, name: str, engine: str
) -> None:
    survey = load_survey(FOLDER / f"{name}.yaml")
    page: Page = chromium.new_page()
    page.set_content(without(lay_out(survey, "en", monkeypatch), css=engine == "css", script=engine == "script"))
    for ticks in TICKS[name]:
        page.evaluate(CHOOSE, ticks)
        shown = [code for code in page.evaluate(SHOWN) if code]
        path = items_on_path(survey, ticks)
        assert shown == list(dict.fromkeys(survey.items[code].question for code in path)), json.dumps(ticks)
    page.close()


def test_on_screen_and_print_nothing_of_a_grid_is_cut(chromium: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    survey = load_survey(FOLDER / "grid.yaml")
    page = chromium.new_page(viewport=NARROWEST)
    page.set_content(without(lay_out(survey, "en", monkeypatch), css=True, script=False))
    cut = "() => [...document.querySelectorAll('.g label')].filter(one => one.scrollWidth > one.clientWidth + 1).length"
    assert page.evaluate(cut) == 0
    page.close()
