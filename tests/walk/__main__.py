"""`make walk`: every screen in every language in a real browser; exit status 1 when anything was found."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from app.language.languages import LANGUAGES, get_language
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.walk.looks import LOOKS, collect, find_faults, is_scale_mirrored, open_look, show
from tests.walk.screens import all_screens, make_fielded, names_in
from tests.walk.sentences import find_english

# The screens that differ in layout. All others share their colors and widths with one of these.
IN_EVERY_LOOK = ("survey", "form_errors", "slip code_spent", "thanks", "refused closed", "desk interview")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.walk", description=__doc__)
    parser.add_argument("languages", nargs="*", default=list(LANGUAGES))
    parser.add_argument("--look", action="append", choices=LOOKS, help="only this one; repeat it")
    parser.add_argument("--pictures", type=Path, help="folder for a picture of each language at 320 pixels")
    options = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        found = [fault for look in options.look or LOOKS for fault in walk(browser, look, options.languages)]
        if options.pictures:
            draw(browser, options.languages, options.pictures)
        browser.close()
    print("\n".join(found) or "Nothing was found.")
    return 1 if found else 0


def walk(browser: Browser, look: str, languages: list[str]) -> list[str]:
    fielded, found, shown, began = make_fielded(), [], 0, time.monotonic()
    names = names_in(fielded)
    page = open_look(browser, look).new_page()
    english: dict[str, set[str]] = {}
    for lang in dict.fromkeys(("en", *languages)):
        for name, html in all_screens(fielded, lang):
            if look != "light" and name not in IN_EVERY_LOOK:
                continue
            show(page, html, look)
            pieces = collect(page)
            if lang == "en":
                english[name] = {piece.text for piece in pieces if piece.lang == "en"}
            if lang in languages:
                shown += 1
                stated = find_english(pieces, english[name], lang, names) if lang != "en" else []
                faults = [f"English: {text}" for text in stated] + look_at(page, name, lang)
                found += [f"{lang}, {look}, {name}: {fault}" for fault in faults]
        print(
            f"{look:<15} {lang:<8} {shown:>4} screens {time.monotonic() - began:>6.0f} s {len(found):>4} found",
            flush=True,
        )
    page.context.close()
    return found


def look_at(page: Page, name: str, lang: str) -> list[str]:
    if name.startswith("slip ") and name not in IN_EVERY_LOOK:
        return []  # all form errors look alike, and another check reads their texts
    return find_faults(page) + ["the scale runs the wrong way"] * (name == "survey" and is_wrong_way(page, lang))


def is_wrong_way(page: Page, lang: str) -> bool:
    return is_scale_mirrored(page, "A1", range(6)) is not (get_language(lang).direction == "rtl")


def draw(browser: Browser, languages: list[str], folder: Path) -> None:
    """The first screen and a scale of each language on the smallest phone."""
    folder.mkdir(parents=True, exist_ok=True)
    page = open_look(browser, "320 pixels").new_page()
    for lang in languages:
        html = next(html for name, html in all_screens(make_fielded(), lang) if name == "survey")
        page.set_content(html)
        page.screenshot(path=folder / f"{lang}-start.png")
        page.click("#next")
        page.screenshot(path=folder / f"{lang}-scale.png")


if __name__ == "__main__":
    sys.exit(main())
