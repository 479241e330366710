"""How the pages at `/data` speak: the catalogue `data`, with sizes and names of formats."""

from __future__ import annotations

from app.language import formats
from app.language.catalogues import Catalogue, load_catalogue
from app.language.languages import LANGUAGES, SOURCE

DOMAIN = "data"
KILO = 1000


def speak(lang: str) -> Catalogue:
    return load_catalogue(lang, DOMAIN)


def spoken() -> tuple[str, ...]:
    """The languages that these pages have."""
    return tuple(lang for lang in LANGUAGES if lang == SOURCE or speak(lang).messages)


def tell_size(size: int, lang: str) -> str:
    """A file's size as people say it."""
    text = speak(lang).text
    if size < KILO * KILO:
        return text("{number} kB", number=formats.number(max(size / KILO, 0.1), lang, 0 if size >= 10 * KILO else 1))
    return text("{number} MB", number=formats.number(size / KILO / KILO, lang, 1))
