"""What can be wrong with a plan: problems with their lines, collected and told together."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.errors import AnalysisError


@dataclass(frozen=True, slots=True)
class Problem:
    """One slip in a plan: where it stands, what was expected and what was found."""

    line: int
    place: str
    expected: str
    found: str

    def __str__(self) -> str:
        where = f" in '{self.place}'" if self.place else ""
        return f"line {self.line}: expected {self.expected}{where}, but found {self.found}"


class BadPlan(AnalysisError):
    """A plan that cannot be followed; all its problems are told, one a line."""

    def __init__(self, path: object, problems: Sequence[Problem]) -> None:
        self.path = path
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__("\n".join(f"{path}, {problem}" for problem in self.problems))


class NotInPlan(AnalysisError):
    """A command was given a plan that says nothing about it."""

    def __init__(self, path: object, *sections: str) -> None:
        self.path, self.sections = path, sections
        wanted = " or ".join(f"'{section}'" for section in sections)
        super().__init__(f"expected a section {wanted} in the plan '{path}', but found none")
