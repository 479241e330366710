"""Skip logic in CSS alone and with script, against the vectors and walks that the server is tested with."""

import json
import random

import pytest
from playwright.sync_api import Browser, Page

from app.questionnaire.definition import Survey
from app.questionnaire.path import items_on_path
from app.services.intake.submission import OpenWave
from app.web import rendering
from app.web.resident.compiled_pages import compile_page
from tests.questionnaire.rules.make_vectors import VECTORS, with_last
from tests.questionnaire.walks import choose, load_shipped

pytestmark = pytest.mark.browser

SHOWN = """() => [...document.querySelectorAll('fieldset')]
  .filter(q => getComputedStyle(q).display !== 'none' && getComputedStyle(q.closest('section')).display !== 'none' ||
               q.closest('.away') && !q.classList.contains('off') && !q.closest('.off'))
  .map(q => q.id.slice(2))"""
TICK = """(ticks) => {
  for (const input of document.querySelectorAll('input[type=radio],input[type=checkbox]')) {
    const wanted = (ticks[input.name] || []).includes(+input.value);
    if (input.checked !== wanted) input.checked = wanted;
  }
  document.querySelector('fieldset input').dispatchEvent(new Event('change', {bubbles: true}));
}"""


def to_page(survey: Survey) -> str:
    fielded = OpenWave("x", {"en": "X"}, survey, ("en",), (), "none", True, frozenset(), "", 1)
    return rendering.render(compile_page(fielded, None, "en").screen)


def without(html: str, *, css: bool, script: bool) -> str:
    """The page with one of its two engines taken out, so that the other is tested alone."""
    page = html if script else html.replace(rendering.load_asset("survey.js"), "")
    return page if css else page.replace("@supports", "@supports not (display: block) and")


@pytest.fixture(params=["css", "script"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def open_page(chromium: Browser, survey: Survey, engine: str) -> Page:
    page = chromium.new_page()
    page.set_content(without(to_page(survey), css=engine == "css", script=engine == "script"))
    assert page.evaluate("document.documentElement.classList.contains('js')") is (engine == "script")
    return page


def test_css_and_script_agree_with_every_vector(chromium: Browser, engine: str) -> None:
    wrong = []
    for vector in json.loads(VECTORS.read_text("utf-8"))["vectors"]:
        page = open_page(chromium, with_last(vector["written"]), engine)
        for case in vector["cases"]:
            page.evaluate(TICK, case["answers"])
            if ("LAST" in page.evaluate(SHOWN)) is not case["holds"]:
                wrong.append((vector["name"], case))
        page.close()
    assert wrong == []


def test_css_and_script_show_the_same_path_as_the_server(chromium: Browser, engine: str) -> None:
    survey, rng = load_shipped("community-trust"), random.Random(20261123)
    page = open_page(chromium, survey, engine)
    for _ in range(60):
        ticks = {item.code: chosen for item in survey.items.values() if (chosen := choose(item, rng))}
        page.evaluate(TICK, ticks)
        assert tuple(page.evaluate(SHOWN)) == items_on_path(survey, ticks)
    page.close()
