"""Suggest translations: the same or nearly the same sentence elsewhere, and the terms in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from app.language.catalogs import MessageCatalog, load_catalog
from app.services.translations.own_words import bank_catalogs

NEAR = 0.75  # share of letters in common
MOST = 4
LONGEST_TERM, SHORTEST_TERM = 3, 4  # words, letters


@dataclass(frozen=True)
class Suggestion:
    """Hold a translation from elsewhere: its English, where it stands, and whether the English is the same."""

    text: str
    translation: str
    place: str
    is_same: bool


@dataclass(frozen=True)
class Term:
    text: str
    translation: str


def _catalogs(language: str) -> list[MessageCatalog]:
    return [load_catalog(language, domain) for domain in (*bank_catalogs(), "interface")]


def _lines(language: str) -> Iterator[tuple[str, str, str]]:
    """Yield the English, the translation and the place of each sentence of the catalogs."""
    for catalog in _catalogs(language):
        for (context, text), forms in catalog.messages.items():
            yield text, forms[0], f"{catalog.domain} {context or ''}".strip()


def find_suggestions(language: str, text: str, context: str) -> list[Suggestion]:
    """Return the translations of the same sentence, then of sentences like it, each translation once."""
    found: dict[str, tuple[float, Suggestion]] = {}
    matcher = SequenceMatcher(b=text)
    for source, translation, place in _lines(language):
        likeness = 1.0 if source == text else _likeness(matcher, source)
        if likeness >= NEAR and likeness > found.get(translation, (0.0, None))[0]:
            found[translation] = likeness, Suggestion(source, translation, place, source == text)
    ordered = sorted(found.values(), key=lambda pair: -pair[0])
    return [each for _, each in ordered[:MOST]]


def _likeness(matcher: SequenceMatcher[str], source: str) -> float:
    matcher.set_seq1(source)
    if matcher.real_quick_ratio() < NEAR or matcher.quick_ratio() < NEAR:
        return 0.0
    return matcher.ratio()


def find_terms(language: str, text: str) -> list[Term]:
    """Return the short sentences of the catalogs that stand in a sentence, such as names of services and answers.

    The longest come first, and a term inside a longer one is left out.
    """
    lowered = text.lower()
    found: dict[str, Term] = {}
    for source, translation, _ in _lines(language):
        if _is_term(source) and source.lower() != lowered and _stands_in(source.lower(), lowered):
            found.setdefault(source.lower(), Term(source, translation))
    names = sorted(found, key=len, reverse=True)
    kept = [name for place, name in enumerate(names) if not any(name in longer for longer in names[:place])]
    return [found[name] for name in kept[: 2 * MOST]]


def _is_term(source: str) -> bool:
    return len(source.split()) <= LONGEST_TERM and len(source) >= SHORTEST_TERM and source.replace(" ", "").isalpha()


def _stands_in(term: str, text: str) -> bool:
    return re.search(rf"\b{re.escape(term)}\b", text) is not None
