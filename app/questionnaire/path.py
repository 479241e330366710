"""Which items one person is asked, derived from the answers alone: going back or changing needs no other state."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import lru_cache

from app.questionnaire.definition import Item, Survey
from app.questionnaire.rules import Coded, Rule, evaluate
from app.questionnaire.skip_logic import item_rules


def is_on_path(survey: Survey, item: Item, answers: Coded, asked: Collection[str] | None = None) -> bool:
    """Whether the item is asked, given the answers to the items before it that are on the path themselves."""
    rule = item_rules(survey).get(item.code)
    return is_asked(item.code, rule, answers, asked)


def is_asked(code: str, rule: Rule | None, answers: Coded, asked: Collection[str] | None) -> bool:
    """Return whether the item is asked, from its whole rule. A caller with many items reads all rules once."""
    return (asked is None or code in asked) and (rule is None or evaluate(rule, answers))


def items_on_path(survey: Survey, answers: Coded, asked: Collection[str] | None = None) -> tuple[str, ...]:
    """The items asked, in order. Answers to items off the path do not steer it."""
    rules = item_rules(survey)
    valid: dict[str, int | Collection[int]] = {}
    path = []
    for item in survey.items.values():
        if is_asked(item.code, rules.get(item.code), valid, asked):
            path.append(item.code)
            if item.code in answers:
                valid[item.code] = answers[item.code]
    return tuple(path)


def short_form_items(survey: Survey) -> frozenset[str]:
    """The items of the short form: those named, and the key variables that weighting needs."""
    return frozenset(survey.short_form) | {item.code for item in survey.key_variables}


@lru_cache(maxsize=32)
def shorten(survey: Survey) -> Survey:
    """The same survey with the short form's items only, for showing; sections left empty go."""
    return keep_items(survey, short_form_items(survey))


def keep_items(survey: Survey, kept: Iterable[str]) -> Survey:
    kept = frozenset(kept)
    sections = (
        replace(section, items=tuple(code for code in section.items if code in kept)) for section in survey.sections
    )
    return replace(
        survey,
        sections=tuple(section for section in sections if section.items),
        items={code: item for code, item in survey.items.items() if code in kept},
    )
