"""Problems of a plan with their lines, collected and shown together."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.errors import AnalysisError


@dataclass(frozen=True, slots=True)
class PlanProblem:
    """One slip in a plan: where it stands, what was expected and what was found."""

    line: int
    place: str
    expected: str
    found: str

    def __str__(self) -> str:
        where = f" in '{self.place}'" if self.place else ""
        return f"line {self.line}: expected {self.expected}{where}, but found {self.found}"


class BadPlan(AnalysisError):
    """A plan that cannot be followed; its message lists all problems, one a line."""

    def __init__(self, path: object, problems: Sequence[PlanProblem]) -> None:
        self.path = path
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__("\n".join(f"{path}, {problem}" for problem in self.problems))


class NotInPlan(AnalysisError):
    """A plan without the section that a command needs."""

    def __init__(self, path: object, *sections: str) -> None:
        self.path, self.sections = path, sections
        wanted = " or ".join(f"'{section}'" for section in sections)
        super().__init__(f"expected a section {wanted} in the plan '{path}', but found none")
