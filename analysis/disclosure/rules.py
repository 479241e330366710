"""Name the thresholds of publishing. `cells` and `tables` apply them."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from analysis.errors import AnalysisError


class BadRules(AnalysisError):
    """Refuse a rule outside its valid range."""

    def __init__(self, name: str, expected: str, arrived: object) -> None:
        self.name, self.expected, self.arrived = name, expected, arrived
        super().__init__(f"expected rule '{name}' to be {expected}, but got {arrived!r}")


@dataclass(frozen=True, slots=True)
class Rules:
    """Hold the conditions that a cell must fulfill to be shown.

    A survey may make each number stricter. The report prints each number that is made laxer (`lowered`).

    Parameters
    ----------
    count_threshold
        A count below it is hidden, and no group below it may be found by subtraction.
    rounding_base
        All other numbers of people are rounded to its multiples.
    score_minimum, score_unflagged
        An estimate on fewer people than the first is withheld, on fewer than the second flagged.
    effective_minimum, effective_unflagged
        The same for Kish's effective n.
    heaviest_weight
        Largest part of a cell's weight that one person may have.
    share_end
        Shares up to it read "at most 5 %", shares from 100 minus it "at least 95 %"; the ends of few people are larger.
    share_people
        Shares are shown in steps worth at least so many people.
    wide_interval
        An interval wider than this many points is flagged.
    narrowest_range
        A hidden number must stay open over a range at least this wide, for a reader who knows everything published.
    total_step, total_part
        Weighted totals are rounded to steps of at least so many people, and at least this part of the total.
    """

    count_threshold: int = 10
    rounding_base: int = 5
    score_minimum: int = 30
    score_unflagged: int = 50
    effective_minimum: int = 20
    effective_unflagged: int = 30
    heaviest_weight: float = 0.25
    share_end: int = 5
    share_people: int = 5
    wide_interval: float = 20.0
    narrowest_range: int = 5
    total_step: int = 100
    total_part: float = 0.01

    def __post_init__(self) -> None:
        for name in _WHOLE:
            if not isinstance(getattr(self, name), int) or getattr(self, name) < 1:
                raise BadRules(name, "a whole number of at least 1", getattr(self, name))
        if not 0 < self.heaviest_weight <= 1:
            raise BadRules("heaviest_weight", "above 0 and at most 1", self.heaviest_weight)
        if not self.share_end < 50:
            raise BadRules("share_end", "below 50", self.share_end)
        for low, high in (("score_minimum", "score_unflagged"), ("effective_minimum", "effective_unflagged")):
            if getattr(self, low) > getattr(self, high):
                raise BadRules(high, f"at least {low} ({getattr(self, low)})", getattr(self, high))

    @property
    def lowered(self) -> tuple[str, ...]:
        """Return the names of the rules that are laxer than ours; a report must print them."""
        ours = Rules()
        return tuple(f.name for f in fields(self) if _is_laxer(f.name, getattr(self, f.name), getattr(ours, f.name)))

    def to_document(self) -> dict[str, int | float]:
        """Return the rules as a flat mapping for the report."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


def to_rules(document: Mapping[str, Any]) -> Rules:
    """Read the rules of a stored document; a rule that it does not name was not yet in force."""
    return Rules(**{"share_people": 1, **document})


# For these a larger number is laxer; for all others a smaller one is.
_LAXER_WHEN_LARGER = frozenset({"heaviest_weight", "wide_interval"})
_WHOLE = (
    "count_threshold",
    "rounding_base",
    "score_minimum",
    "score_unflagged",
    "effective_minimum",
    "effective_unflagged",
    "share_end",
    "share_people",
    "narrowest_range",
    "total_step",
)


def _is_laxer(name: str, value: float, default: float) -> bool:
    return value > default if name in _LAXER_WHEN_LARGER else value < default
