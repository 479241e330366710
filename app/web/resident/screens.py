"""Split the questions of a part into screens that no phone has to scroll far: at most five questions, and a height."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

from app.web.resident.scale_layout import SPACE, measure_text
from app.web.view_models import SurveyQuestion

MOST_QUESTIONS = 5
HIGHEST = 1650  # pixels at a width of 360; with heading, help line and buttons a screen stays under 2,200
LINE = 27
LINE_WIDTH = 20.0  # em of a line of text
LABEL_WIDTH = 16.5
APART_WIDTH = 7.0
CELL, ROW = 44, 92
FRAME = 50  # borders and distances of a question
ON_PHONES = ("from-s", "from-m")


def split_into_screens(questions: Iterable[SurveyQuestion]) -> tuple[tuple[SurveyQuestion, ...], ...]:
    """Return the questions in their order, each screen as full as it may be."""
    screens: list[list[SurveyQuestion]] = []
    room = 0
    for question in questions:
        height = estimate_height(question)
        if not screens or height > room or len(screens[-1]) == MOST_QUESTIONS:
            screens.append([])
            room = HIGHEST
        screens[-1].append(question)
        room -= height
    return tuple(map(tuple, screens))


def estimate_height(question: SurveyQuestion) -> int:
    """Return the estimated height of a question in pixels, at a width of 360."""
    head = FRAME + LINE * (_lines(question.words, LINE_WIDTH) + _lines(question.hint or "", LINE_WIDTH))
    if question.input == "select":
        return head + 3 * LINE * len(question.items)
    labels = sum(LINE * _lines(item.label, LINE_WIDTH) + FRAME for item in question.items if item.label)
    return head + labels + len(question.items) * _height_of_answers(question)


def _height_of_answers(question: SurveyQuestion) -> int:
    scale = [choice.words for choice in question.choices if not choice.apart]
    apart = [choice.words for choice in question.choices if choice.apart]
    isolated = max((CELL + LINE * (_lines(text, APART_WIDTH) - 2) for text in apart), default=0)
    if any(name in ON_PHONES for name in question.layout.split()):
        return ROW + (LINE if question.ends else 0) + max(isolated, CELL if apart else 0)
    return sum(max(CELL, 12 + LINE * _lines(text, LABEL_WIDTH)) for text in scale) + max(isolated, CELL if apart else 0)


def _lines(text: str, width: float) -> int:
    return ceil((measure_text(text) + SPACE) / width) if text else 0
