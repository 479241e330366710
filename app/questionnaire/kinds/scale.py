"""`scale`: one answer on ordered steps, in words or in bare numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

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
from app.questionnaire.options import read_choices


def check(item: Item) -> Iterator[str]:
    if item.scale is None:
        yield "expected a scale beside kind scale, found none"
    yield from choices.check_not_exclusive(item)


def read_rows(rows: Sequence[Row], lists: Sequence[ChoiceList]) -> dict[str, Any]:
    return {"scale": rows[0].get("ct_scale")}


SCALE = Kind(
    name="scale",
    file=FileMaking((choices.SCALE_FIELD,), (), read_choices, check, choices.keep_whole),
    answer=Answering(False, choices.COMPARING, int, choices.find_no_problem, (), choices.draw_one),
    show=Showing("choices", "radio", hint=None),
    data=Data(choices.one_column, "ordinal"),
    workbook=Workbook("select_one", (), choices.no_constraint, read_rows),
    report=Reporting(lambda item: "scale", figure=None),
)
