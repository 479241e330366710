"""Show shares as counts: in steps worth at least five people, or as the ratio of two rounded counts."""

import math
from dataclasses import dataclass
from functools import cache

from analysis.disclosure.cells import (
    Cell,
    Flag,
    Shown,
    Withheld,
    range_of_rounded,
    rounded_count,
    rounded_value,
)
from analysis.disclosure.rules import Rules
from analysis.intervals.interval import critical_value
from analysis.results import Estimate

SHARE_STEPS = (1.0, 2.0, 5.0, 10.0, 20.0)
DEFF_STEP = 0.1  # a finer design effect would disclose how many people answered
LEVEL = 0.95
Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Basis:
    """Hold the shown people behind a share: rounded n and effective n, and flags about them."""

    n: int
    n_effective: int
    flags: tuple[Flag, ...]


def share_step(n: int, rules: Rules) -> float:
    """Return the smallest step in percent that is worth `share_people` people, for every true n behind rounded `n`.

    Examples
    --------
    >>> [share_step(n, Rules()) for n in (30, 55, 105, 255, 505)]
    [20.0, 10.0, 5.0, 2.0, 1.0]
    """
    if rules.share_people <= 1:
        return SHARE_STEPS[0]
    fewest = range_of_rounded(n, rules.rounding_base)[0]
    return next((step for step in SHARE_STEPS if step * fewest >= 100 * rules.share_people), SHARE_STEPS[-1])


@cache
def share_end(n: int, step: float, rules: Rules) -> float:
    """Return the end of a share in percent: shares up to it read "at most", shares from 100 minus it "at least".

    It is worth all numbers of people that a count would hide and `narrowest_range` more, because a data set may show
    that a few people gave an answer. It lies half a step below a multiple of the step, so that no other share is near.

    Examples
    --------
    >>> [share_end(n, share_step(n, Rules()), Rules()) for n in (30, 55, 105, 255, 505)]
    [50.0, 35.0, 17.5, 7.0, 4.5]
    """
    if rules.share_people <= 1:
        return float(max(rules.share_end, step))
    fewest = range_of_rounded(n, rules.rounding_base)[0]
    least = max(rules.share_end - 0.5, 100 * (rules.count_threshold - 1 + rules.narrowest_range) / max(fewest, 1))
    return min(math.ceil(least / step - 0.5 - 1e-9) * step + step / 2, 50.0)


def shown_share(value: float, n: int, step: float, rules: Rules) -> tuple[float, tuple[Flag, ...]]:
    """Return a share in percent, rounded to its step, or a whole number that bounds it.

    Examples
    --------
    >>> rules = Rules()
    >>> shown_share(52.6, 505, 1, rules), shown_share(2.2, 505, 1, rules), shown_share(99.0, 505, 1, rules)
    ((53.0, ()), (5.0, ('at_most',)), (95.0, ('at_least',)))
    >>> shown_share(17.4, 105, 5, rules), shown_share(17.6, 105, 5, rules), shown_share(49.0, 30, 20, rules)
    ((18.0, ('at_most',)), (20.0, ()), (50.0, ('at_most',)))
    """
    end = share_end(n, step, rules)
    if value <= end:
        return float(math.ceil(end)), ("at_most",)
    if value >= 100 - end:
        return float(100 - math.ceil(end)), ("at_least",)
    return rounded_value(value, step), ()


def share_range(cell: Shown, rules: Rules) -> Range:
    """Return the range of percentages that holds a shown share.

    Examples
    --------
    >>> share_range(Shown(18.0, None, None, None, 105, 105, ("at_most",), 5.0), Rules())
    (0.0, 17.5)
    >>> share_range(Shown(40.0, 31.0, 50.0, 5.0, 105, 105, (), 5.0), Rules())
    (37.5, 42.5)
    """
    end = share_end(cell.n, cell.step, rules)
    if "at_most" in cell.flags:
        return 0.0, min(cell.value, end) if rules.share_people > 1 else cell.value
    if "at_least" in cell.flags:
        return max(cell.value, 100 - end) if rules.share_people > 1 else cell.value, 100.0
    return cell.value - cell.step / 2, cell.value + cell.step / 2


