"""The first screen fits a small phone with its Start button, and no screen is long, in any language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from playwright.sync_api import Browser, Page

from app.language.languages import LANGUAGES
from app.services.intake.submission import OpenWave
from app.services.waves.open_waves import WaveFacts
from app.web import rendering
from app.web.resident.compiled_pages import compile_page
from tests.drills import choose
from tests.walk.screens import make_fielded

pytestmark = pytest.mark.browser
SOME = ("en", "ar", "zh-Hans", "km", "ru", "so")  # short and long words, four scripts, both directions
SURVEYS = ("community-trust", "community-trust-1-1")
FACTS = WaveFacts("river-city", "Office of Neighborhood Safety", date(2026, 12, 13), date(2027, 2, 15))
START_ENDS = 740
HIGHEST = 2200
HEIGHTS = """() => [...document.querySelectorAll('.step')].map(step => {
  for (const one of document.querySelectorAll('.step, section'))
    one.classList.toggle('away', one !== step && one !== step.closest('section'));
  for (const one of document.querySelectorAll('.off')) one.classList.remove('off');
  document.querySelector('#way').hidden = false;
  return [step.closest('section').id, step.querySelectorAll('.q').length, document.documentElement.scrollHeight];
})"""


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    opened = chromium.new_page()
    yield opened
    opened.close()


@pytest.fixture(scope="module", params=SURVEYS)
def fielded(request: pytest.FixtureRequest) -> OpenWave:
    return replace(make_fielded(survey_id=request.param), facts=FACTS, code="required")


def show(page: Page, fielded: OpenWave, lang: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    page.set_content(rendering.render(compile_page(fielded, fielded.agencies[0], lang).screen))


@pytest.mark.parametrize("lang", choose(SOME, tuple(LANGUAGES)))
def test_screens_are_short_and_start_is_in_sight(page: Page, fielded: OpenWave, lang: str) -> None:
    for width in (320, 360):
        show(page, fielded, lang, width)
        box = page.locator("#go").bounding_box()
        assert box
        assert box["y"] + box["height"] <= START_ENDS, width
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    found: list[tuple[str, int, int]] = page.evaluate(HEIGHTS)
    assert len(found) > 10
    assert [each for each in found if each[1] > 5 or each[2] > HIGHEST] == []


def test_first_screen_names_sponsor_and_days(page: Page, fielded: OpenWave) -> None:
    show(page, fielded, "es", 360)
    stated = page.inner_text("#start .facts")
    for each in ("Office of Neighborhood Safety", "minutos", "13 de diciembre de 2026", "15 de febrero de 2027"):
        assert each in stated
