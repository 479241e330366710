"""`multiple`: any number of answers; an exclusive one stands alone. A column of 0 and 1 for each option."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from app.language.extraction import mark
from app.questionnaire.definition import Answering, Data, FileMaking, Item, Kind, Reporting, Showing, Workbook
from app.questionnaire.kinds import choices
from app.questionnaire.options import read_choices


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


MULTIPLE = Kind(
    name="multiple",
    file=FileMaking(choices.OPTION_FIELDS, (("options", ""),), read_choices, check, choices.keep_whole),
    answer=Answering(True, choices.COUNTING, int, choices.find_no_problem, (), draw_several),
    show=Showing("choices", "checkbox", mark("You can choose more than one.")),
    data=Data(to_columns, "nominal"),
    workbook=Workbook("select_multiple", ("select_multiple",), constrain, choices.read_as("multiple")),
    report=Reporting(lambda item: "multiple", figure=None),
)
