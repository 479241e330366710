"""`date`: a month and a year, between two bounds. Nothing finer: a day would single people out.

    - {code: MOVED, kind: date, text: When did you move here?, from: 2015-03, to: 2026-11}

becomes `MOVED_year` and `MOVED_month` (1 to 12). A person may give the year alone. A key variable asks for the year
alone, because a month would single people out. The codes of years count from 1900 (`124` is labeled 2024), because data
sets keep codes from 1000 for levels that they merge; a condition names the year itself: `{more: {MOVED_year: 2020}}`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.language.extraction import mark
from app.questionnaire.definition import (
    INTERFACE,
    MONTH,
    Answering,
    ChoiceList,
    Data,
    FileItem,
    FileMaking,
    Item,
    Kind,
    Option,
    Reporting,
    Row,
    Showing,
    Workbook,
)  # fmt: skip
from app.questionnaire.kinds import choices
from app.questionnaire.options import MOST_OPTIONS
from app.questionnaire.xlsform_expressions import NotUnderstood, evaluate, read_expression, truth

YEAR_ZERO = 1900
LAST_YEAR = 2100
YEAR_PART = Option(1, mark("Year"), context=INTERFACE)
MONTH_PART = Option(2, mark("Month"), context=INTERFACE)
NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
MONTHS = tuple(Option(number, name, context=MONTH) for number, name in enumerate(NAMES, 1))


def read(file: FileItem) -> tuple[Option, ...]:
    """The years from the first bound to the last."""
    span = tuple(str(file.fields.get(name, "")) for name in ("from", "to"))
    if not all(re.fullmatch(choices.MONTH_PATTERN, bound) for bound in span):
        file.refuse(f"expected a date from one month to another, such as from: 2015-03, to: 2026-11, found {span}")
        return ()
    first, last = (int(bound[:4]) for bound in span)
    if not 0 < last - first < MOST_OPTIONS:
        file.refuse(f"expected 2 to {MOST_OPTIONS} years between 'from' and 'to', found {span[0]} to {span[1]}")
        return ()
    return tuple(Option(to_code(year), str(year)) for year in range(first, last + 1))


def to_code(number: int) -> int:
    """The code of a year; of a month, or of an answer off the scale, the number itself.

    >>> to_code(2024), to_code(3), to_code(-8)
    (124, 3, -8)
    """
    return number - YEAR_ZERO if number >= YEAR_ZERO else number


def split(item: Item, file: FileItem) -> tuple[Item, ...]:
    span = (str(file.fields.get("from", "")), str(file.fields.get("to", "")))
    year = choices.to_part(item, "year", YEAR_PART, span=span)
    if item.key_variable:
        return (year,)
    month = choices.to_part(item, "month", MONTH_PART, span=span, options=MONTHS, dont_know=False, prefer_not=False)
    return (year, month)


def find_problem(items: Sequence[Item], chosen: Mapping[str, Sequence[int]]) -> str | None:
    year, month = (next(iter(chosen.get(item.code, ())), None) for item in items)
    if month is None:
        return None
    if year is None or year < 0:
        return "year_missing"
    first, last = items[0].span or ("", "")
    return None if first <= f"{year + YEAR_ZERO}-{month:02}" <= last else "month_outside"


def draw_date(items: Sequence[Item], draw: Callable[[], float]) -> dict[str, list[int]]:
    """A month between the bounds, each as likely as the others."""
    first, last = (12 * int(bound[:4]) + int(bound[5:]) - 1 for bound in items[0].span or ("", ""))
    year, month = divmod(first + min(int(draw() * (last - first + 1)), last - first), 12)
    return dict(zip((item.code for item in items), ([to_code(year)], [month + 1]), strict=False))


def constrain(item: Item, question: Sequence[Item]) -> str | None:
    """No month outside the bounds, in the first and in the last year."""
    if item is question[0] or item.span is None:
        return None
    (first, begin), (last, end) = ((to_code(int(bound[:4])), int(bound[5:])) for bound in item.span)
    year = f"${{{question[0].code}}}"
    return f"not({year} = '{first}' and . < {begin}) and not({year} = '{last}' and . > {end})"


def read_rows(rows: Sequence[Row], lists: Sequence[ChoiceList]) -> dict[str, Any]:
    """Our own rows with their bounds; or a month and year of another tool, between the days of its constraint."""
    row = rows[0]
    if choices.is_ours(row):
        return {"kind": "date", "from": row.get("ct_from"), "to": row.get("ct_to")}
    if "month-year" not in row.get("appearance", ""):
        raise NotUnderstood("expected the appearance month-year: a day would single people out")
    tree = read_expression(row.get("constraint", "true()"))
    months = [f"{year}-{month:02}" for year in range(YEAR_ZERO, LAST_YEAR + 1) for month in range(1, 13)]
    allowed = [month for month in months if truth(evaluate(tree, f"{month}-15"))]
    if not allowed or allowed[0] == months[0] or allowed[-1] == months[-1]:
        raise NotUnderstood("expected a constraint with a first and a last day, such as . >= date('2015-03-01')")
    first, last = months.index(allowed[0]), months.index(allowed[-1])
    if last - first != len(allowed) - 1:
        raise NotUnderstood("expected a constraint with one first and one last day")
    return {"kind": "date", "from": allowed[0], "to": allowed[-1]}


DATE = Kind(
    name="date",
    file=FileMaking((choices.FROM_FIELD, choices.TO_FIELD), (), read, choices.check_one_choice, split),
    answer=Answering(
        False,
        choices.COMPARING,
        to_code,
        find_problem,
        (
            ("year_missing", mark("Choose the year too, or leave the month empty.")),
            ("month_outside", mark("This month lies outside the time that the question is about.")),
        ),
        draw_date,
    ),
    show=Showing("date", "select", mark("The year alone is enough.")),
    data=Data(choices.one_column, "ordinal"),
    workbook=Workbook("select_one", ("date",), constrain, read_rows),
    report=Reporting(lambda item: "single", figure="date"),
)
