"""Render screens with Jinja, words from the catalogs and a content security policy for inline styles and scripts."""

from __future__ import annotations

from dataclasses import fields
from functools import lru_cache
from typing import Any

from jinja2 import DictLoader, Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from app.language.catalogs import load_catalog
from app.paths import TEMPLATES
from app.services.waves.page_sources import PageSources
from app.services.waves.wave_words import WaveWords
from app.web.headers import content_security_policy
from app.web.script_packing import pack_script
from app.web.view_models import Screen

WORDS = "interface"

ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@lru_cache(maxsize=256)
def load_asset(name: str, sources: PageSources | None = None) -> str:
    """Load a style or script without indentation, empty lines and comment lines, and a script with short names."""
    frozen = sources.files.get(name) if sources else None
    text = (TEMPLATES / name).read_text("utf-8") if frozen is None else frozen
    lines = (line.strip() for line in text.splitlines())
    kept = "\n".join(line for line in lines if line and not line.startswith(("//", "/*")))
    return pack_script(kept) if name.endswith(".js") else kept


def render(screen: Screen, domain: str = WORDS, frozen: WaveWords | None = None) -> str:
    """Render a screen with the words of a catalog, or with those of a survey round as they were frozen."""
    words = frozen.catalogs[domain] if frozen else load_catalog(screen.lang, domain)
    sources = sources_of(screen, frozen)
    shown: dict[str, Any] = {each.name: getattr(screen, each.name) for each in fields(screen)}
    return (
        environment_of(sources)
        .get_template(screen.template)
        .render(
            shown,
            direction=frozen.direction if frozen else screen.direction,
            mode=screen.mode,
            text=words.text,
            plural=words.plural,
            styles=[load_asset(name, sources) for name in screen.styles],
            scripts=[load_asset(name, sources) for name in screen.scripts],
        )
    )


def policy(screen: Screen, *more_styles: str, frozen: WaveWords | None = None) -> str:
    """Return a screen's content security policy: exactly its own styles and scripts, by their hashes."""
    sources = sources_of(screen, frozen)
    styles = [load_asset(name, sources) for name in screen.styles] + [style for style in more_styles if style]
    return content_security_policy(styles, [load_asset(name, sources) for name in screen.scripts])


def sources_of(screen: Screen, frozen: WaveWords | None) -> PageSources | None:
    """Return the sources that a wave froze, where they have the template of a screen; None for those of now."""
    return frozen.sources if frozen and frozen.sources and screen.template in frozen.sources.files else None


@lru_cache(maxsize=64)
def environment_of(sources: PageSources | None) -> Environment:
    """Return the templates that a wave froze, or those of this version."""
    return ENVIRONMENT.overlay(loader=DictLoader(sources.files)) if sources else ENVIRONMENT


def respond(screen: Screen, status: int = 200, domain: str = WORDS) -> HTMLResponse:
    headers = {"content-security-policy": policy(screen), "content-language": screen.lang}
    return HTMLResponse(render(screen, domain), status, headers)
