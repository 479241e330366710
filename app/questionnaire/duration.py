"""Estimate how long a survey takes, where no pilot has measured it yet."""

from __future__ import annotations

from math import ceil

from app.questionnaire.definition import Item, Survey

WORDS_PER_MINUTE = 130  # a slow reader; fluent adults read about 240 (Brysbaert 2019)
SECONDS_TO_ANSWER = 4  # decide and touch, for each question


def estimate_minutes(survey: Survey) -> int:
    """Return the minutes of the longest path without a condition, rounded up.

    Each question costs its words at 130 a minute, and four seconds. Answers of a scale are read once in each part. The
    English text counts for every language.
    """
    seconds = 0.0
    for section in survey.sections:
        items = [survey.items[code] for code in section.items if _is_always_asked(survey.items[code])]
        scales = {item.scale: item for item in items if item.scale}
        words = _count(section.title, section.introduction) + sum(_count(item.text, item.note) for item in items)
        words += sum(_count_options(item) for item in [*scales.values(), *(item for item in items if not item.scale)])
        seconds += words * 60 / WORDS_PER_MINUTE + SECONDS_TO_ANSWER * len(items)
    return max(1, ceil(seconds / 60))


def _is_always_asked(item: Item) -> bool:
    return item.show_if is None and item.parent is None


def _count_options(item: Item) -> int:
    return _count(*(option.text for option in item.options))


def _count(*texts: str | None) -> int:
    return sum(len((text or "").split()) for text in texts)
