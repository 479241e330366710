"""The completes that a difference needs, and the shares that a plan can separate from another.

Source: Valliant, Dever and Kreuter (2018), Practical Tools for Designing and Weighting Survey Samples, chapter 4.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from analysis.errors import UnknownChoice
from analysis.planning.checks import BadFigure, check_positive, check_share, whole
from analysis.planning.power import normal_points, power_of_shares

EDGE = 1e-12  # the nearest that a share comes to 0 or 1


@dataclass(frozen=True, slots=True)
class DifferenceSize:
    """Completes of both groups or waves: not rounded in the first, rounded up in both."""

    n1: float
    completes1: int
    completes2: int


@dataclass(frozen=True, slots=True)
class DetectableShares:
    """The nearest shares above and below that are found with the wanted power; NaN where there is none."""

    above: float
    below: float


def size_for_shares(
    p1: float,
    p2: float,
    *,
    power: float = 0.8,
    alpha: float = 0.05,
    deff: float = 1.0,
    ratio: float = 1.0,
    method: str = "unpooled",
) -> DifferenceSize:
    r"""Compute the completes per group that find a difference of two independent shares.

    Unpooled: :math:`n_1 = deff (z + z_b)^2 (p_1 q_1 + p_2 q_2 / r) / d^2`. Pooled, for equal groups:
    :math:`n = deff (z \sqrt{2 \bar p \bar q} + z_b \sqrt{p_1 q_1 + p_2 q_2})^2 / d^2`.

    Parameters
    ----------
    p1, p2
        The shares.
    power, alpha
        Wanted power, and the size of the two-sided test.
    deff
        Design effect of both groups.
    ratio
        n2 / n1; 1 with ``pooled``.
    method
        ``unpooled`` or ``pooled``.

    Raises
    ------
    BadFigure, UnknownChoice

    References
    ----------
    Fleiss (1981), Statistical Methods for Rates and Proportions; R, ``power.prop.test``.

    Examples
    --------
    >>> size_for_shares(0.62, 0.55, power=0.9).completes1
    1036
    """
    check_share("p1", p1)
    check_share("p2", p2)
    check_positive(deff=deff, ratio=ratio)
    (z, zb), difference = normal_points(alpha, power), _apart(p2 - p1)
    first, second = p1 * (1 - p1), p2 * (1 - p2)
    if method == "pooled":
        if ratio != 1:
            raise BadFigure("ratio", "1 with the pooled method", ratio)
        middle = (p1 + p2) / 2
        root = z * math.sqrt(2 * middle * (1 - middle)) + zb * math.sqrt(first + second)
        return _sizes(deff * root**2 / difference**2, 1.0)
    if method != "unpooled":
        raise UnknownChoice("the method of a sample size", ("unpooled", "pooled"), method)
    return _sizes(deff * (z + zb) ** 2 * (first + second / ratio) / difference**2, ratio)


def size_for_means(
    difference: float,
    sd1: float,
    *,
    sd2: float | None = None,
    power: float = 0.8,
    alpha: float = 0.05,
    deff: float = 1.0,
    ratio: float = 1.0,
    overlap_share: float = 0.0,
    rho: float = 0.0,
) -> DifferenceSize:
    r"""Compute the completes that find a change of a mean between two waves, or a gap between two groups.

    :math:`n_1 = deff (z + z_b)^2 (s_1^2 + r s_2^2 - 2 g r \rho s_1 s_2) / d^2` with r = n1/n2 and g = overlap / n1.

    Parameters
    ----------
    difference
        The difference of the means.
    sd1, sd2
        Standard deviations; `sd2` is `sd1` unless given. For shares, the roots of p(1 - p).
    power, alpha, deff
        As for `size_for_shares`.
    ratio
        n1 / n2.
    overlap_share
        People in both waves over n1; 0 for independent groups.
    rho
        Correlation of their answers.

    Raises
    ------
    BadFigure

    References
    ----------
    Valliant, Dever and Kreuter (2018), section 4.4; R PracTools, ``nDep2x``.

    Examples
    --------
    >>> size_for_means(4, 24, overlap_share=0.4, rho=0.5, deff=1.4).completes1
    633
    """
    s2 = sd1 if sd2 is None else sd2
    check_positive(sd1=sd1, sd2=s2, deff=deff, ratio=ratio)
    if not 0 <= overlap_share <= min(1.0, 1 / ratio):
        raise BadFigure("overlap_share", f"a part of n1 from 0 to {min(1.0, 1 / ratio):g}", overlap_share)
    if not -1 <= rho <= 1:
        raise BadFigure("rho", "a correlation from -1 to 1", rho)
    z, zb = normal_points(alpha, power)
    square = sd1**2 + ratio * s2**2 - 2 * overlap_share * ratio * rho * sd1 * s2
    return _sizes(deff * (z + zb) ** 2 * square / _apart(difference) ** 2, 1 / ratio)


def detectable_shares(
    p1: float,
    n1: float,
    n2: float,
    *,
    deff1: float = 1.0,
    deff2: float = 1.0,
    power: float = 0.8,
    alpha: float = 0.05,
    tails: int = 1,
) -> DetectableShares:
    """Find the nearest shares above and below p1 that the unpooled test finds with the wanted power.

    Parameters
    ----------
    p1, n1, n2, deff1, deff2, alpha, tails
        As for `power_of_shares`.
    power
        Wanted power, above `alpha`.

    Raises
    ------
    BadFigure

    Examples
    --------
    >>> round(detectable_shares(0.5, 500, 500, deff1=1.5, deff2=1.5).above, 4)
    0.6072
    """
    check_share("p1", p1)
    check_share("power", power)
    if power <= alpha:
        raise BadFigure("power", f"a power above alpha = {alpha:g}", power)

    def missing(p2: float) -> float:
        found = power_of_shares(p1, p2, n1, n2, deff1=deff1, deff2=deff2, alpha=alpha, tails=tails)
        return found.power - power

    return DetectableShares(_crossing(missing, p1, 1 - EDGE), _crossing(missing, p1, EDGE))


def _crossing(missing: Callable[[float], float], start: float, end: float) -> float:
    from scipy.optimize import brentq

    if missing(end) < 0:
        return math.nan
    return float(brentq(missing, start, end, xtol=1e-14, rtol=1e-13))


def _apart(difference: float) -> float:
    if not (math.isfinite(difference) and difference):
        raise BadFigure("difference", "a difference other than 0", difference)
    return difference


def _sizes(n1: float, ratio: float) -> DifferenceSize:
    return DifferenceSize(n1, whole(n1), whole(ratio * n1))
