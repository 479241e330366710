"""Problems and notes of a form, each with its sheet and row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.questionnaire.problems import Problem

SURVEY, CHOICES, SETTINGS, FILE = "survey", "choices", "settings", "file"


@dataclass(frozen=True, order=True)
class RowProblem(Problem):
    """A problem in one row of a sheet; `line` is the number of the row, as a spreadsheet shows it."""

    sheet: str = SURVEY

    def __str__(self) -> str:
        if self.sheet == FILE:
            return f"{self.item}: {self.message}"
        return f"sheet {self.sheet}, row {self.line}, {self.item}: {self.message}"


class FormReport:
    """Collects what a form cannot bring (`refused`) and what it brings in another shape (`notes`).

    `broken` says that leaving out the refused rows would not mend the form.
    """

    def __init__(self) -> None:
        self.refused: list[RowProblem] = []
        self.notes: list[RowProblem] = []
        self.broken = False

    def refuse(self, row: int, place: str, message: str, sheet: str = SURVEY, broken: bool = False) -> None:
        self.refused.append(RowProblem(row, place, message, sheet))
        self.broken = self.broken or broken or sheet != SURVEY

    def note(self, row: int, place: str, message: str, sheet: str = SURVEY) -> None:
        self.notes.append(RowProblem(row, place, message, sheet))


def list_rows(rows: Iterable[int]) -> str:
    """Rows in a sentence: at most five by number.

    >>> list_rows([2, 3]), list_rows(range(2, 10))
    ('rows 2, 3', 'rows 2, 3, 4, 5, 6 and 3 more')
    """
    numbers = list(rows)
    shown = ", ".join(map(str, numbers[:5]))
    more = f" and {len(numbers) - 5} more" if len(numbers) > 5 else ""
    return f"row{'s' * (len(numbers) > 1)} {shown}{more}"
