"""How long until the first question can be answered on a bad line and a slow phone, in every language.

400 kbit/s, a round trip of 400 ms, a processor six times slower than this one; nothing in the browser's memory. The
clock runs from the tap on the link to the frame in which the first question stands.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from app.language.languages import LANGUAGES
from tests.browser.conftest import CHROMIUM, FLAGS, PHONE, serving
from tests.walk.switching import open_world

LIMIT_MS = 2000
LINE = {"offline": False, "latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
SLOWER = 6
# The second frame after the question is shown is one that was drawn with it.
WATCH = """addEventListener("DOMContentLoaded", () => setTimeout(() => {
  document.querySelector("#next").click();
  requestAnimationFrame(() => requestAnimationFrame(() => {
    window.seenAfter = document.querySelector("#q-A1").checkVisibility() ? performance.now() : Infinity;
  }));
}));"""

SEEN = """() => new Promise(done => {
  const look = () => window.seenAfter ? done(window.seenAfter) : setTimeout(look, 50);
  look();
})"""


def run(tries: int = 3) -> int:
    """Print the best and the worst time of a few runs, and return the number of languages over the limit."""
    over = 0
    with (
        tempfile.TemporaryDirectory() as folder,
        open_world(Path(folder)) as service,
        serving(service) as port,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        print(f"\nfirst question visible, 400 kbit/s, 400 ms round trip, {SLOWER}x slower processor, in ms")
        print(f"{'language':<12}{'best':>8}{'worst':>8}{'limit':>8}")
        for language in LANGUAGES:
            address = f"http://127.0.0.1:{port}{service.address}?lang={language}"
            times = sorted(measure(browser, address) for _ in range(tries))
            over += times[0] > LIMIT_MS
            print(f"{language:<12}{times[0]:>8.0f}{times[-1]:>8.0f}{LIMIT_MS:>8}", flush=True)
        browser.close()
    return over


def measure(browser: Browser, address: str) -> float:
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", LINE)
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.add_init_script(WATCH)
    page.goto(address)
    seen: float = page.evaluate(SEEN)
    context.close()
    return seen


if __name__ == "__main__":
    sys.exit(1 if run() else 0)
