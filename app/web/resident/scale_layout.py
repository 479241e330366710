"""Decide, when a page is compiled, from which width the answers of a scale stand in one row; below it they are a list.

A row needs room for the longest word of its answers in one column, because no word may break. Widths are estimated
from Unicode properties, on the wide side: fonts differ from phone to phone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

# Widths of a question in rem, each with its class in survey.css: the narrowest phone in use (320 pixels), most phones
# (360 pixels), and tablets.
STEPS = ((16.5, "from-s"), (20.9, "from-m"), (34.0, "from-l"))
LONGEST_ROW = 11
MOST_WORDS = 5
WORD_SIZE, NUMBER_SIZE = 0.8125, 1.0625  # rem, the letters of a label
SPACE = 0.27  # em
MARGIN = 0.2  # rem, the border and padding of a cell
NARROW, WIDE = set("fijlrtI.,:;'’|()[]!"), set("mwMWжшщюыфмЖШЩЮЫФМ%@")
SCRIPT_WIDTHS = (
    (0x0530, 0x058F, 0.68),  # Armenian
    (0x0400, 0x052F, 0.66),  # Cyrillic
    (0x0600, 0x077F, 0.62),  # Arabic
    (0x0900, 0x0D7F, 0.72),  # scripts of India
    (0x0E00, 0x0EFF, 0.66),  # Thai and Lao
    (0x1780, 0x17FF, 0.78),  # Khmer
)
BREAKS = re.compile("[\\s\u200b]+")


def lay_out_scale(texts: Sequence[str]) -> str:
    """Return the classes of a row of these answers, or nothing where they are a list at every width.

    >>> lay_out_scale([str(n) for n in range(11)]), lay_out_scale(["Yes", "No"])
    ('c11 from-s', 'c2 words from-s')
    >>> lay_out_scale(["Never", "Rarely", "Sometimes", "Often", "Always"])
    'c5 words from-l'
    """
    number = len(texts)
    are_numbers = all(text.isdigit() for text in texts)
    if not 2 <= number <= (LONGEST_ROW if has_numbers(texts) else MOST_WORDS):
        return ""
    size = NUMBER_SIZE if are_numbers else WORD_SIZE
    widest = max(measure(word) for text in texts for word in BREAKS.split(text)) * size + MARGIN
    needed = next((name for room, name in STEPS if widest * number <= room), "")
    return " ".join([f"c{number}", *([] if are_numbers else ["words"]), needed]) if needed else ""


def has_numbers(texts: Sequence[str]) -> bool:
    """Return whether the answers are bare numbers; the last may say "10 or more"."""
    return all(text.isdigit() for text in texts[:-1])


def measure(word: str) -> float:
    """Return the estimated width of the widest part of a word that never breaks, in em.

    Chinese and Japanese break after any letter; two stay together, because some signs begin or end no line.

    >>> round(measure("Never"), 2), measure("总是如此")
    (2.94, 2.0)
    """
    widths = [_width(letter) for letter in word]
    if any(unicodedata.east_asian_width(letter) == "W" and not _is_hangul(letter) for letter in word):
        return min(2.0, sum(widths))
    return sum(widths)


def measure_text(text: str) -> float:
    """Return the estimated width of a text in one line, in em."""
    return sum(SPACE if letter.isspace() else _width(letter) for letter in text)


def _width(letter: str) -> float:
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(letter) in ("W", "F"):
        return 1.0
    if letter in WIDE:
        return 0.95
    if letter in NARROW:
        return 0.4
    if letter.isdigit():
        return 0.58
    point = ord(letter)
    script = next((width for first, last, width in SCRIPT_WIDTHS if first <= point <= last), 0.61)
    return script + 0.1 if letter.isupper() else script


def _is_hangul(letter: str) -> bool:
    return "HANGUL" in unicodedata.name(letter, "")
