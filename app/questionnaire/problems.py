"""Problems of a survey file: one value for each, and the refusal that carries them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One problem. `item` names the place in the survey's own words: `B1`, `section trust`, `index CTI`, `survey`."""

    line: int
    item: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.item}: {self.message}"


class SurveyProblems(Exception):
    """A survey file that cannot be used, with everything that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        count = len(self.problems)
        head = (
            "Expected a survey without problems, found 1:"
            if count == 1
            else f"Expected a survey without problems, found {count}:"
        )
        super().__init__("\n".join([head, *map(str, self.problems)]))


class ProblemList:
    """Collects problems while a file is read, so that all can be reported together."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, line: int, place: str, message: str) -> None:
        self.found.append(Problem(line, place, message))
