"""Keep telephone numbers and codes in their order within text of languages that are written from right to left."""

from __future__ import annotations

import re

from app.language.languages import ALL_LANGUAGES

# Digits in groups, such as 555 0100, (555) 0100, +44 20 7946 0000 or 24/7, and the signs of a call code: *123#.
DIGIT_GROUPS = re.compile(r"[+*#(]*\d+(?:(?:\) ?| \(|[ \u00a0\u202f.\-\u2010-\u2013/*])\d+)*[#*]?")
LEFT_TO_RIGHT, END = "\u2066", "\u2069"


def isolate_numbers(text: str, language: str) -> str:
    """Return the text with its groups of digits isolated from left to right, unchanged in other languages.

    Without it, a page in Arabic shows `555 0100` as `0100 555` (Unicode Bidirectional Algorithm, UAX 9).

    >>> isolate_numbers("Call 555 0100", "en")
    'Call 555 0100'
    >>> isolate_numbers("555 0100", "ar") == LEFT_TO_RIGHT + "555 0100" + END
    True
    >>> isolate_numbers("211", "ar")
    '211'
    """
    if ALL_LANGUAGES[language].direction != "rtl":
        return text
    return DIGIT_GROUPS.sub(_isolate, text)


def _isolate(found: re.Match[str]) -> str:
    group = found[0]
    return group if group.isdigit() else f"{LEFT_TO_RIGHT}{group}{END}"
