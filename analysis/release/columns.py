"""Answers as the codes of a data set: whole numbers, everything off the scale by its own code."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.microdata.codes import MISSING, NO_ANSWER
from analysis.frames import Table
from analysis.release.plan import KeyPlan
from analysis.report import ItemPlan

Codes = NDArray[np.int16]


def off_scale_column(item: str) -> str:
    """The column with the codes of people who chose no option of an item with several answers: why not."""
    return f"{item}:off_scale"


def answers(table: Table, column: str) -> Codes:
    """(n,) codes of a column of numbers; what is not there was left empty."""
    values = table.numbers(column)
    return np.where(np.isnan(values), NO_ANSWER, values).astype(np.int16)


def option_columns(item: ItemPlan) -> tuple[str, ...]:
    """The columns of an item with several answers, in the order of its options."""
    return tuple(f"{item.code}_{option}" for option in item.options)


def chosen_options(table: Table, item: ItemPlan) -> dict[str, Codes]:
    """A column for each option of an item with several answers: 1 chosen, 0 not, or why there is no answer."""
    instead = _off_scale(table, item.code)
    return {name: _option(table, name, instead) for name in option_columns(item)}


def _option(table: Table, name: str, instead: Codes) -> Codes:
    values = table.numbers(name)
    return np.where(np.isnan(values), instead, values).astype(np.int16)


def _off_scale(table: Table, code: str) -> Codes:
    name = off_scale_column(code)
    if name not in table:
        return np.full(table.rows, NO_ANSWER, np.int16)
    codes = answers(table, name)
    return np.where(np.isin(codes, list(MISSING)), codes, NO_ANSWER).astype(np.int16)


def agencies(table: Table, names: Sequence[str]) -> Codes:
    """(n,) the rated agency, 1.. in the order of the plan."""
    factor = table.factor("agency")
    place: dict[Any, int] = {name: k for k, name in enumerate(names, 1)}
    return np.array([*(place.get(level, NO_ANSWER) for level in factor.levels), NO_ANSWER], np.int16)[factor.codes]


def key_codes(table: Table, key: KeyPlan) -> Codes:
    """(n,) the answer to a background question; who chose several has a code of its own."""
    if key.several is None:
        return answers(table, key.item)
    chosen = np.stack([table.numbers(f"{key.item}_{code}") == 1 for code in key.codes])
    count = chosen.sum(axis=0)
    first = np.array(key.codes, np.int16)[chosen.argmax(axis=0)]
    stated = np.where(count > 1, key.several, first)
    return np.where(count > 0, stated, _off_scale(table, key.item)).astype(np.int16)
