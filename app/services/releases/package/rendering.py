"""Render the pages of a package. Each includes its style and loads nothing else."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.language.languages import get_language
from app.services.releases.package.words import catalog_for

FOLDER = Path(__file__).parent


def render_page(template: str, lang: str, title: str, **shown: Any) -> bytes:
    """Return a page in one language."""
    page = _environment(True).get_template(f"pages/{template}")
    style = (FOLDER / "pages" / "package.css").read_text("utf-8")
    return page.render(
        shown, lang=lang, direction=get_language(lang).direction, title=title, style=style, text=catalog_for(lang).text
    ).encode()


def render_text(template: str, **shown: Any) -> bytes:
    """Return a plain text, such as a script."""
    return _environment(False).get_template(template).render(shown).encode()


@cache
def _environment(escaped: bool) -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=escaped,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
