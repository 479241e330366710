"""Each scale is one row or one list at every width in every language, with each label at its own answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from app.language.languages import LANGUAGES
from app.services.intake.submission import OpenWave
from app.web import rendering
from app.web.resident.compiled_pages import compile_page
from tests.drills import choose
from tests.walk.looks import SCRIPTS
from tests.walk.screens import make_fielded

pytestmark = pytest.mark.browser
SOME = ("en", "ar", "zh-Hans", "km", "ru", "so")  # short and long words, four scripts, both directions
SURVEYS = ("community-trust", "community-trust-1-1")
WIDTHS = choose((320, 360, 412, 600, 1440), tuple(range(320, 1441, 8)))
LEAST_CELL = 24
# Each scale as (its name, row or list, its faults).
MEASURE = """least => {
  const rtl = document.documentElement.dir === 'rtl', box = e => e.getBoundingClientRect();
  const near = (a, b) => Math.abs(a - b) <= 2;
  const start = b => rtl ? -b.right : b.left, end = b => rtl ? -b.left : b.right;
  return [...document.querySelectorAll('.o')].filter(o => o.offsetParent).map(o => {
    const labels = [...o.querySelectorAll('label')].filter(l => !l.matches('hr ~ *')), faults = [];
    const boxes = labels.map(box);
    const isRow = labels.length > 1 && boxes.every(b => near(b.top, boxes[0].top));
    const grows = of => boxes.every((b, n) => !n || of(b) > of(boxes[n - 1]));
    const ends = [...o.parentElement.querySelectorAll(':scope > .ends span')];
    const shown = ends.length && ends[0].offsetParent;
    const first = boxes[0], last = boxes.at(-1);
    if (isRow) {
      if (!grows(start)) faults.push('order');
      if (boxes.some(b => b.width < least || b.height < 44)) faults.push('too small');
      if (labels.some(l => l.scrollWidth > l.clientWidth + 1)) faults.push('a word does not fit');
      if (ends.length && !shown) faults.push('no ends');
      const isOver = () => near(start(box(ends[0])), start(first)) && near(end(box(ends[1])), end(last));
      if (shown && !isOver()) faults.push('ends');
      if (shown && box(ends[1]).bottom > last.top + 1) faults.push('ends lie on the row');
    } else {
      const isUnder = b => near(b.left, first.left) && near(b.right, first.right);
      if (!boxes.every(isUnder) || !grows(b => b.top)) faults.push('broken');
      if (shown) faults.push('ends over a list');
      const isHidden = l => box(l.querySelector('.end')).width < 5;
      if (ends.length && [labels[0], labels.at(-1)].some(isHidden)) faults.push('no end');
      if (boxes.some(b => b.height < 43.5)) faults.push('too small');
    }
    for (const input of o.querySelectorAll('input')) {
      const a = box(input), b = box(input.nextElementSibling);
      const isInside = a.left >= b.left && a.right <= b.right + 1 && a.top >= b.top && a.bottom <= b.bottom;
      if (!isInside) faults.push(`${input.id} is off its label`);
    }
    return [o.querySelector('input').name, isRow ? 'row' : 'list', faults];
  });
}"""

Measured = list[tuple[str, str, list[str]]]


@pytest.fixture(scope="module", params=SURVEYS)
def fielded(request: pytest.FixtureRequest) -> OpenWave:
    return make_fielded(survey_id=request.param)


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    opened = chromium.new_page()
    yield opened
    opened.close()


def show(page: Page, fielded: OpenWave, lang: str, width: int = 360) -> None:
    """Show the page as it stands without script, with every conditional question."""
    html = rendering.render(compile_page(fielded, fielded.agencies[0], lang).screen)
    page.set_viewport_size({"width": width, "height": 740})
    page.set_content(SCRIPTS.sub("", html.replace("@supports selector(:has(*))", "@supports (x: y)")))


def measure(page: Page) -> Measured:
    found: Measured = page.evaluate(MEASURE, LEAST_CELL)
    assert len(found) > 30
    return found


@pytest.mark.parametrize("lang", choose(SOME, tuple(LANGUAGES)))
def test_scale_is_one_row_or_one_list_at_every_width(page: Page, fielded: OpenWave, lang: str) -> None:
    show(page, fielded, lang)
    faults, rows = [], {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 740})
        measured = measure(page)
        faults += [(width, name, each) for name, _, each in measured if each]
        rows[width] = {name for name, kind, _ in measured if kind == "row"}
    assert faults == []
    assert all({"A1", "A5"} <= names for names in rows.values()), "numbers from 0 to 10 have room on every phone"
    assert rows[320] <= rows[360] <= rows[600] <= rows[1440]


@pytest.mark.parametrize("lang", ["en", "ar", "km"])
def test_text_of_200_percent_makes_every_scale_a_list(page: Page, fielded: OpenWave, lang: str) -> None:
    show(page, fielded, lang)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    measured = measure(page)
    assert [(name, kind, each) for name, kind, each in measured if each or kind == "row"] == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_browser_without_container_queries_shows_lists(page: Page, fielded: OpenWave) -> None:
    html = rendering.render(compile_page(fielded, fielded.agencies[0], "ar").screen)
    page.set_viewport_size({"width": 360, "height": 740})
    page.set_content(SCRIPTS.sub("", html.replace("@container", "@unknown")))
    assert {(kind, *each) for _, kind, each in measure(page)} == {("list",)}
