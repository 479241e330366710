"""Shorten texts to the limit of a format, between visible letters and with an ellipsis."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

ELLIPSIS = "…"
JOINER = "\u200d"
STACKING = "\u17d2"  # Khmer coeng: the next consonant hangs below this one
VIRAMA = 9  # the combining class of signs that join two consonants

Length = Callable[[str], int]


def letters(text: str) -> int:
    return len(text)


def utf8_bytes(text: str) -> int:
    return len(text.encode())


def shorten(text: str, most: int, length: Length = letters) -> str:
    """Return the text if it fits, else as many complete graphemes as fit before an ellipsis.

    >>> shorten("Do you trust them?", 10), shorten("naïve", 5)
    ('Do you tr…', 'naïve')
    """
    text = " ".join(text.split())
    if length(text) <= most:
        return text
    end = _longest(text, most - length(ELLIPSIS), length)
    while end > 0 and not _is_border(text, end):
        end -= 1
    return text[:end].rstrip() + ELLIPSIS


def _longest(text: str, most: int, length: Length) -> int:
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if length(text[:middle]) <= most else (low, middle - 1)
    return low


def _is_border(text: str, position: int) -> bool:
    before, after = text[position - 1], text[position : position + 1]
    joined = before in (JOINER, STACKING) or unicodedata.combining(before) == VIRAMA
    return not joined and (not after or not (unicodedata.category(after).startswith("M") or after == JOINER))
