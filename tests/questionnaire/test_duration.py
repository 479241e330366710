"""Minutes of a survey follow from its words and questions, without the conditional ones."""

from __future__ import annotations

import pytest

from app.questionnaire.duration import estimate_minutes
from app.questionnaire.loading import load_survey

SURVEY = """
id: x
version: "1"
title: A title
sections:
  - id: one
    title: One
    items:
{items}
"""
ITEM = "      - {{code: A{n}, text: {text}, kind: single, options: {{1: {word}, 2: other}}{more}}}"


def survey(items: int, words: int, more: str = "") -> str:
    return SURVEY.format(
        items="\n".join(
            ITEM.format(n=n, text=" ".join(["word"] * words), word="word", more=more if n > 1 else "")
            for n in range(1, items + 1)
        )
    )


@pytest.mark.parametrize(("items", "words", "minutes"), [(1, 1, 1), (10, 11, 2), (20, 24, 6)])
def test_minutes_follow_from_words_and_questions(items: int, words: int, minutes: int) -> None:
    seconds = (1 + items * (words + 2)) * 60 / 130 + 4 * items
    assert -(-seconds // 60) == minutes
    assert estimate_minutes(load_survey(survey(items, words))) == minutes


def test_conditional_questions_cost_nothing() -> None:
    assert estimate_minutes(load_survey(survey(20, 24, ", show_if: {equal: {A1: 1}}"))) == 1
