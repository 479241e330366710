"""Choice filters that ask an earlier answer: one question for each set of choices that the answers leave.

A survey has no choices that change on the page. The row of such a filter becomes several questions, each shown where
the earlier answers leave exactly its choices. Paper, script, CSS and data then need nothing new. Where one choice is
left, nothing is asked, and that choice counts as chosen in later conditions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from app.questionnaire.definition import Row
from app.questionnaire.relevance import Asked, NotUnderstood, gather, to_condition
from app.questionnaire.xlsform_expressions import (
    Answer,
    Call,
    Literal,
    Node,
    answers_in,
    evaluate,
    fill_answers,
    truth,
)
from app.questionnaire.xlsform_sheets import ROW

MOST_QUESTIONS = 60
MOST_WORLDS = 400
MOST_SEVERAL = 6  # choices of a select_multiple, whose sets are all looked at
World = Mapping[str, str]  # earlier answers by the names of their questions; "" is no answer


@dataclass(frozen=True)
class Branch:
    """The rows of choices that some earlier answers leave, those answers, and the condition that means them."""

    rows: tuple[Row, ...]
    worlds: tuple[World, ...]
    condition: dict[str, Any] | None

    @property
    def name(self) -> str:
        """The answers of its first world, for the code of its question."""
        return "_".join(filter(None, self.worlds[0].values())).replace(" ", "_") or "unanswered"


def split(
    rows: Sequence[Row], choice_filter: Node, asked: Mapping[str, Asked], relevant: Sequence[Node] = ()
) -> list[Branch]:
    """The questions that a filter needs; one without a condition where answers change nothing.

    `relevant` holds the conditions of the row and its groups: answers that never show the row need no question. Raises
    `NotUnderstood` where questions are too many, or where a filter asks what no condition can.
    """
    names = [name for name in asked if name in answers_in(choice_filter)]
    if unknown := answers_in(choice_filter) - set(names):
        raise NotUnderstood(f"it asks the answer to {min(unknown)}, which is no question before it that was taken")
    kept: dict[tuple[str, ...], list[World]] = {}
    for world in _worlds(names, asked, {}):
        if not any(all(_is_possible(each, known) for each in relevant) for known in _with_earlier(world, asked)):
            continue
        tree = fill_answers(choice_filter, world)
        found = tuple(row[ROW] for row in rows if truth(evaluate(tree, "", row)))
        kept.setdefault(found, []).append(world)
        if sum(map(len, kept.values())) > MOST_WORLDS:
            raise NotUnderstood(f"the earlier answers have more than {MOST_WORLDS} combinations")
    worlds = {numbers: found for numbers, found in kept.items() if numbers}
    if not worlds:
        raise NotUnderstood("it keeps no choice, whatever the earlier answers")
    if len(worlds) > MOST_QUESTIONS:
        raise NotUnderstood(f"it needs {len(worlds)} questions, one for each set of choices (at most {MOST_QUESTIONS})")
    by_number = {row[ROW]: row for row in rows}
    always = len(kept) == 1 and not relevant
    return [
        Branch(
            tuple(by_number[number] for number in numbers),
            tuple(found),
            None if always else gather("any", [_condition(world, asked) for world in found]),
        )
        for numbers, found in worlds.items()
    ]


def _worlds(names: Sequence[str], asked: Mapping[str, Asked], before: World) -> Iterator[World]:
    """Every combination of answers to these questions that the parts of split questions allow."""
    if not names:
        yield before
        return
    for value in _values(names[0], asked[names[0]], before):
        yield from _worlds(names[1:], asked, {**before, names[0]: value})


def _values(name: str, question: Asked, before: World) -> Iterator[str]:
    if question.refusal:
        raise NotUnderstood(question.refusal)
    choices = _choices(_fitting(question, before))
    if not choices and not question.parts:
        raise NotUnderstood(f"it asks the answer to {name}, which is a number")
    if question.several and len(choices) > MOST_SEVERAL:
        raise NotUnderstood(f"it asks {name}, which has {len(choices)} choices to combine (at most {MOST_SEVERAL})")
    yield from choices
    yield ""
    for count in range(2, len(choices) + 1) if question.several else ():
        yield from (" ".join(chosen) for chosen in combinations(choices, count))


def _with_earlier(world: World, asked: Mapping[str, Asked]) -> Iterator[World]:
    """The same answers with those that lead to the parts of split questions."""
    for name in world:
        parts = _fitting(asked[name], world) if asked[name].parts and world[name] else ()
        offering = [part for part in parts if set(world[name].split()) <= set(part.codes or ())]
        if any(other.keys() - world.keys() for part in offering for other in part.worlds):
            for part in offering:
                for other in part.worlds:
                    if all(world.get(key, value) == value for key, value in other.items()):
                        yield from _with_earlier({**other, **world}, asked)
            return
    yield world


def _is_possible(node: Node, known: World) -> bool:
    """Whether a condition can be true once these answers are given; an answer that is not known can be any."""
    match node:
        case Call("and", operands):
            return all(_is_possible(each, known) for each in operands)
        case Call("or", operands):
            return any(_is_possible(each, known) for each in operands)
    return not answers_in(node) <= known.keys() or truth(evaluate(fill_answers(node, known), ""))


def _choices(parts: Sequence[Asked]) -> list[str]:
    return list(dict.fromkeys(choice for part in parts for choice in part.codes or ()))


def _fitting(question: Asked, world: World) -> tuple[Asked, ...]:
    """The parts of a split question that these earlier answers can lead to."""
    return tuple(part for part in question.parts or (question,) if not part.worlds or any(
        all(other.get(name, value) == value for name, value in world.items()) for other in part.worlds
    ))  # fmt: skip


def _condition(world: World, asked: Mapping[str, Asked]) -> dict[str, Any]:
    """The condition that exactly these answers were given."""
    at = {
        name: replace(asked[name], parts=_fitting(asked[name], world)) if asked[name].parts else asked[name]
        for name in world
    }
    tree = Call("and", tuple(_given(name, value, at[name]) for name, value in world.items()))
    found = to_condition(tree, at)
    assert found is not None
    return found


def _given(name: str, value: str, question: Asked) -> Node:
    if not value or not question.several:
        return Call("=", (Answer(name), Literal(value)))
    chosen = value.split()
    selected = {
        each: Call("selected", (Answer(name), Literal(each))) for each in _choices(question.parts or (question,))
    }
    return Call("and", tuple(
        test if each in chosen else Call("not", (test,)) for each, test in selected.items()
    ))  # fmt: skip
