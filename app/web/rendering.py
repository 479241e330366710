"""Render screens with Jinja, words from the catalogs and a content security policy for inline styles and scripts."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import fields
from functools import lru_cache
from typing import Any

from jinja2 import DictLoader, Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.meta import find_referenced_templates, find_undeclared_variables
from jinja2.sandbox import ImmutableSandboxedEnvironment
from starlette.responses import HTMLResponse

from app.language.catalogs import load_catalog
from app.paths import TEMPLATES
from app.services.waves.page_sources import PageSources
from app.services.waves.wave_words import WaveWords
from app.web.headers import content_security_policy
from app.web.script_packing import pack_script
from app.web.view_models import Screen

WORDS = "interface"
AROUND = frozenset({"direction", "mode", "text", "plural", "styles", "scripts"})

log = logging.getLogger(__name__)

RULES: dict[str, Any] = {
    "autoescape": True,
    "undefined": StrictUndefined,
    "trim_blocks": True,
    "lstrip_blocks": True,
}
ENVIRONMENT = Environment(loader=FileSystemLoader(TEMPLATES), **RULES)


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
    if frozen is None or frozen.sources is None or screen.template not in frozen.sources.files:
        return None
    names = frozenset(each.name for each in fields(screen))
    return frozen.sources if can_fill(frozen.sources, screen.template, names) else None


@lru_cache(maxsize=256)
def can_fill(sources: PageSources, template: str, names: frozenset[str]) -> bool:
    """Return whether this version has every value that a frozen template asks for; else its own template is shown."""
    environment, missing = environment_of(sources), set[str]()
    waiting, seen = [template], set[str]()
    while waiting:
        name = waiting.pop()
        tree = environment.parse(sources.files.get(name, ""))
        missing |= find_undeclared_variables(tree) - names - AROUND - set(_list_own_names(tree))
        seen.add(name)
        waiting += [each for each in find_referenced_templates(tree) if each and each not in seen]
    if missing:
        log.error("a frozen page is shown as this version has it: %s asks for %s", template, ", ".join(sorted(missing)))
    return not missing


def _list_own_names(tree: nodes.Template) -> Iterator[str]:
    """Yield the names that a template defines or imports itself; inside of a block they look as if it did not."""
    for node in tree.find_all((nodes.FromImport, nodes.Import, nodes.Macro, nodes.Name)):
        match node:
            case nodes.FromImport():
                yield from (each if isinstance(each, str) else each[1] for each in node.names)
            case nodes.Import():
                yield node.target
            case nodes.Macro() | nodes.Name(ctx="store"):
                yield node.name


@lru_cache(maxsize=64)
def environment_of(sources: PageSources | None) -> Environment:
    """Return the templates that a wave froze, or those of this version."""
    return ImmutableSandboxedEnvironment(loader=DictLoader(sources.files), **RULES) if sources else ENVIRONMENT


def respond(screen: Screen, status: int = 200, domain: str = WORDS, frozen: WaveWords | None = None) -> HTMLResponse:
    headers = {"content-security-policy": policy(screen, frozen=frozen), "content-language": screen.lang}
    return HTMLResponse(render(screen, domain, frozen), status, headers)
