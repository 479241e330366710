"""`number`: a count or an amount, one answer from a short range; the last may say "10 or more"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from app.questionnaire.definition import (
    Answering,
    ChoiceList,
    Data,
    FileItem,
    FileMaking,
    Kind,
    Option,
    Reporting,
    Row,
    Showing,
    Workbook,
)
from app.questionnaire.kinds import choices
from app.questionnaire.options import MOST_OPTIONS, read_choices, read_from_range
from app.questionnaire.shape import LARGEST_CODE
from app.questionnaire.xlsform_expressions import NotUnderstood, evaluate, read_expression, truth


def read(file: FileItem) -> tuple[Option, ...]:
    """A range, whose codes `options` may name; or one of the other sources."""
    elsewhere = "scale" in file.fields or "options_from" in file.fields
    return read_from_range(file) if "from" in file.fields and not elsewhere else read_choices(file)


def read_rows(rows: Sequence[Row], lists: Sequence[ChoiceList]) -> dict[str, Any]:
    """Our own row with its options; or `integer` and `range` of another tool, with the bounds that they name."""
    row = rows[0]
    if choices.is_ours(row):
        return {"kind": "number", "options": dict(lists[0].options)}
    values = set(_in_range(row["parameters"])) if "start=" in row.get("parameters", "").replace(" ", "") else None
    if "constraint" in row or values is None:
        allowed = set(_allowed(row.get("constraint", "true()")))
        values = allowed if values is None else values & allowed
    return {"kind": "number", **_bounds(values)}


def _in_range(parameters: str) -> range:
    """The numbers of `start=1 end=10 step=1`."""
    found = dict(re.findall(r"(start|end|step)\s*=\s*(-?\d+(?:\.\d+)?)", parameters))
    numbers = [float(found.get(name, default)) for name, default in (("start", "1"), ("end", "10"), ("step", "1"))]
    if not all(each.is_integer() for each in numbers) or numbers[2] != 1:
        raise NotUnderstood(f"expected a range of whole numbers in steps of 1, found {parameters!r}")
    return range(int(numbers[0]), int(numbers[1]) + 1)


def _allowed(constraint: str) -> list[int]:
    """The whole numbers that a constraint lets through, a little way beyond the codes that there are."""
    tree = read_expression(constraint)
    return [each for each in range(-LARGEST_CODE, 2 * LARGEST_CODE) if truth(evaluate(tree, float(each)))]


def _bounds(values: set[int]) -> dict[str, int]:
    low, high = (min(values), max(values)) if values else (0, 0)
    if not 0 <= low < high <= LARGEST_CODE or high - low >= MOST_OPTIONS or len(values) != high - low + 1:
        expected = f"expected a constraint with a lowest and a highest number, at most {MOST_OPTIONS} numbers in all"
        raise NotUnderstood(f"{expected}, from 0 to {LARGEST_CODE}: finer numbers would single people out")
    return {"from": low, "to": high}


NUMBER = Kind(
    name="number",
    file=FileMaking(
        (choices.FROM_FIELD, choices.TO_FIELD, *choices.OPTION_FIELDS),
        (("options", ""),),
        read,
        choices.check_one_choice,
        choices.keep_whole,
    ),
    answer=Answering(False, choices.COMPARING, int, choices.find_no_problem, (), choices.draw_one),
    show=Showing("choices", "radio", hint=None),
    data=Data(choices.one_column, "ordinal"),
    workbook=Workbook("select_one", ("integer", "range"), choices.no_constraint, read_rows),
    report=Reporting(lambda item: None, figure=None),
)
