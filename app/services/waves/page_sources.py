"""Read the templates, styles and scripts of residents' pages and letters, as a wave freezes them when it opens."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from app.paths import TEMPLATES

# The pages of residents alone: staff at a help point read their own pages as each version has them.
PAGES = (
    "layout.html", "resident.html", "survey.html", "facts.html", "language_links.html", "start_again.html",
    "agencies.html", "thanks.html", "paper.html", "refused.html", "site.css", "public.css", "survey.css", "paper.css",
    "leave.js", "seal.js", "token.js", "survey.js", "handover.js", "kiosk.js",
)  # fmt: skip
QUESTIONS = "questions"
LETTERS = "letters.html"


@dataclass(frozen=True, eq=False)
class PageSources:
    """Hold the sources by name. Equal ones are one object, so that waves can be compared."""

    files: Mapping[str, str] = field(repr=False)

    @cached_property
    def digest(self) -> str:
        """Return a fingerprint of all sources."""
        return hashlib.sha256(json.dumps(self.files, sort_keys=True).encode()).hexdigest()


@lru_cache(maxsize=64)
def _one_of(packed: str) -> PageSources:
    return PageSources(json.loads(packed))


def to_sources(files: Mapping[str, str]) -> PageSources:
    return _one_of(json.dumps(dict(files), sort_keys=True))


def read_sources(folder: Path = TEMPLATES, letters: Path = Path(__file__).parent) -> PageSources:
    """Return the sources as this version has them."""
    names = [*PAGES, *(f"{QUESTIONS}/{path.name}" for path in sorted((folder / QUESTIONS).glob("*.html")))]
    files = {name: (folder / name).read_text("utf-8") for name in names}
    return to_sources(files | {LETTERS: (letters / LETTERS).read_text("utf-8")})
