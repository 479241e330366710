"""Declare the claims of a report: their places, and the judge that calls a shown difference higher or lower."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["higher", "lower", "unclear"]
VERDICTS: tuple[Verdict, ...] = ("higher", "lower", "unclear")
Place = tuple[str, int]  # a table's id, and the number of a row


@dataclass(frozen=True, slots=True)
class Judgement:
    """Hold the verdict on a difference (None where none is allowed) and its interval."""

    verdict: Verdict | None
    low: float
    high: float


Judge = Callable[[frozenset[Place]], Mapping[Place, Judgement]]


@dataclass(frozen=True, slots=True)
class Claims:
    """Hold the places where a report may claim a difference, and the judge of the shown claims."""

    places: frozenset[Place]
    judge: Judge
