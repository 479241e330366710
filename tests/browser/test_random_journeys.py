"""Random journeys through the survey: no answer is lost before leaving was confirmed, and the phone keeps none.

Each journey presses Back, Forward, reload, another language, Next and Send in any order, while the line is cut and
mended. A browser with a profile folder on disk makes them one after another; then the folder is searched.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Dialog, Error, Page, sync_playwright

from app.services.ballots.invitation_codes import create_codes
from tests.browser.conftest import CHROMIUM, FLAGS, PHONE, City
from tests.drills import choose
from tests.programs import require
from tests.web.service import LANGUAGES

pytestmark = pytest.mark.browser
JOURNEYS = choose(3, 500)  # with script, and as many without
STEPS = 14
SETTLED = 80  # milliseconds
TICK = """draw => {
  const labels = [...document.querySelectorAll('.o label')].filter(one => one.offsetParent);
  const label = labels[Math.floor(draw * labels.length)];
  label?.scrollIntoView({block: 'center', behavior: 'instant'});
  return label?.htmlFor;
}"""
STORED = """async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,
  (await caches.keys()).length, document.cookie.length, typeof (history.state ?? 0) === 'number' ? 0 : 1]"""


class Journey:
    """One person, what she has ticked, and whether she says that she wants to leave."""

    def __init__(self, city: City, context: BrowserContext, rng: random.Random, script: bool) -> None:
        self.city, self.context, self.rng, self.script = city, context, rng, script
        self.page: Page = context.new_page()
        self.page.on("dialog", self.decide)
        self.expected: set[str] = set()
        self.asked, self.leaves, self.is_cut = 0, False, False
        self.page.goto("about:blank")
        self.page.goto(city.address())

    def decide(self, dialog: Dialog) -> None:
        self.asked += 1
        dialog.accept() if self.leaves else dialog.dismiss()

    def look(self, script: str) -> Any:
        """Evaluate on the page, and again where the browser was just opening another one."""
        for _ in range(50):
            try:
                return self.page.evaluate(script)
            except Error:
                self.settle()
        raise AssertionError("the browser never came to rest")

    @property
    def ticked(self) -> set[str]:
        return set(self.look("[...document.querySelectorAll('input:checked')].map(one => one.id)"))

    @property
    def screen(self) -> str | None:
        return self.page.locator("body").get_attribute("data-screen") if self.page.locator("body").count() else None

    def settle(self) -> None:
        self.page.wait_for_timeout(SETTLED)

    def tick(self) -> None:
        place = self.page.evaluate(TICK, self.rng.random())
        if place:
            self.page.locator(f'label[for="{place}"]').click()
            self.expected = self.ticked
            assert self.expected or "checkbox" in (self.page.locator(f"#{place}").get_attribute("type") or "")

    def go_on(self) -> None:
        for name in ("#go", "#none", "#next"):
            if self.page.locator(name).is_visible():
                return self.page.click(name)

    def back_button(self) -> None:
        if self.page.locator("#back").is_visible():
            self.page.click("#back")

    def travel(self) -> None:
        """Back, Forward or reload, as the buttons of a browser do, with a yes or a no to the question that follows."""
        self.leaves = self.rng.random() < 0.3
        before, asked, had = self.look("performance.timeOrigin"), self.asked, bool(self.expected)
        self.page.evaluate(self.rng.choice(["history.back()", "history.forward()", "location.reload()"]))
        self.settle()
        self.page.wait_for_load_state("domcontentloaded")
        if self.page.url == "about:blank" or self.look("performance.timeOrigin") != before:
            assert not had or (self.asked > asked and self.leaves), "left with answers, without a question"
            self.expected = set()
        if self.page.url == "about:blank":
            self.page.goto(self.city.address())

    def change_language(self) -> None:
        if self.is_cut:
            return
        lang = self.rng.choice(LANGUAGES)
        self.page.evaluate("lang => document.querySelector(`[data-do='lang:${lang}']`).click()", lang)
        self.page.wait_for_selector(f"html[lang={lang}]")
        self.page.wait_for_function("() => !document.querySelector('#said').textContent")

    def cut_or_mend(self) -> None:
        self.is_cut = not self.is_cut
        self.context.set_offline(self.is_cut)

    def send(self) -> bool:
        """Go to the end and send; return whether the thanks came. With the line cut the page waits and says so."""
        for _ in range(40):
            if self.page.locator("#send").is_visible():
                break
            self.go_on()
        assert self.ticked == self.expected
        self.page.click("#send")
        if self.is_cut:
            self.page.wait_for_function("() => document.querySelector('#said').textContent.length > 20")
            assert self.ticked == self.expected
            self.cut_or_mend()
        if not self.expected:
            self.page.wait_for_selector("#problems")
            return False
        self.page.wait_for_selector("[data-screen=thanks]")
        self.expected = set()
        return True

    def leave(self) -> None:
        self.page.click(".leave")
        self.page.wait_for_url("https://www.wikipedia.org/")
        self.page.go_back(wait_until="domcontentloaded")
        assert self.page.url == "about:blank"

    def walk(self) -> int:
        """Make the journey; return how many answers it sent."""
        steps: list[Callable[[], None]] = [self.tick, self.tick, self.tick, self.go_on, self.go_on, self.back_button]
        steps += [self.travel, self.travel, self.change_language, self.cut_or_mend]
        for _ in range(STEPS):
            # A browser cannot open the page again on a dead line, so no step leaves it then.
            here = [self.tick, self.go_on, self.back_button, self.cut_or_mend]
            self.rng.choice(here if self.is_cut else steps)()
            self.settle()
            assert self.ticked == self.expected, "an answer is lost"
        assert sum(self.page.evaluate(STORED)) == 0
        ended = self.rng.random() < 0.6 and self.send()
        if self.is_cut:
            self.cut_or_mend()
        if not ended:
            self.leave()
        self.end()
        return int(ended)

    def walk_plainly(self, code: str) -> int:
        """Answer without script, fail to send, send, and come back by every button; return 1.

        The line stays whole: a form that a browser could not send stays in its history, and the page says so before.
        """
        self.page.fill("#code", code[:-1] + ("A" if code[-1] != "A" else "B"))
        for _ in range(self.rng.randrange(1, 5)):
            self.tick()
        self.page.click("#send")
        self.settle()
        assert self.ticked == self.expected, "a wrong code costs no answer"
        self.page.fill("#code", code)
        self.page.click("#send")
        self.page.wait_for_selector("[data-screen=thanks]")
        for _ in range(4):
            getattr(self.page, self.rng.choice(["go_back", "go_forward", "reload"]))(wait_until="domcontentloaded")
            if self.page.url != "about:blank":
                assert self.ticked == set()
                assert code not in self.page.content()
        self.end()
        return 1

    def end(self) -> None:
        self.page.close()


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return tmp_path / "profile"


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def phone(request: pytest.FixtureRequest, profile: Path) -> Iterator[tuple[BrowserContext, bool]]:
    """A browser that keeps a profile folder, as on a phone."""
    require("chromium")
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=CHROMIUM,
            args=FLAGS,
            ignore_default_args=["--disable-back-forward-cache"],
            viewport=PHONE,
            java_script_enabled=request.param,
        )
        context.route("https://www.wikipedia.org/**", lambda route: route.fulfill(body="<h1>Elsewhere</h1>"))
        yield context, bool(request.param)
        context.close()


def test_journeys_lose_no_answer_and_leave_no_trace(
    city: City, phone: tuple[BrowserContext, bool], profile: Path
) -> None:
    context, script = phone
    before, sent, rng = city.kept(), 0, random.Random(18)
    codes = create_codes(city.service.engine, city.service.settings, city.wave, JOURNEYS, "address sample", "north")
    for number, code in enumerate(codes):
        journey = Journey(city, context, random.Random(rng.random() + number), script)
        sent += journey.walk() if script else journey.walk_plainly(code.typed)
    assert city.kept() == before + sent
    context.close()
    assert find_traces(profile, [code.typed for code in codes]) == []


def find_traces(profile: Path, codes: list[str]) -> list[str]:
    """Return the files of the profile that hold an answered form or a code, in either encoding."""
    words = [*codes, "&A1=", "&A2=", "&B1=", "&_number=", "&D1="]
    wanted = [word.encode(encoding) for word in words for encoding in ("utf-8", "utf-16-le")]
    files = [path for path in profile.rglob("*") if path.is_file()]
    assert len(files) > 20
    return [str(path) for path in files if any(word in path.read_bytes() for word in wanted)]
