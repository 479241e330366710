"""`grid`: several statements, each answered on one scale. One item for each statement.

    - {code: G1, kind: grid, text: Do you agree?, scale: agree, statements: {1: Parks are safe., 2: Streets are clean.}}

becomes `G1_1` and `G1_2`, which indices and conditions use like any item on the scale. A page shows at most five
statements in a block.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from app.questionnaire.definition import (
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
from app.questionnaire.options import read_from_scale, read_options
from app.questionnaire.shape import Field

MOST_STATEMENTS = 20
PREFIX = "s"  # a statement's sentence is `G1.s2` in the catalogs
STATEMENTS = Field("statements", "options", "The statements of a grid, by their codes.")


def read(file: FileItem) -> tuple[Option, ...]:
    if "scale" not in file.fields:
        file.refuse("expected a scale for the statements of the grid, found none")
        return ()
    return read_from_scale(file)


def check(item: Item) -> Iterator[str]:
    yield from choices.check_not_exclusive(item)
    if item.key_variable:
        yield "expected no key variable in a grid: ask it as a question of its own"


def split(item: Item, file: FileItem) -> tuple[Item, ...]:
    return tuple(choices.to_part(item, each.code, each) for each in read_statements(file))


def read_statements(file: FileItem) -> tuple[Option, ...]:
    if "statements" not in file.fields:
        file.refuse("expected statements to answer on the scale, found none")
        return ()
    found = read_options(file.fields["statements"], file.code, file.code, file.problems, most=MOST_STATEMENTS)
    if len(found) < 2:
        file.refuse(f"expected at least two statements in a grid, found {len(found)}")
    if any(each.exclusive for each in found):
        file.refuse("expected statements that are not exclusive: each is answered for itself")
    return tuple(replace(each, context=f"{file.code}.{PREFIX}{each.code}") for each in found)


def read_rows(rows: Sequence[Row], lists: Sequence[ChoiceList]) -> dict[str, Any]:
    """Our own rows, one for each statement; or a table of another tool, whose rows are numbered in their order."""
    own = choices.read_parts(rows)
    statements = own or {number: row[choices.STATEMENT] for number, row in enumerate(rows, 1)}
    return {"kind": "grid", "scale": rows[0].get("ct_scale"), "statements": statements}


GRID = Kind(
    name="grid",
    file=FileMaking((choices.SCALE_FIELD, STATEMENTS), (("statements", PREFIX),), read, check, split),
    answer=Answering(False, choices.COMPARING, int, choices.find_no_problem, (), choices.draw_one),
    show=Showing("grid", "radio", hint=None),
    data=Data(choices.one_column, "ordinal"),
    workbook=Workbook("select_one", ("table-list",), choices.no_constraint, read_rows),
    report=Reporting(lambda item: "scale", figure="grid"),
)
