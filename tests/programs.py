"""Name the programs that some tests need, where each is found, and how a person gets it.

`require("pspp")` skips a test where PSPP is missing; the end of the run then says how many tests did not run and what
to install. With TESTS_NEED_ALL set, as `.ci/run` does, a missing program fails the test.
`python -m tests.programs` prints the Debian packages of all that is missing.
"""

from __future__ import annotations

import glob
import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import pytest

from tests.drills import IN_FULL

NEED_ALL = "TESTS_NEED_ALL"
SKIPPED = "needs "  # how the reason of such a skip begins
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
PLAYWRIGHT = ("~/.cache/ms-playwright", "~/Library/Caches/ms-playwright", "~/AppData/Local/ms-playwright")
INSIDE = ("chrome-*/chrome", "chrome-mac*/*.app/Contents/MacOS/*", "chrome-win*/chrome.exe")
LETTERS = ("NotoSansMath-Regular", "NotoSansCJK-Regular", "NotoSansArabic-Regular", "NotoSansKhmer-Regular")


@cache
def find_chromium() -> str | None:
    """The browser of COMMONTRUST_CHROMIUM, of the system, or the one that Playwright installed."""
    named = os.environ.get("COMMONTRUST_CHROMIUM")
    installed = filter(None, (named, *map(shutil.which, BROWSERS), *filter(os.path.exists, APPLICATIONS)))
    return next(installed, None) or next(_of_playwright(), None)


def _of_playwright() -> Iterable[str]:
    folders = (os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or "", *map(os.path.expanduser, PLAYWRIGHT))
    for folder in filter(os.path.isdir, folders):
        for inside in INSIDE:
            yield from sorted(glob.glob(f"{folder}/chromium-*/{inside}"), reverse=True)


@cache
def has_fonts() -> bool:
    from app.services.pdf.fonts import FONT_FOLDERS

    found = {path.stem for folder in FONT_FOLDERS for path in folder.rglob("NotoSans*")}
    return all(name in found for name in LETTERS)


@cache
def has_r_package(name: str) -> bool:
    if not shutil.which("Rscript"):
        return False
    return (
        subprocess.run(
            ["Rscript", "--vanilla", "-e", f"invisible(find.package('{name}'))"], capture_output=True
        ).returncode
        == 0
    )


@dataclass(frozen=True)
class Program:
    """Hold a program's title, whether it is installed, its Debian packages, and the way without them."""

    title: str
    is_here: Callable[[], bool]
    packages: tuple[str, ...]
    otherwise: str


PROGRAMS: Mapping[str, Program] = {
    "chromium": Program(
        "Chromium or Chrome",
        lambda: find_chromium() is not None,
        ("chromium",),
        "python -m playwright install chromium",
    ),
    "fonts": Program(
        "the Noto fonts", has_fonts, ("fonts-noto-core", "fonts-noto-cjk"), "copy them into ~/.local/share/fonts"
    ),
    "poppler": Program("pdftotext", lambda: _has("pdftotext", "pdfinfo"), ("poppler-utils",), "brew install poppler"),
    "pspp": Program("PSPP", lambda: _has("pspp"), ("pspp",), "brew install pspp"),
    "haven": Program(
        "R with its package haven", lambda: has_r_package("haven"), ("r-cran-haven",), "install.packages('haven') in R"
    ),
    "jsonlite": Program(
        "R with its package jsonlite",
        lambda: has_r_package("jsonlite"),
        ("r-cran-jsonlite",),
        "install.packages('jsonlite') in R",
    ),
    "node": Program("Node.js 18 or newer", lambda: _has("node"), ("nodejs",), "brew install node"),
    "curl": Program("curl", lambda: _has("curl"), ("curl",), "brew install curl"),
    "survey": Program(
        "R with its package survey",
        lambda: has_r_package("survey"),
        ("r-cran-survey",),
        "install.packages('survey') in R",
    ),
    "sha256sum": Program("sha256sum", lambda: _has("sha256sum"), ("coreutils",), "brew install coreutils"),
    # A large package, which only `make drills` needs.
    "soffice": Program(
        "LibreOffice",
        lambda: not IN_FULL or _has("soffice"),
        ("libreoffice-calc-nogui", "libreoffice-impress-nogui"),
        "brew install --cask libreoffice",
    ),
    "root": Program("root on Linux, to mount a small disk", lambda: os.geteuid() == 0 and _has("mount"), (), "sudo"),
}


def _has(*names: str) -> bool:
    return all(map(shutil.which, names))


def require(*names: str) -> None:
    """Skip the test that calls this where a program is missing, or fail it where all of them are expected."""
    for name in names:
        if not PROGRAMS[name].is_here():
            refuse = pytest.fail if os.environ.get(NEED_ALL) else pytest.skip
            refuse(f"{SKIPPED}{name}")


def describe_skipped(reasons: Iterable[str]) -> list[str]:
    """One line for each missing program: how many tests did not run, and how to get it."""
    named = (name for reason in reasons for name in re.findall(rf"{SKIPPED}(\w+)", reason))
    counts = Counter(name for name in named if name in PROGRAMS)
    return [f"not run: {counts[name]} tests that need {_how_to_get(PROGRAMS[name])}" for name in sorted(counts)]


def _how_to_get(program: Program) -> str:
    with_apt = f"apt-get install {' '.join(program.packages)}, or " if program.packages else ""
    return f"{program.title} ({with_apt}{program.otherwise})"


def missing_packages() -> list[str]:
    return [package for each in PROGRAMS.values() if not each.is_here() for package in each.packages]


if __name__ == "__main__":
    print(*missing_packages())
