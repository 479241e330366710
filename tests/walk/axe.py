"""Axe in a page: what breaks WCAG 2.2 up to AA or best practice, and where.

Only the elements at fault come back: the selectors of thousands of sound ones would be most of the work.
"""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

LEVELS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
OPTIONS = {"runOnly": list(LEVELS), "resultTypes": ["violations"], "selectors": False, "preload": False}
FIND = "options => axe.run(options).then(found => found.violations)"


def find_violations(page: Page) -> list[str]:
    """Return the rule and the element of each fault; the script is put into the page once."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found: list[dict[str, Any]] = page.evaluate(FIND, OPTIONS)
    return [f"{fault['id']}: {node['html'][:120]}" for fault in found for node in fault["nodes"]]
