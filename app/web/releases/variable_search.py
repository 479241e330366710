"""Search the variables of all releases by name and label, and count what was found in each release."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from app.language import formats
from app.services.releases.publish import FrozenRelease
from app.web.locale import choose_language
from app.web.releases.phrasing import catalog_for
from app.web.view_models import Link

MOST_FOUND = 300  # rows of a page
LONGEST_SEARCH = 100  # characters


@dataclass(frozen=True)
class FoundVariable:
    """A variable with the releases that hold it under this name and label."""

    name: str
    words: str
    releases: tuple[Link, ...]


@dataclass(frozen=True)
class SearchFacet:
    """A release with the number of variables found in it."""

    name: str
    words: str
    count: str
    chosen: bool


def find_variables(
    releases: Sequence[FrozenRelease], asked: str, chosen: str, lang: str
) -> tuple[tuple[FoundVariable, ...], tuple[SearchFacet, ...]]:
    """Return the variables that hold every asked word, of one release or of all, and the number in each release."""
    words = fold(asked[:LONGEST_SEARCH]).split()
    found: dict[tuple[str, str], list[FrozenRelease]] = {}
    counts = dict.fromkeys((each.name for each in releases), 0)
    for release in releases:
        for name, label in _variables(release, lang):
            if all(word in fold(f"{name} {label}") for word in words):
                counts[release.name] += 1
                if chosen in ("", release.name):
                    found.setdefault((name, label), []).append(release)
    lines = tuple(
        FoundVariable(name, label, tuple(_link(each, lang) for each in holders))
        for (name, label), holders in list(found.items())[:MOST_FOUND]
    )
    facets = (
        SearchFacet(each.name, _title(each, lang), formats.number(counts[each.name], lang), each.name == chosen)
        for each in releases
    )
    return lines, tuple(facets)


def fold(text: str) -> str:
    """Return a text without accents and capitals, so that a search finds both.

    >>> fold("Río SÍ")
    'rio si'
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _variables(release: FrozenRelease, lang: str) -> Iterator[tuple[str, str]]:
    own = choose_language(lang, "", release.languages)
    yield from ((each["name"], each["label"][own]) for each in release.about["variables"])


def _link(release: FrozenRelease, lang: str) -> Link:
    own = choose_language(lang, "", release.languages)
    return Link(f"/data/{release.name}?lang={own}", _title(release, lang))


def _title(release: FrozenRelease, lang: str) -> str:
    first, last = map(date.fromisoformat, release.about["fielded"])
    return catalog_for(lang).text("Answers from {dates}", dates=formats.date_range(first, last, lang))
