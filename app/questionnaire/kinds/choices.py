"""The functions that several kinds of question share: those that choose among options, in one item or in parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.questionnaire.definition import ChoiceList, FileItem, Item, Option, Part, Row
from app.questionnaire.rules import Operator
from app.questionnaire.shape import LARGEST_CODE, Field, Value, is_whole
from app.questionnaire.xlsform_expressions import NotUnderstood, evaluate, read_expression, truth

CHOOSING: frozenset[Operator] = frozenset(("equal", "not_equal", "in", "answered"))
COMPARING: frozenset[Operator] = CHOOSING | {"less", "more"}
COUNTING: frozenset[Operator] = frozenset(("any_in", "all_in", "count_at_least", "answered"))

MONTH_PATTERN = r"(19|2[0-8])[0-9]{2}-(0[1-9]|1[0-2])"


def _is_bound(value: object) -> bool:
    return (is_whole(value) and 0 <= value <= LARGEST_CODE) or isinstance(value, str)  # type: ignore[operator]


BOUND = Value(
    f"a whole number from 0 to {LARGEST_CODE}, or for a date a month such as 2020-03",
    _is_bound,
    {
        "anyOf": [
            {"type": "integer", "minimum": 0, "maximum": LARGEST_CODE},
            {"type": "string", "pattern": MONTH_PATTERN},
        ]
    },
)
SCALE_FIELD = Field("scale", "word", "The scale of the survey that it is answered on.")
OPTIONS_FIELD = Field("options", "options", "Its own options.")
LIST_FIELD = Field("options_from", "word", "The list that gives its options at fielding; until then it is not asked.")
FROM_FIELD = Field("from", BOUND, "Lowest value of a number; first month of a date.")
TO_FIELD = Field("to", BOUND, "Highest value of a number; last month of a date.")
OPTION_FIELDS = (OPTIONS_FIELD, LIST_FIELD)


# --- the file


def keep_whole(item: Item, file: FileItem) -> tuple[Item, ...]:
    """One item for the question."""
    return (item,)


def check_one_choice(item: Item) -> Iterator[str]:
    """Neither reversed nor with options that stand alone: those belong to scales and to several answers."""
    yield from check_not_reversed(item)
    yield from check_not_exclusive(item)


def check_not_reversed(item: Item) -> Iterator[str]:
    if item.reversed:
        yield f"expected only a scale to be reversed; this is {item.kind.name}"


def check_not_exclusive(item: Item) -> Iterator[str]:
    if any(option.exclusive for option in item.options):
        yield "expected exclusive options only where several can be chosen"


def to_part(item: Item, name: object, option: Option, **changes: Any) -> Item:
    """One item of a question with several: `G1` becomes `G1_2`."""
    return replace(item, code=f"{item.code}_{name}", part=Part(item.code, option), **changes)


# --- answers


def find_no_problem(items: Sequence[Item], chosen: Mapping[str, Sequence[int]]) -> None:
    """Find nothing: each item is sound by itself."""
    return None


def draw_one(items: Sequence[Item], draw: Callable[[], float]) -> dict[str, list[int]]:
    """One choice for each item, each as likely as the others."""
    return {item.code: [pick(item.choices, draw).code] for item in items}


def pick(options: Sequence[Option], draw: Callable[[], float]) -> Option:
    return options[min(int(draw() * len(options)), len(options) - 1)]


# --- data


def one_column(item: Item) -> tuple[int | None, ...]:
    return (None,)


# --- XLSForm

STATEMENT = "statement"  # the words of a row in a table of another tool


def no_constraint(item: Item, question: Sequence[Item]) -> str | None:
    return None


def read_parts(rows: Sequence[Row]) -> dict[int, str]:
    """The parts of a question by their codes, from the columns `ct_part` and `ct_part_text`."""
    return {int(row["ct_part"]): row.get("ct_part_text", "") for row in rows if row.get("ct_part", "").isdigit()}


def is_ours(row: Row) -> bool:
    """Whether the row was written by `to_xlsform`, which keeps everything in columns of its own."""
    return "ct_kind" in row or "ct_scale" in row


def read_as(name: str) -> Callable[[Sequence[Row], Sequence[ChoiceList]], dict[str, Any]]:
    """The reader of a kind whose rows hold its options, one of which is chosen."""

    def read(rows: Sequence[Row], lists: Sequence[ChoiceList]) -> dict[str, Any]:
        check_unconstrained(rows[0], lists[0])
        return {"kind": name, "options": dict(lists[0].options)}

    return read


def check_unconstrained(row: Row, choices: ChoiceList) -> None:
    """Refuse a constraint that forbids one of the choices."""
    if "constraint" not in row or is_ours(row):
        return
    constraint = read_expression(row["constraint"])
    for name in choices.codes:
        if not truth(evaluate(constraint, name)):
            raise NotUnderstood(f"its constraint forbids choice {name!r}: take the choice out instead")
