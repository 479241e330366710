"""A real Chromium in front of a real server on the loopback address, with a line that tests can cut."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from app.web.view_models import LEAVE_TO
from tests.programs import find_chromium, require
from tests.web.service import Service, open_city

CHROMIUM = find_chromium()  # None: Playwright says how to install one
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start Chromium with the back/forward cache, as on a phone, and close it after the module.

    While Playwright runs, no other code of the process can run an event loop.
    """
    require("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS, ignore_default_args=["--disable-back-forward-cache"]
        )
        yield browser
        browser.close()


@dataclass
class City:
    """The real questionnaire on a real port."""

    service: Service
    port: int
    wave: str = "riverside-2026"

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def address(self, lang: str = "en") -> str:
        return f"{self.root}/s/{self.wave}?lang={lang}"

    def kept(self) -> int:
        return self.service.kept()


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with open_city(tmp_path_factory.mktemp("city")) as service, serving(service) as port:
        yield City(service, port)


class serving:  # noqa: N801  (a context manager, read as a word)
    """The service's application on a free port of the loopback address, until the end of the block."""

    def __init__(self, service: Service) -> None:
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        # The client of the fixture has started the ballot box already.
        config = uvicorn.Config(service.app, log_level="error", access_log=False, server_header=False, lifespan="off")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.socket]}, daemon=True)

    def __enter__(self) -> int:
        self.thread.start()
        while not self.server.started:
            time.sleep(0.01)
        port: int = self.socket.getsockname()[1]
        return port

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.thread.join(10)
        self.socket.close()


@dataclass
class Visit:
    """One person's browser window, everything it asked for and everything that went wrong in it."""

    context: BrowserContext
    page: Page
    requests: list[Request] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def tick(self, *ids: str) -> None:
        for each in ids:
            self.page.locator(f'label[for="{each}"]').click()

    def ticked(self) -> set[str]:
        found: list[str] = self.page.eval_on_selector_all("input:checked", "all => all.map(one => one.id)")
        return set(found)

    def screen(self) -> str | None:
        return self.page.locator("body").get_attribute("data-screen")

    @property
    def is_scripted(self) -> bool:
        return self.page.locator("html.js").count() > 0

    def goes_on(self) -> None:
        """One screen on, or the reminder about empty questions."""
        code, page = self.page.locator("#code"), self.page
        has_none = code.is_visible() and not code.input_value() and page.locator("#none").is_visible()
        page.click("#go" if page.locator("#go").is_visible() else "#none" if has_none else "#next")

    def goes_to(self, part: str) -> None:
        """On, and on again where a reminder asks, until the part is shown."""
        for _ in range(60):
            if self.page.locator(f"#{part}").is_visible():
                return
            self.goes_on()
        raise AssertionError(f"{part} was never shown")

    def types_code(self, code: str) -> None:
        if self.is_scripted:
            self.goes_to("your-code")
        self.page.fill("#code", code)

    def sends(self) -> None:
        if self.is_scripted:
            self.goes_to("end")
        self.page.click("#send")


Open = Callable[..., Visit]


@pytest.fixture
def open_window(chromium: Browser) -> Iterator[Open]:
    contexts: list[BrowserContext] = []

    def open_one(address: str, script: bool = True, **options: Any) -> Visit:
        context = chromium.new_context(**({"viewport": PHONE, "java_script_enabled": script} | options))
        contexts.append(context)
        context.route(f"{LEAVE_TO}**", lambda route: route.fulfill(content_type="text/html", body="<h1>Elsewhere</h1>"))
        visit = Visit(context, context.new_page())
        context.on("request", lambda request: visit.requests.append(request))
        visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        visit.page.on("console", lambda message: message.type == "error" and visit.complaints.append(message.text))
        visit.page.goto(address)
        return visit

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def script(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)
