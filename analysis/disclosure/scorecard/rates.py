"""Compute percentages of fully counted people from shown numbers, so that they disclose nothing more."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from analysis.disclosure.cells import Cell, Flag, Reason, Shown, Withheld, range_of_rounded, share_ends
from analysis.disclosure.rules import Rules


@dataclass(frozen=True, slots=True)
class CountedShare:
    """Hold a share in percent with the bounds that rounding leaves, or the reason for its absence.

    With the flag ``at_most`` or ``at_least`` the value is a bound.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    met: int | None = None
    whole: int | None = None
    flags: tuple[Flag, ...] = ()
    reason: Reason | None = None


def share_of(met: Cell, whole: Cell, rules: Rules | None = None) -> CountedShare:
    """Return the share of two shown counts.

    There is no sampling error. Rounding is the only uncertainty, and the bounds contain the true share.

    Parameters
    ----------
    met, whole
        Cells of a table of counts.
    rules
        Thresholds; ours by default.

    Examples
    --------
    >>> from analysis.disclosure.cells import count_cell
    >>> rules = Rules()
    >>> share_of(count_cell(121, rules), count_cell(200, rules))
    CountedShare(value=60.0, low=58.0, high=62.0, met=120, whole=200, flags=(), reason=None)
    >>> share_of(count_cell(4, rules), count_cell(200, rules)).reason
    'too_few'
    """
    for cell in (whole, met):
        if isinstance(cell, Withheld):
            return CountedShare(None, reason=cell.reason)
    assert isinstance(met, Shown)
    assert isinstance(whole, Shown)
    return _share([met.n], [whole.n], rules or Rules())


def added(shares: Iterable[CountedShare], rules: Rules | None = None) -> CountedShare:
    """Combine shown shares by the sums of their numbers, not by the mean of the shares.

    Examples
    --------
    >>> added([CountedShare(60.0, met=120, whole=200), CountedShare(None), CountedShare(50.0, met=50, whole=100)])
    CountedShare(value=57.0, low=54.0, high=59.0, met=170, whole=300, flags=(), reason=None)
    """
    shown = [each for each in shares if each.met is not None and each.whole is not None]
    if not shown:
        return CountedShare(None, reason="too_few")
    return _share([each.met or 0 for each in shown], [each.whole or 0 for each in shown], rules or Rules())


def _share(met: list[int], whole: list[int], rules: Rules) -> CountedShare:
    part, base = sum(met), sum(whole)
    value, flags = share_ends(100 * min(part / base, 1), 1.0, rules.share_end)
    least, most = _bounds(met, rules)
    fewest, all_of = _bounds(whole, rules)
    low, high = float(math.floor(100 * least / all_of)), float(math.ceil(100 * min(most / fewest, 1)))
    if flags:
        # Both counts are rounded, so the bound is that of the counts that the rounding allows.
        bound = max(value, high) if "at_most" in flags else min(value, low)
        return CountedShare(bound, None, None, part, base, flags)
    return CountedShare(value, low, high, part, base)


def _bounds(numbers: list[int], rules: Rules) -> tuple[int, int]:
    """Return the bounds of the true sum of rounded numbers."""
    ranges = [range_of_rounded(n, rules.rounding_base) for n in numbers]
    return sum(low for low, _ in ranges), sum(high for _, high in ranges)
