"""Choose a page's language: the requested one, else the browser's preference, else English, else the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.language.languages import LANGUAGES, find_language, get_language
from app.services.waves.open_waves import OpenWave
from app.web.view_models import LanguageLink, Named


def choose_language(asked: str | None, accepted: str, offered: Sequence[str]) -> str:
    if asked and asked in offered:
        return asked
    for wanted in (asked or "", *read_accepted(accepted)):
        language = find_language(wanted) if wanted else None
        if language and language.code in offered:
            return language.code
    return "en" if "en" in offered else offered[0]


def read_accepted(header: str) -> list[str]:
    """List the languages of an Accept-Language header, the most wanted first; skip invalid parts."""
    weighed = []
    for part in header[:500].split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        if tag and tag != "*" and weight > 0:
            weighed.append((weight, tag.strip()))
    return [tag for _, tag in sorted(weighed, key=lambda pair: -pair[0])]


def list_language_links(codes: Sequence[str] = tuple(LANGUAGES)) -> tuple[LanguageLink, ...]:
    languages = (get_language(code) for code in codes)
    return tuple(LanguageLink(each.code, each.own_name, each.direction) for each in languages)


def list_languages_of(wave: OpenWave) -> tuple[LanguageLink, ...]:
    """List the languages of a survey round under the names that they had when it opened."""
    found = (wave.words_in(code) for code in wave.languages)
    return tuple(LanguageLink(each.language, each.own_name, each.direction) for each in found)


def choose_name(names: Mapping[str, str], lang: str) -> Named:
    """Return the name in the page's language, else in English, else in any, with its language."""
    for wanted in (lang, "en"):
        if wanted in names:
            return Named(names[wanted], wanted)
    return next(Named(name, code) for code, name in names.items())
