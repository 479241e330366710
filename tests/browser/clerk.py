"""A new operator in front of a real browser: she uses only what pages say, and her clicks and keys are counted."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page

SECONDS_OF_A_KEY = 60 / (40 * 5)  # 40 words a minute, five letters a word
SECONDS_OF_A_CLICK = 2.55  # to think, to point and to press (keystroke-level model: M 1.35, P 1.1, B 0.1)


@dataclass
class Clerk:
    """Presses, types, ticks and uploads by the words of the page, and fails where they are not there."""

    page: Page
    clicks: int = 0
    keys: int = 0
    seen: list[str] = field(default_factory=list)

    @property
    def minutes(self) -> float:
        return (self.clicks * SECONDS_OF_A_CLICK + self.keys * SECONDS_OF_A_KEY) / 60

    @property
    def text(self) -> str:
        return " ".join(self.page.locator("main").inner_text().split())

    def presses(self, words: str) -> None:
        """Press the button or follow the link with these words, which is in sight or one scroll away."""
        place = self._one(self._named(words), words)
        self.clicks += 1
        place.click()
        self.page.wait_for_load_state()
        self.seen.append(self.page.title())

    def downloads(self, words: str, folder: Path) -> Path:
        self.clicks += 1
        with self.page.expect_download(timeout=300_000) as waiting:
            self._one(self._named(words), words).click(timeout=300_000)
        path = folder / waiting.value.suggested_filename
        waiting.value.save_as(path)
        return path

    def types(self, label: str, text: str) -> None:
        """Type into the field; a Tab leads to the next one."""
        place = self._labeled(label)
        self.keys += len(text) + 1
        place.fill(text)

    def ticks(self, *labels: str) -> None:
        for label in labels:
            self.clicks += 1
            self._labeled(label).check()

    def chooses(self, label: str, option: str) -> None:
        self.clicks += 2
        place = self._labeled(label)
        words = [each for each in place.locator("option").all_inner_texts() if option in each]
        assert len(words) == 1, (option, words)
        place.select_option(label=words[0])

    def brings(self, label: str, name: str, content: bytes) -> None:
        """Choose a file of her own: the button of the page, the file, and the button of the dialog."""
        self.clicks += 3
        kind = {"csv": "text/csv", "yaml": "application/yaml", "svg": "image/svg+xml", "png": "image/png"}
        file = {"name": name, "mimeType": kind[name.rpartition(".")[2]], "buffer": content}
        self._labeled(label).set_input_files(file)  # type: ignore[arg-type]

    def reads(self, *words: str) -> None:
        for each in words:
            assert each in self.text, f"{each!r} is not on {self.page.url}: {self.text}"

    def _named(self, words: str) -> Locator:
        button, _, about = words.partition(": ")
        rest = rf":\s*{re.escape(about)}$" if about else "(:.*)?$"
        exact = re.compile(rf"^{re.escape(button)}\s*{rest}")
        return self.page.get_by_role("button", name=exact).or_(self.page.get_by_role("link", name=exact))

    def _labeled(self, label: str) -> Locator:
        found = self.page.get_by_label(re.compile(rf"^\s*{re.escape(label)}"))
        return self._one(found, label)

    def _one(self, found: Locator, words: str) -> Locator:
        shown = [each for each in found.all() if each.is_visible()]
        assert shown, f"nothing on {self.page.url} says {words!r}: {self.text}"
        return shown[0]
