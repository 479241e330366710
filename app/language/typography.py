"""Find marks of punctuation that a language does not use, by a table of rules."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Placeholders, tags and addresses are no words of the language.
OTHER_TEXT = re.compile(r"\{[^}]*\}|</?\w[^>]*>|https?://\S+|\S+@\S+")
NO_BREAK, NARROW = "\u00a0", "\u202f"
RULES: dict[str, tuple[tuple[re.Pattern[str], str], ...]] = {
    "fr": (
        (re.compile(f"(?<![{NO_BREAK}{NARROW}])[;!?](?!\\w)"), "a no-break space before ; ! and ?"),
        (re.compile(f"(?<![{NO_BREAK}{NARROW}0-9]):(?=\\s|$)"), "a no-break space before a colon"),
        (re.compile('[“”"]'), "the quotation marks « and »"),
    ),
    "zh": (
        (re.compile("[\u4e00-\u9fff][:;,?!]"), "full-width punctuation after a Chinese character"),
        (re.compile("[。，：；？！]\\s"), "no space after full-width punctuation"),
    ),
    "ja": ((re.compile("[。、]\\s"), "no space after 。 and 、"),),
    "ar": ((re.compile("[\u0600-\u06ff][,;?]"), "the Arabic comma, semicolon and question mark"),),
    "fa": (
        (re.compile("[\u0600-\u06ff][,;?]"), "the Persian comma, semicolon and question mark"),
        (re.compile("[يك]"), "the Persian letters ی and ک"),
    ),
    "ur": (
        (re.compile("[\u0600-\u06ff][,;?]"), "the Urdu comma, semicolon and question mark"),
        (re.compile("[يك]"), "the Urdu letters ی and ک"),
        (re.compile("[«»]"), "the quotation marks “ and ”"),
    ),
    "es": ((re.compile("^[^¿]*\\?"), "¿ before a question"),),
    "hi": ((re.compile("[\u0900-\u097f]\\.(?:\\s|$)"), "the sign । at the end of a sentence"),),
    "pa": ((re.compile("[\u0a00-\u0a7f]\\.(?:\\s|$)"), "the sign । at the end of a sentence"),),
    "hy": ((re.compile("[\u0530-\u058f]\\?"), "the Armenian question mark ՞"),),
}


def find_typography_faults(language: str, text: str) -> Iterator[str]:
    """Yield each rule of the language that a translation breaks.

    Examples
    --------
    >>> list(find_typography_faults("es", "Cómo está?"))
    ['expected ¿ before a question']
    >>> list(find_typography_faults("es", "¿Cómo está?"))
    []
    """
    words = OTHER_TEXT.sub("X", text)
    for pattern, wanted in RULES.get(language.split("-")[0], ()):
        if pattern.search(words):
            yield f"expected {wanted}"
