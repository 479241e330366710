"""Margins of error of the American Community Survey (90 %), and how they combine."""

import math
from collections.abc import Sequence

from analysis.errors import AnalysisError, UnequalLengths

ROUNDING = 1e-12  # a root of a smaller part of the margin is a root of 0
Z90 = 1.645  # the factor the Census Bureau publishes, not the exact normal quantile


class BadMargin(AnalysisError):
    """A margin or a base that no share can be made of."""

    def __init__(self, expected: str, arrived: float) -> None:
        self.expected, self.arrived = expected, arrived
        super().__init__(f"expected {expected}, but got {arrived:g}")


def se_from_moe(moe: float) -> float:
    """Standard error of a published 90 % margin of error: ``moe / 1.645``, in the unit of the margin.

    Raises
    ------
    BadMargin
        When the margin is negative (the Census files use negative codes for "no margin") or missing.

    References
    ----------
    U.S. Census Bureau (2020), Understanding and Using ACS Data, chapter 7 (for this and the functions below).

    Examples
    --------
    >>> se_from_moe(5070).__round__(1)
    3082.1
    """
    _check_margin(moe)
    return moe / Z90


def moe_of_sum(estimates: Sequence[float], moes: Sequence[float]) -> float:
    """Margin of a sum of counts: the root of the summed squares; of all zero estimates only the largest margin.

    Examples
    --------
    >>> moe_of_sum([100, 50], [30, 40])
    50.0
    >>> moe_of_sum([100, 0, 0], [30, 40, 12])
    50.0
    """
    if len(estimates) != len(moes):
        raise UnequalLengths("moes", len(estimates), len(moes))
    for moe in moes:
        _check_margin(moe)
    pairs = list(zip(estimates, moes, strict=True))
    largest_of_zeros = max((moe for estimate, moe in pairs if estimate == 0), default=0.0)
    return math.hypot(largest_of_zeros, *(moe for estimate, moe in pairs if estimate != 0))


def moe_of_proportion(x: float, moe_x: float, y: float, moe_y: float) -> float:
    """Margin of p = x/y where x is part of y: ``sqrt(moe_x² - p² moe_y²) / y``.

    Where the root would be of a negative number or of 0, it is the margin of a ratio, as the Census Bureau advises: a
    root of 0 would state that the share is exact.

    Parameters
    ----------
    x, moe_x
        Count of the part and its margin.
    y, moe_y
        Count of the whole and its margin; y > 0.

    Returns
    -------
    The margin on the scale 0..1.

    Examples
    --------
    >>> moe_of_proportion(203119, 5070, 630498, 831).__round__(4)
    0.008
    >>> moe_of_proportion(2, 3, 2, 3).__round__(4)
    2.1213
    """
    _check_base(y, moe_x, moe_y)
    square = moe_x**2 - (x / y) ** 2 * moe_y**2
    return math.sqrt(square) / y if square > ROUNDING * moe_x**2 else moe_of_ratio(x, moe_x, y, moe_y)


def moe_of_ratio(x: float, moe_x: float, y: float, moe_y: float) -> float:
    """Margin of x/y where x is not part of y: ``sqrt(moe_x² + (x/y)² moe_y²) / y``.

    Examples
    --------
    >>> moe_of_ratio(300, 40, 100, 10)
    0.5
    """
    _check_base(y, moe_x, moe_y)
    return math.hypot(moe_x, x / y * moe_y) / y


def _check_margin(moe: float) -> None:
    if not moe >= 0:
        raise BadMargin("a margin of error of 0 or more", moe)


def _check_base(y: float, *moes: float) -> None:
    if not y > 0:
        raise BadMargin("a base count above 0", y)
    for moe in moes:
        _check_margin(moe)
