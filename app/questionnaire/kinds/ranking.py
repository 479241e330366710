"""Read `ranking`, up to five options in order, as one item for each option. The answer of an item is its rank.

    - {code: R1, kind: ranking, text: Which comes first?, options: {1: Parks, 2: Schools, 3: Roads}}

becomes `R1_1`, `R1_2` and `R1_3` with the answers 1, 2, 3. Some options may stay without a rank. The ranks run
from 1 without a gap, each once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.language.extraction import mark
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
from app.questionnaire.options import read_own
from app.questionnaire.xlsform_expressions import NotUnderstood

MOST_RANKED = 5


def read(file: FileItem) -> tuple[Option, ...]:
    if "options" not in file.fields:
        file.refuse("expected options to put in order, found none")
        return ()
    options = read_own(file)
    if len(options) > MOST_RANKED:
        file.refuse(f"expected at most {MOST_RANKED} options to put in order, found {len(options)}")
    for name in ("dont_know", "prefer_not"):
        if file.fields.get(name):
            file.refuse(f"expected no {name} in a ranking: a person may leave it empty")
    return options


def check(item: Item) -> Iterator[str]:
    yield from choices.check_one_choice(item)
    if item.key_variable:
        yield "expected no key variable in a ranking: an opinion identifies no one"


def split(item: Item, file: FileItem) -> tuple[Item, ...]:
    ranks = tuple(Option(rank, str(rank)) for rank in range(1, len(item.options) + 1))
    whole = replace(item, options=ranks, dont_know=False, prefer_not=False)
    return tuple(choices.to_part(whole, option.code, option) for option in item.options)


def find_problem(items: Sequence[Item], chosen: Mapping[str, Sequence[int]]) -> str | None:
    ranks = sorted(rank for item in items for rank in chosen.get(item.code, ()))
    if len(set(ranks)) < len(ranks):
        return "rank_twice"
    return "rank_left_out" if ranks != list(range(1, len(ranks) + 1)) else None


def draw_order(items: Sequence[Item], draw: Callable[[], float]) -> dict[str, list[int]]:
    order = sorted(items, key=lambda item: draw())
    return {item.code: [rank] for rank, item in enumerate(order, 1)}


def constrain(item: Item, question: Sequence[Item]) -> str | None:
    """A rank that no earlier row has."""
    before = question[: question.index(item)]
    return " and ".join(f". != ${{{each.code}}}" for each in before) or None


def read_rows(rows: Sequence[Row], lists: Sequence[ChoiceList]) -> dict[str, Any]:
    """Our own rows, one for each option; or one row `rank` of another tool, whose choices are the options."""
    if not choices.is_ours(rows[0]) and "constraint" in rows[0]:
        raise NotUnderstood("expected no constraint beside rank")
    return {"kind": "ranking", "options": choices.read_parts(rows) or dict(lists[0].options)}


RANKING = Kind(
    name="ranking",
    file=FileMaking((choices.OPTIONS_FIELD,), (("options", ""),), read, check, split),
    answer=Answering(
        False,
        choices.COMPARING,
        int,
        find_problem,
        (
            ("rank_twice", mark("You gave one number twice. Give each answer its own number.")),
            ("rank_left_out", mark("You left out a number. Begin with 1, then 2, and so on.")),
        ),
        draw_order,
    ),
    show=Showing("ranking", "radio", mark("Put these in order: 1 is first. You can leave some without a number.")),
    data=Data(choices.one_column, "ordinal"),
    workbook=Workbook("select_one", ("rank",), constrain, read_rows),
    report=Reporting(lambda item: "scale", figure="ranking"),
)
