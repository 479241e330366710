"""Coded answers as bytes of one length: two for each column, in the order of the survey.

All answers of a wave then look alike on the disk whatever they say, and are read as one table of numbers. The order
follows from the frozen text of the survey, so what decides it must never change.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.questionnaire.definition import NOT_ASKED, Survey

BYTES = 2  # a signed number each, little end first: codes go from -9 to 999, years to 2999
NUMBERS = "<i2"


@dataclass(frozen=True)
class Column:
    """An item, or one option of a multiple item: 1 chosen, 0 not, or the code off the scale that stands for all."""

    item: str
    option: int | None = None

    @property
    def name(self) -> str:
        return self.item if self.option is None else f"{self.item}_{self.option}"


@dataclass(frozen=True)
class Layout:
    """Which column stands where."""

    columns: tuple[Column, ...]

    @cached_property
    def _form(self) -> struct.Struct:
        return struct.Struct(f"<{len(self.columns)}h")

    @property
    def size(self) -> int:
        """Bytes of one response."""
        return self._form.size

    def pack(self, answers: Mapping[str, Any]) -> bytes:
        """The bytes of coded answers (`Answers.coded`); an item they do not name was not asked."""
        return self._form.pack(
            *(_number(answers.get(column.item, NOT_ASKED), column.option) for column in self.columns)
        )

    def unpack(self, codes: bytes) -> dict[str, Any]:
        """The coded answers again."""
        answers: dict[str, Any] = {}
        for column, number in zip(self.columns, self._form.unpack(codes), strict=True):
            if column.option is None or number < 0:
                answers[column.item] = number
            elif number:
                answers.setdefault(column.item, []).append(column.option)
        return answers


def _number(answer: Any, option: int | None) -> int:
    if option is None or not isinstance(answer, list):
        return int(answer)
    return int(option in answer)


@lru_cache(maxsize=64)
def layout_of(survey: Survey) -> Layout:
    """The columns of each item, as its kind gives them, in the order of the survey."""
    return Layout(tuple(Column(item.code, option) for item in survey.items.values() for option in item.columns))


def unpack_all(survey: Survey, codes: Sequence[bytes]) -> NDArray[np.int16]:
    """Read many packed responses at once: (n, columns) numbers in the order of the layout."""
    return np.frombuffer(b"".join(codes), NUMBERS).reshape(len(codes), len(layout_of(survey).columns))
