"""The same screens in a browser: what axe finds, what runs over the edge, what is too small to touch, what is English.

A page is set, not fetched: that it arrives whole is tested elsewhere, and a walk of hundreds of pages stays quick.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from tests.walk.axe import find_violations
from tests.walk.sentences import SPOKEN, Piece

PHONE = {"width": 360, "height": 740}
# 320 pixels are also 1280 pixels at 400% zoom.
LOOKS: Mapping[str, dict[str, Any]] = {
    "light": {"viewport": PHONE},
    "dark": {"viewport": PHONE, "color_scheme": "dark"},
    "forced colours": {"viewport": PHONE, "forced_colors": "active"},
    "320 pixels": {"viewport": {"width": 320, "height": 640}, "reduced_motion": "reduce"},
    "no script": {"viewport": PHONE},
}
SCRIPTS = re.compile(r"<script>.*?</script>", re.S)
TARGETS = ".o label, button:not([hidden]), .button, .field, summary, .language_links a"

COLLECT = """spoken => {
  const found = [], langOf = node => (node.closest('[lang]') || document.documentElement).lang;
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  for (let node; node = walker.nextNode();)
    if (node.data.trim() && !node.parentElement.closest('script, style'))
      found.push([langOf(node.parentElement), node.data.trim().replace(/\\s+/g, ' ')]);
  for (const name of spoken)
    for (const node of document.querySelectorAll(`[${name}]`)) found.push([langOf(node), node.getAttribute(name)]);
  return found;
}"""
# Eleven answers in a row are 24 pixels wide on the narrowest phone, which WCAG 2.2 allows, and 44 high.
SMALL = """targets => [...document.querySelectorAll(targets)].filter(e => e.checkVisibility())
  .map(e => [e, e.getBoundingClientRect()])
  .filter(([e, box]) => box.width < (e.matches('[class*=from-] > :not(hr ~ *)') ? 24 : 43.5) || box.height < 43.5)
  .map(([e]) => e.textContent.trim())"""
WIDE = "document.documentElement.scrollWidth - innerWidth"
# Every part of the questionnaire at once, the languages unfolded: one look at the whole of a screen.
UNFOLD = """() => {
  document.querySelectorAll('.away').forEach(step => step.classList.remove('away'));
  document.querySelectorAll('details').forEach(each => each.open = true);
}"""


def open_look(browser: Browser, look: str) -> BrowserContext:
    return browser.new_context(**LOOKS[look])


def show(page: Page, html: str, look: str) -> None:
    page.set_content(SCRIPTS.sub("", html) if look == "no script" else html, wait_until="domcontentloaded")
    page.evaluate(UNFOLD)


def collect(page: Page) -> list[Piece]:
    return [Piece(lang, text) for lang, text in page.evaluate(COLLECT, list(SPOKEN))]


def find_faults(page: Page) -> list[str]:
    """Return the faults in the look of a page."""
    faults = [f"axe {fault}" for fault in find_violations(page)]
    if page.evaluate(WIDE) > 0:
        faults.append("runs over the edge")
    return faults + [f"smaller than 44 pixels: {text}" for text in page.evaluate(SMALL, TARGETS)]


def is_scale_mirrored(page: Page, item: str, points: Collection[int]) -> bool:
    """Whether the points of a scale run from right to left."""
    boxes = [page.locator(f'label[for="{item}-{point}"]').bounding_box() for point in sorted(points)]
    lefts = [box["x"] for box in boxes if box]
    assert len(lefts) == len(points)
    assert lefts in (sorted(lefts), sorted(lefts, reverse=True))
    return lefts[0] > lefts[-1]
