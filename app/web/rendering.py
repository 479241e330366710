"""Screens become pages: one Jinja environment, the words from the catalogs, the policy from what stands inline."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from app.language.catalogs import load_catalog
from app.web.headers import content_security_policy
from app.web.view_models import Screen

TEMPLATES = Path(__file__).parent / "templates"
WORDS = "interface"

ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@cache
def load_asset(name: str) -> str:
    """A style or script as it goes into a page: without indentation, empty lines and comments that fill a line."""
    lines = (line.strip() for line in (TEMPLATES / name).read_text("utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("//", "/*")))


def render(screen: Screen, domain: str = WORDS) -> str:
    """The page of a screen, with the words of a catalog."""
    words = load_catalog(screen.lang, domain)
    shown: dict[str, Any] = {each.name: getattr(screen, each.name) for each in fields(screen)}
    return ENVIRONMENT.get_template(screen.template).render(
        shown,
        direction=screen.direction,
        mode=screen.mode,
        text=words.text,
        plural=words.plural,
        styles=[load_asset(name) for name in screen.styles],
        scripts=[load_asset(name) for name in screen.scripts],
    )


def policy(screen: Screen, *more_styles: str) -> str:
    """The content security policy of a screen: exactly its own styles and scripts, by their hashes."""
    styles = [load_asset(name) for name in screen.styles] + [style for style in more_styles if style]
    return content_security_policy(styles, [load_asset(name) for name in screen.scripts])


def respond(screen: Screen, status: int = 200, domain: str = WORDS) -> HTMLResponse:
    headers = {"content-security-policy": policy(screen), "content-language": screen.lang}
    return HTMLResponse(render(screen, domain), status, headers)
