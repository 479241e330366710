"""Ten seconds in a real browser: what lies on the first screen, and no more, answers as the published intervals do.

The reports are those of `tests/web/reports/test_ten_seconds.py`: two in the suite, twenty in `make drills`.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, ViewportSize

from app.web.reports.handlers import make_page
from tests.browser.conftest import PHONE
from tests.web.reports.test_ten_seconds import (
    COMMUNITIES,
    Lines,
    make_community,
    names_of,
    published_answers,
    read_answers,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SCREENS: dict[str, ViewportSize] = {
    "desktop": {"width": 1280, "height": 800},
    "phone": {"width": PHONE["width"], "height": PHONE["height"]},
}
# Takes out every text that is not drawn, or not wholly on the first screen.
KEEP_FIRST_SCREEN = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), below = [];
  while (walker.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const boxes = [...range.getClientRects()];
    const seen = boxes.length && boxes.every(box =>
      box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth);
    if (!seen && walker.currentNode.data.trim()) below.push(walker.currentNode);
  }
  below.forEach(node => node.data = "");
  return [document.documentElement.outerHTML, below.length];
}"""


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("seed", range(COMMUNITIES))
def test_first_screen_alone_answers_three_questions(chromium: Browser, seed: int, screen: str) -> None:
    frozen = make_community(seed)
    page = chromium.new_page(viewport=SCREENS[screen])
    page.set_content(make_page(frozen, "en", False).body.decode())
    html, below = page.evaluate(KEEP_FIRST_SCREEN)
    page.close()
    assert below > 20
    assert read_answers(Lines(html).text, names_of(frozen)) == published_answers(frozen)
