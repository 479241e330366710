"""Say where the questions of a survey come from and what rests on each: indices, shares and conditions."""

from __future__ import annotations

from collections.abc import Iterator

from app.questionnaire.definition import Item, Survey
from app.questionnaire.rules import items_named_in


def find_needs(survey: Survey, code: str) -> list[str]:
    """Return what would break without a question, such as "index Community Trust Index"."""
    return list(dict.fromkeys(_needs(survey, code)))


def _needs(survey: Survey, code: str) -> Iterator[str]:
    columns = {item.code for item in survey.items.values() if item.context == code or item.question == code}
    for index in survey.indices:
        if any(columns & set(facet.items) for facet in index.facets):
            yield f"the index “{index.title}”"
    for share in survey.shares:
        rules = [rule for part in share.parts for rule in (part.base, part.met)]
        named = {name for rule in rules for name in items_named_in(rule)} | {part.times for part in share.parts}
        if columns & named:
            yield f"the figure “{share.title}”"
    for section in survey.sections:
        if section.show_if and columns & set(items_named_in(section.show_if)):
            yield f"the condition of part “{section.title}”"
    for item in survey.items.values():
        if item.context != code and item.show_if and columns & set(items_named_in(item.show_if)):
            yield f"the condition of {item.context}"
    if columns & set(survey.short_form):
        yield "the short form"


def free_code(wanted: str, taken: frozenset[str]) -> str:
    """Return a code that no question has: the wanted one, or the next of its kind.

    >>> free_code("B1", frozenset(("B1", "B1b"))), free_code("X1", frozenset())
    ('B1c', 'X1')
    """
    ends = ("", *(chr(number) for number in range(ord("b"), ord("z") + 1)))
    found = (f"{wanted[:23]}{end}" for end in ends)
    return next(code for code in found if code not in taken)


def next_code(taken: frozenset[str], prefix: str = "X") -> str:
    """Return the code of a new question of the community's own.

    >>> next_code(frozenset(("X1", "A1")))
    'X2'
    """
    return next(code for number in range(1, 1000) if (code := f"{prefix}{number}") not in taken)


def items_by_question(survey: Survey) -> dict[str, tuple[Item, ...]]:
    """Return the items of each question as its file writes it, in order, those that are set aside too."""
    found: dict[str, tuple[Item, ...]] = {}
    for item in (*survey.items.values(), *survey.set_aside):
        found[item.context] = (*found.get(item.context, ()), item)
    return found
