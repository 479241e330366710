"""Sentences of the pages at `/data`, with file sizes."""

from __future__ import annotations

from app.language import formats
from app.services.releases.package.words import catalog_for as catalog_for
from app.services.releases.package.words import complete_languages as complete_languages

KILO = 1000


def format_size(size: int, lang: str) -> str:
    """Format a file's size for people."""
    text = catalog_for(lang).text
    if size < KILO * KILO:
        return text("{number} kB", number=formats.number(max(size / KILO, 0.1), lang, 0 if size >= 10 * KILO else 1))
    return text("{number} MB", number=formats.number(size / KILO / KILO, lang, 1))
