"""`multiple`: any number of answers; an exclusive one stands alone. A column of 0 and 1 for each option."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Any

from app.language.extraction import mark
from app.questionnaire.definition import (
    Answering,
    ChoiceList,
    Data,
    FileMaking,
    Item,
    Kind,
    Reporting,
    Row,
    Showing,
    Workbook,
)  # fmt: skip
from app.questionnaire.kinds import choices
from app.questionnaire.options import read_boxes
from app.questionnaire.xlsform_expressions import NotUnderstood, evaluate, read_expression, truth


def check(item: Item) -> Iterator[str]:
    yield from choices.check_not_reversed(item)
    if item.options and all(option.exclusive for option in item.options):
        yield "expected at least one option that is not exclusive"


def draw_several(items: Sequence[Item], draw: Callable[[], float]) -> dict[str, list[int]]:
    return {item.code: _draw(item, draw) for item in items}


def _draw(item: Item, draw: Callable[[], float]) -> list[int]:
    """Each option with an even chance; where none was drawn, any one choice alone."""
    chosen = [option.code for option in item.options if not option.exclusive and draw() < 0.5]
    return chosen or [choices.pick(item.choices, draw).code]


def to_columns(item: Item) -> tuple[int | None, ...]:
    return tuple(option.code for option in item.options)


def constrain(item: Item, question: Sequence[Item]) -> str | None:
    """Options that stand alone, in the words of XLSForm."""
    alone = [f"selected(., '{option.code}')" for option in item.choices if option.exclusive]
    return f"not(({' or '.join(alone)}) and count-selected(.) > 1)" if alone else None


def read_rows(rows: Sequence[Row], lists: Sequence[ChoiceList]) -> dict[str, Any]:
    found = lists[0]
    alone = (
        set()
        if "constraint" not in rows[0] or choices.is_ours(rows[0])
        else find_alone(rows[0]["constraint"], on_scale(found))
    )
    options = dict(found.options)
    for name in alone:
        options[found.codes[name]] = stand_alone(options[found.codes[name]])
    return {"kind": "multiple", "options": options}


def on_scale(found: ChoiceList) -> list[str]:
    """The names of the options; "don't know" and the like stand alone anyway."""
    return [name for name, code in found.codes.items() if code in found.options]


def stand_alone(option: str | dict[str, object]) -> dict[str, object]:
    return {**option, "exclusive": True} if isinstance(option, dict) else {"text": option, "exclusive": True}


def find_alone(constraint: str, names: Sequence[str]) -> set[str]:
    """The choices that a constraint lets stand only alone, in whatever words; raises `NotUnderstood` for other rules.

    >>> find_alone("not(selected(., '9')) or count-selected(.) = 1", ["1", "2", "9"])
    {'9'}
    """
    tree = read_expression(constraint)

    def holds(*chosen: str) -> bool:
        return truth(evaluate(tree, chosen))

    allowed = {frozenset(pair) for pair in combinations(names, 2) if holds(*pair)}
    alone = {name for name in names if not any(name in pair for pair in allowed)} if len(names) > 1 else set()
    alone = {names[-1]} if len(names) == 2 and len(alone) == 2 else alone  # of two, the last is "none of these"
    free = [name for name in names if name not in alone]
    sets = [(name,) for name in names] + [tuple(free[:count]) for count in range(2, len(free) + 1)]
    refused = [pair for pair in combinations(free, 2) if frozenset(pair) not in allowed]
    mixed = [(*free, name) for name in alone if free]
    if refused or not all(holds(*each) for each in sets) or any(holds(*each) for each in mixed):
        raise NotUnderstood("its constraint is more than choices that stand alone")
    return alone


MULTIPLE = Kind(
    name="multiple",
    file=FileMaking(choices.OPTION_FIELDS, (("options", ""),), read_boxes, check, choices.keep_whole),
    answer=Answering(True, choices.COUNTING, int, choices.find_no_problem, (), draw_several),
    show=Showing("choices", "checkbox", mark("You can choose more than one.")),
    data=Data(to_columns, "nominal"),
    workbook=Workbook("select_multiple", ("select_multiple",), constrain, read_rows),
    report=Reporting(lambda item: "multiple", figure=None),
)
