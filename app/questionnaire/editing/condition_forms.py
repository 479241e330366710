"""Conditions that a form can hold: all or any of some lines “question – is or is not – answer”."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.questionnaire.definition import Item, Survey

IS, IS_NOT = "is", "is not"
ALL, ANY = "all", "any"
MOST_LINES = 8
KEPT = "keep"  # the condition as the file writes it


@dataclass(frozen=True)
class ConditionLine:
    """One line: the code of an item, whether it has the answer, and the code of the answer."""

    item: str
    verb: str
    answer: int


@dataclass(frozen=True)
class ChosenCondition:
    """Hold a condition as a form shows it; without lines everyone is asked."""

    join: str = ALL
    lines: tuple[ConditionLine, ...] = ()


def write_condition(survey: Survey, chosen: ChosenCondition) -> dict[str, Any] | None:
    """Return the condition as a survey file writes it, or None where everyone is asked."""
    rules = [_write_line(survey.items.get(line.item), line) for line in chosen.lines]
    if len(rules) <= 1:
        return rules[0] if rules else None
    return {chosen.join: rules}


def _write_line(item: Item | None, line: ConditionLine) -> dict[str, Any]:
    if item is not None and item.kind.takes_several:
        rule: dict[str, Any] = {"any_in": {line.item: [line.answer]}}
        return rule if line.verb == IS else {"not": rule}
    return {"equal" if line.verb == IS else "not_equal": {line.item: line.answer}}


def read_condition(written: Any) -> ChosenCondition | None:
    """Return a condition of a survey file as lines, or None where it says more than lines can.

    >>> read_condition({"in": {"D6": [3, 4]}}).join
    'any'
    >>> read_condition({"more": {"A1": 4}}) is None
    True
    """
    if written is None:
        return ChosenCondition()
    word, value = next(iter(written.items()))
    if word not in (ALL, ANY):
        return _read_one(written)
    found = [_read_one(each) for each in value]
    parts = [each for each in found if each is not None and (len(each.lines) == 1 or each.join == word)]
    if len(parts) < len(found) or sum(len(each.lines) for each in parts) > MOST_LINES:
        return None
    return ChosenCondition(word, tuple(line for each in parts for line in each.lines))


def _read_one(written: Any) -> ChosenCondition | None:
    word, value = next(iter(written.items()))
    if word == "not" and isinstance(value, dict) and list(value) == ["any_in"]:
        return _lines(value["any_in"], IS_NOT, ALL)
    if word in ("equal", "not_equal"):
        code, answer = next(iter(value.items()))
        return ChosenCondition(ALL, (ConditionLine(code, IS if word == "equal" else IS_NOT, int(answer)),))
    return _lines(value, IS, ANY) if word in ("in", "any_in") else None


def _lines(value: Any, verb: str, join: str) -> ChosenCondition | None:
    code, answers = next(iter(value.items()))
    if len(answers) > MOST_LINES:
        return None
    lines = tuple(ConditionLine(code, verb, int(answer)) for answer in answers)
    return ChosenCondition(join if len(lines) > 1 else ALL, lines)


def answers_before(survey: Survey, code: str) -> Sequence[Item]:
    """Return the items that stand before a question, which its condition may ask; all where it is new."""
    found: list[Item] = []
    for item in survey.items.values():
        if code in (item.code, item.context, item.question):
            break
        found.append(item)
    return [item for item in found if item.of_option is None]
