"""What a report claims: where, and the judge that calls a difference that is shown higher, lower or unclear."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["higher", "lower", "unclear"]
VERDICTS: tuple[Verdict, ...] = ("higher", "lower", "unclear")
Place = tuple[str, int]  # a table's id, and the number of a row


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on a difference, None where there may be none, and the interval that goes with it."""

    verdict: Verdict | None
    low: float
    high: float


Judge = Callable[[frozenset[Place]], Mapping[Place, Judgement]]


@dataclass(frozen=True, slots=True)
class Claims:
    """Where a report may claim a difference, and what judges the claims that are shown."""

    places: frozenset[Place]
    judge: Judge