def share_cell(row: Estimate, basis: Basis, step: float, rules: Rules) -> Shown:
    """Return the cell of an estimated share.

    Its standard error and interval follow from the shown share, the shown n and a rounded design effect, so that they
    do not disclose the share more finely than its step. They include the error of rounding.
    """
    shown, ends = shown_share(100 * row.value, basis.n, step, rules)
    coarse: tuple[Flag, ...] = ("coarse",) if step > 1 else ()
    if ends:
        return Shown(shown, None, None, None, basis.n, basis.n_effective, basis.flags + coarse + ends, step)
    p = shown / 100
    variance = p * (1 - p) * _design_effect(row) / basis.n_effective + (step / 100) ** 2 / 12
    return _with_interval(p, variance, row.df, basis, coarse, step, rules)


def _with_interval(
    p: float, variance: float, df: float, basis: Basis, flags: tuple[Flag, ...], step: float, rules: Rules
) -> Shown:
    """Return the cell with the interval of Wilson for a share with this variance."""
    free = rounded_count(int(min(df, basis.n)), rules.rounding_base) if math.isfinite(df) else basis.n
    t2 = critical_value(LEVEL, float(max(free, 1))) ** 2
    n = p * (1 - p) / variance
    middle, half = p + t2 / (2 * n), math.sqrt(t2 * (p * (1 - p) / n + t2 / (4 * n * n)))
    low, high = (100 * (middle - half) / (1 + t2 / n), 100 * (middle + half) / (1 + t2 / n))
    if high - low > rules.wide_interval:
        flags = ("wide", *flags)
    low, high, se = (rounded_value(number, 1.0) for number in (low, high, 100 * math.sqrt(variance)))
    return Shown(rounded_value(100 * p, 1.0), low, high, se, basis.n, basis.n_effective, basis.flags + flags, step)


def _design_effect(row: Estimate) -> float:
    """Return the variance of the share over that of a simple random sample of the effective n, in steps."""
    simple = row.value * (1 - row.value) / max(row.n_effective, 1)
    known = simple > 0 and math.isfinite(row.se)
    return rounded_value(row.se**2 / simple, DEFF_STEP) if known else 1.0


# --- shares of a group of the catalog among people with equal weights


def counted_part(row: Estimate) -> int | None:
    """Return the number of people behind a share with equal weights; None where weights differ.

    Examples
    --------
    >>> from analysis import Design
    >>> from analysis.estimation import share
    >>> [counted_part(row) for row in share(Design.of({"vote": ["yes", "no", "yes"]}), "vote")]
    [1, 2]
    """
    if not math.isfinite(row.value) or abs(row.n_effective - row.n) > 1e-6 * max(row.n, 1):
        return None
    part = round(row.value * row.n)
    return part if abs(row.value * row.n - part) < 1e-6 * max(row.n, 1) else None


def counted_cell(part: int, basis: Basis, rules: Rules) -> Cell:
    """Return the share of a counted group: the ratio of two rounded counts, hidden when its count is.

    Examples
    --------
    >>> counted_cell(31, Basis(105, 105, ()), Rules()).value, counted_cell(4, Basis(105, 105, ()), Rules())
    (29.0, Withheld(reason='too_few'))
    """
    if part < rules.count_threshold:
        return Withheld("too_few")
    value = _ratio(rounded_count(part, rules.rounding_base), basis.n)
    if value >= 100:
        return Shown(value, None, None, None, basis.n, basis.n_effective, basis.flags)
    p = value / 100
    return _with_interval(p, p * (1 - p) / basis.n, basis.n - 1.0, basis, (), 1.0, rules)


def counted_range(cell: Shown, rules: Rules) -> tuple[int, int]:
    """Return the numbers of people that the shown ratio allows.

    Examples
    --------
    >>> counted_range(Shown(29.0, None, None, None, 105, 105), Rules())
    (28, 32)
    """
    base = rules.rounding_base
    fitting = fitting_parts(cell, base)
    if not fitting:
        return 0, range_of_rounded(cell.n, base)[1]
    low, high = range_of_rounded(fitting[0], base)[0], range_of_rounded(fitting[-1], base)[1]
    return max(low, rules.count_threshold), min(high, range_of_rounded(cell.n, base)[1])


def fitting_parts(cell: Shown, base: int) -> list[int]:
    """Return the rounded counts whose ratio to the shown n is the shown share."""
    return [part for part in range(base, cell.n + 2 * base, base) if _ratio(part, cell.n) == cell.value]


def _ratio(part: int, whole: int) -> float:
    return rounded_value(100 * min(part / max(whole, 1), 1), 1.0)
