"""Answers survive changes of language and of mind in any number: `python -m tests.walk.switching` makes 1,000."""

from __future__ import annotations

import contextlib
import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from app.language.languages import LANGUAGES
from app.services.waves.plan_file import PlannedAgency
from tests.browser.conftest import CHROMIUM, FLAGS, serving
from tests.questionnaire.walks import choose
from tests.web import reading
from tests.web.service import WAVE, Service, open_city

STEPS = 1000
CHANGE = """([name, index]) => {
  const all = document.getElementsByName(name);
  all[index % all.length].click();
}"""
STATE = "() => [...document.querySelectorAll('.o input')].filter(e => e.checked).map(e => e.id)"


def open_world(folder: Path) -> contextlib.AbstractContextManager[Service]:
    """The real questionnaire in every language there is."""
    named = dict.fromkeys(LANGUAGES, "Rivermeadow")
    agencies = (PlannedAgency("zephyr", dict.fromkeys(LANGUAGES, "Zephyr")),)
    return open_city(folder, languages=tuple(LANGUAGES), community_names=named, agencies=agencies)


OWN = ("_lang", "_pace", "_fill")  # fields that are the page's, not the answers'


def switch_on_the_server(service: Service, steps: int, rng: random.Random, languages: Sequence[str]) -> int:
    """Random answers, sent as a script does with another language each time; how many pages came back with others."""
    survey = service.app.state.ballots.find_open_wave(WAVE).survey
    page, lost = reading.Page(service.client.get(service.address).text), 0
    for _ in range(steps):
        fields, lang = page.fields(), rng.choice(languages)
        for item in rng.sample(list(survey.items.values()), 3):
            fields.pop(item.code, None)
            if chosen := choose(item, rng):
                fields[item.code] = [str(code) for code in chosen]
        page = reading.Page(
            service.client.post(service.address, data=fields | {"_do": f"lang:{lang}", "_pace": "3"}).text
        )
        again = {name: sorted(values) for name, values in page.fields().items() if name not in OWN}
        lost += again != {name: sorted(values) for name, values in fields.items() if name not in OWN}
        lost += page.lang != lang
    return lost


def switch_with_script(page: Page, steps: int, rng: random.Random, languages: Sequence[str]) -> int:
    """The same in a browser: ticks by a finger, languages by their buttons."""
    names, lost = page.eval_on_selector_all(".q", "all => all.map(q => q.id.slice(2))"), 0
    number = page.input_value('[name="_number"]')
    for _ in range(steps):
        page.evaluate(CHANGE, [rng.choice(names), rng.randrange(12)])
        before, lang = page.evaluate(STATE), rng.choice(languages)
        page.evaluate('lang => document.querySelector(`[data-do="lang:${lang}"]`).click()', lang)
        page.wait_for_function(
            "lang => document.documentElement.lang === lang && !document.querySelector('#said').textContent", arg=lang
        )
        lost += page.evaluate(STATE) != before or page.input_value('[name="_number"]') != number
    return lost


def main() -> int:
    rng, languages = random.Random(20261125), list(LANGUAGES)
    with tempfile.TemporaryDirectory() as folder, open_world(Path(folder)) as service:
        without = switch_on_the_server(service, STEPS, rng, languages)
        print(f"the server:    {STEPS} changes, {without} lost an answer", flush=True)
        with serving(service) as port, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            page = browser.new_page()
            page.goto(f"http://127.0.0.1:{port}{service.address}")
            scripted = switch_with_script(page, STEPS, rng, languages)
            browser.close()
    print(f"with script:    {STEPS} changes, {scripted} lost an answer")
    return 1 if without or scripted else 0


if __name__ == "__main__":
    sys.exit(main())
