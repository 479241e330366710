"""`make picture`: the picture of the README, from a demo that is being served: a phone in Arabic beside a report."""

from __future__ import annotations

import argparse
from base64 import b64encode
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS

PICTURE = Path("docs/pictures/first-screen.png")
HEIGHT = 828
PHONE = {"width": 390, "height": HEIGHT}
DESK = {"width": 986, "height": HEIGHT}
SIDE_BY_SIDE = """<!doctype html><style>
body {{ margin: 0; padding: 28px; display: flex; gap: 28px; background: #dfe6e4; width: 1444px; height: 844px }}
img {{ display: block; height: 844px; box-sizing: border-box; border-radius: 8px; border: 1px solid #9aa7a3 }}
img.phone {{ border: 8px solid #1b2524; border-radius: 28px }}
</style><img class="phone" src="{phone}" alt=""><img src="{desk}" alt="">"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.walk.picture", description=__doc__)
    parser.add_argument("address", nargs="?", default="http://127.0.0.1:8000", help="where the demo is served")
    place = parser.parse_args().address
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        phone, desk = take_phone(browser, place), take_report(browser, place)
        page = browser.new_page(viewport={"width": 1500, "height": 900})
        page.set_content(SIDE_BY_SIDE.format(phone=phone, desk=desk))
        page.screenshot(path=PICTURE)
        browser.close()
    print(PICTURE)


def take_phone(browser: Browser, place: str) -> str:
    """The second part of the survey in Arabic, with an answer."""
    page = browser.new_page(viewport=PHONE, device_scale_factor=2)
    page.goto(f"{place}/s/river-city-now?lang=ar")
    page.click("#next")
    page.locator("input[type=radio][value='7']:visible").first.check()
    return to_source(page.screenshot())


def take_report(browser: Browser, place: str) -> str:
    """The report of the latest wave, from its index on."""
    page = browser.new_page(viewport=DESK, device_scale_factor=2)
    page.goto(f"{place}/reports")
    page.locator("main a[href^='/reports/']").first.click()
    page.get_by_role("heading", name="Trust in each agency").first.scroll_into_view_if_needed()
    page.get_by_role("heading", name="Trust in each agency").first.evaluate("it => scrollTo(0, it.offsetTop - 64)")
    return to_source(page.screenshot())


def to_source(png: bytes) -> str:
    return f"data:image/png;base64,{b64encode(png).decode()}"


if __name__ == "__main__":
    main()
