"""Fill the examples of `/api/docs`: the same request from a shell, Python, R and JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.web.view_models import ApiExample

FOLDER = Path(__file__).with_name("examples")
LANGUAGES = {"sh": "curl", "py": "Python", "R": "R", "js": "JavaScript"}
KEY, COMMUNITY, WAVE = "ct_live_…", "river-city", "river-city-2026"


def list_examples(base: str, key: str = KEY, community: str = COMMUNITY, wave: str = WAVE) -> Iterator[ApiExample]:
    """Yield an example for each language, with the address of this service; a key is never filled in on the page."""
    values = {"base": base, "key": key, "community": community, "wave": wave}
    for ending, name in LANGUAGES.items():
        code = (FOLDER / f"reports.{ending}.jinja").read_text("utf-8")
        for word, value in values.items():
            code = code.replace(f"{{{{ {word} }}}}", value)
        yield ApiExample(ending, name, code)
