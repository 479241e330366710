"""Define published cells, shown or withheld, and their rounding."""

import math
from dataclasses import dataclass
from typing import Any, Literal

from analysis.disclosure.rules import Rules

Flag = Literal["few_answers", "few_effective", "wide", "at_most", "at_least", "coarse", "structural"]
Reason = Literal[
    "too_few", "too_few_effective", "one_dominates", "not_estimable", "protects_another", "changed_by_few", "structural"
]
FLAGS: tuple[Flag, ...] = ("few_answers", "few_effective", "wide", "at_most", "at_least", "coarse", "structural")
REASONS: tuple[Reason, ...] = (
    "too_few",
    "too_few_effective",
    "one_dominates",
    "not_estimable",
    "protects_another",
    "changed_by_few",
    "structural",
)


@dataclass(frozen=True, slots=True)
class Shown:
    """Hold a figure that may be read. All of it is rounded, `n` and `n_effective` to the rounding base.

    With the flag ``at_most`` or ``at_least`` the value is a bound, and there is no interval.
    """

    value: float
    low: float | None
    high: float | None
    se: float | None
    n: int
    n_effective: int | None
    flags: tuple[Flag, ...] = ()
    step: float = 1.0

    def to_document(self) -> dict[str, Any]:
        """The cell as it stands in the report."""
        return {
            "shown": True,
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "se": self.se,
            "n": self.n,
            "n_effective": self.n_effective,
            "flags": list(self.flags),
            "step": self.step,
        }


@dataclass(frozen=True, slots=True)
class Withheld:
    """Hold the reason why a figure may not be read."""

    reason: Reason

    def to_document(self) -> dict[str, Any]:
        """The cell as it stands in the report."""
        return {"shown": False, "reason": self.reason}


Cell = Shown | Withheld


def rounded_count(n: int, base: int) -> int:
    """Return the multiple of `base` nearest to `n`; halves are rounded up.

    Examples
    --------
    >>> [rounded_count(n, 5) for n in (0, 12, 13, 15, 17)]
    [0, 10, 15, 15, 15]
    """
    return (2 * n + base) // (2 * base) * base


def range_of_rounded(rounded: int, base: int) -> tuple[int, int]:
    """Return the smallest and largest count that is rounded to `rounded`.

    Examples
    --------
    >>> range_of_rounded(15, 5), range_of_rounded(20, 10), range_of_rounded(7, 1)
    ((13, 17), (15, 24), (7, 7))
    """
    return max(0, rounded - base // 2), rounded + (base - 1) // 2


def rounded_value(value: float, step: float) -> float:
    """Return the multiple of `step` nearest to `value`, as an exact decimal number.

    Examples
    --------
    >>> rounded_value(52.26, 0.1), rounded_value(-0.04, 0.1), rounded_value(47.0, 5)
    (52.3, 0.0, 45.0)
    """
    decimals = max(0, -math.floor(math.log10(step)))
    return round(math.floor(value / step + 0.5) * step, decimals) + 0.0


def total_step(total: float, rules: Rules) -> float:
    """Return the step to which a weighted total is rounded: 1, 2 or 5 times a power of ten.

    Examples
    --------
    >>> total_step(1_234, Rules()), total_step(84_000, Rules())
    (100.0, 1000.0)
    """
    least = max(float(rules.total_step), rules.total_part * abs(total))
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * k for k in (1, 2, 5, 10) if power * k >= least)


def share_ends(value: float, step: float, end: float) -> tuple[float, tuple[Flag, ...]]:
    """Return a share in percent, rounded. At the ends a bound replaces it, so that no reader sees 0 or 100.

    A bound holds for the share before rounding. A share just above the end, which would be rounded to it, reads "at
    most" the next step.

    Examples
    --------
    >>> share_ends(2.2, 1, 5), share_ends(52.6, 1, 5), share_ends(100.0, 1, 5)
    ((5.0, ('at_most',)), (53.0, ()), (95.0, ('at_least',)))
    >>> share_ends(5.49, 1, 5), share_ends(7.5, 5, 5), share_ends(29.9, 20, 5)
    ((6.0, ('at_most',)), (10.0, ('at_most',)), (40.0, ('at_most',)))
    """
    end = max(end, step)
    for reach, bound in ((end, end), (end + step / 2, end + step)):
        if value <= reach:
            return bound + 0.0, ("at_most",)
        if value >= 100 - reach:
            return 100.0 - bound, ("at_least",)
    return rounded_value(value, step), ()


def count_cell(n: int, rules: Rules, *, structural: bool = False) -> Cell:
    """Return a number of people: hidden below the threshold, zero included unless it is structural, otherwise rounded.

    Examples
    --------
    >>> count_cell(9, Rules()), count_cell(13, Rules()).value
    (Withheld(reason='too_few'), 15.0)
    """
    if structural and n == 0:
        return Shown(0.0, None, None, None, 0, None, ("structural",), float(rules.rounding_base))
    if n < rules.count_threshold:
        return Withheld("too_few")
    rounded = rounded_count(n, rules.rounding_base)
    return Shown(float(rounded), None, None, None, rounded, None, (), float(rules.rounding_base))


def shown_count(n: int, rules: Rules) -> int | None:
    """Return a number of people that stands alone: rounded, or None when it is below the threshold."""
    return rounded_count(n, rules.rounding_base) if n >= rules.count_threshold else None


def to_cell(document: dict[str, Any]) -> Cell:
    """Read the cell from a report's document."""
    if not document["shown"]:
        return Withheld(document["reason"])
    facts = {name: document[name] for name in ("value", "low", "high", "se", "n", "n_effective", "step")}
    return Shown(**facts, flags=tuple(document["flags"]))
