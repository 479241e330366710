r"""The power to find a difference between groups or waves, and the differences that a plan can find.

For independent groups, or waves with `overlap` people in both whose answers correlate :math:`\rho`::

    se^2 = deff1 s1^2 / n1 + deff2 s2^2 / n2 - 2 rho sqrt(deff1 deff2) s1 s2 overlap / (n1 n2)

with s² = p(1 - p) for shares; power = Phi(\|d\|/se - z), z at 1 - alpha/2. Source: Valliant, Dever and Kreuter (2018),
Practical Tools for Designing and Weighting Survey Samples, chapter 4; Kish (1965), Survey Sampling, chapter 12.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.errors import UnknownChoice
from analysis.planning.checks import BadFigure, check_positive, check_share, check_tails


@dataclass(frozen=True, slots=True)
class Power:
    """Hold the power of a test, the standard error of the difference, and the smallest difference that it can find.

    Parameters
    ----------
    power
        Chance that the test finds the difference.
    se
        Standard error of the difference; NaN where the test has none of its own (pooled, t).
    smallest_detectable
        The difference found with the wanted power, (z + z_power) se; NaN without `se`.
    """

    power: float
    se: float = math.nan
    smallest_detectable: float = math.nan


def power_of_shares(
    p1: float,
    p2: float,
    n1: float,
    n2: float,
    *,
    deff1: float = 1.0,
    deff2: float = 1.0,
    overlap: float = 0.0,
    rho: float = 0.0,
    alpha: float = 0.05,
    tails: int = 1,
    method: str = "unpooled",
    power: float = 0.8,
) -> Power:
    r"""Compute the power to find the difference of two shares.

    Parameters
    ----------
    p1, p2
        The shares.
    n1, n2
        Completes of both groups or waves.
    deff1, deff2
        Their design effects.
    overlap, rho
        People in both waves, and the correlation of their answers; 0 for independent groups.
    alpha
        Size of the two-sided test.
    tails
        1 leaves out a clear difference on the wrong side, 2 counts it.
    method
        ``unpooled``, or ``pooled``: the variance under the hypothesis, on n1/deff1 people in each group.
    power
        The power of `Power.smallest_detectable`.

    Raises
    ------
    BadFigure, UnknownChoice

    References
    ----------
    Valliant, Dever and Kreuter (2018), chapter 4; R, ``power.prop.test``.

    Examples
    --------
    >>> round(power_of_shares(0.3, 0.22, 650, 300, deff1=1.3, deff2=1.8).power, 4)
    0.5562
    """
    check_share("p1", p1)
    check_share("p2", p2)
    check_positive(n1=n1, n2=n2, deff1=deff1, deff2=deff2)
    if method == "pooled":
        return _pooled_power(p1, p2, _alike(n1 / deff1, n2 / deff2), overlap, alpha, tails)
    if method != "unpooled":
        raise UnknownChoice("the method of a power", ("unpooled", "pooled"), method)
    s1, s2 = math.sqrt(p1 * (1 - p1)), math.sqrt(p2 * (1 - p2))
    return _normal_power(p2 - p1, _se(s1, s2, n1, n2, deff1, deff2, overlap, rho), alpha, tails, power)


def power_of_means(
    difference: float,
    sd1: float,
    n1: float,
    n2: float,
    *,
    sd2: float | None = None,
    deff1: float = 1.0,
    deff2: float = 1.0,
    overlap: float = 0.0,
    rho: float = 0.0,
    alpha: float = 0.05,
    tails: int = 1,
    method: str = "normal",
    power: float = 0.8,
) -> Power:
    r"""Compute the power to find a difference of two means.

    Parameters
    ----------
    difference
        The difference of the means.
    sd1, sd2
        Standard deviations; `sd2` is `sd1` unless given.
    n1, n2, deff1, deff2, overlap, rho, alpha, tails, power
        As for `power_of_shares`.
    method
        ``normal``, or ``t``: the noncentral t of two independent groups on n1/deff1 + n2/deff2 - 2 degrees of freedom.

    Raises
    ------
    BadFigure, UnknownChoice

    References
    ----------
    Valliant, Dever and Kreuter (2018), chapter 4; R, ``power.t.test``.

    Examples
    --------
    >>> round(power_of_means(4, 24, 800, 750, sd2=23, overlap=300, rho=0.6, deff1=1.4, deff2=1.5).power, 4)
    0.888
    """
    s2 = sd1 if sd2 is None else sd2
    check_positive(sd1=sd1, sd2=s2, n1=n1, n2=n2, deff1=deff1, deff2=deff2)
    if method == "t":
        return _t_power(difference, sd1, s2, n1 / deff1, n2 / deff2, overlap, alpha, tails)
    if method != "normal":
        raise UnknownChoice("the method of a power", ("normal", "t"), method)
    return _normal_power(difference, _se(sd1, s2, n1, n2, deff1, deff2, overlap, rho), alpha, tails, power)


def power_of_trend(
    times: Sequence[float],
    errors: Sequence[float],
    slope: float,
    *,
    alpha: float = 0.05,
    tails: int = 1,
    power: float = 0.8,
) -> Power:
    r"""Compute the power to find a linear trend over independent waves.

    The slope weights waves by 1/se²; its standard error is :math:`1 / \sqrt{\sum w (t - \bar t)^2}`.

    Parameters
    ----------
    times, errors
        Times of the waves, and the standard errors of their estimates.
    slope
        Change in one unit of time.
    alpha, tails, power
        As for `power_of_shares`; `smallest_detectable` is a slope.

    Raises
    ------
    BadFigure
        Fewer than two times, or unequal lengths.

    Examples
    --------
    >>> round(power_of_trend([0, 1, 2, 3], [1.4, 1.5, 1.3, 1.4], 1.0).power, 4)
    0.3585
    """
    t, se = np.asarray(times, np.float64), np.asarray(errors, np.float64)
    if len(t) != len(se) or len(set(t.tolist())) < 2:
        raise BadFigure("times", "two or more different times, with a standard error for each", list(times))
    check_positive(**{f"the standard error of wave {k}": float(x) for k, x in enumerate(se, 1)})
    w = se**-2.0
    middle = float(w @ t / w.sum())
    return _normal_power(slope, float((w @ (t - middle) ** 2) ** -0.5), alpha, tails, power)


def normal_points(alpha: float, power: float) -> tuple[float, float]:
    """The quantile of a two-sided test, and that of its power.

    Examples
    --------
    >>> [round(x, 3) for x in normal_points(0.05, 0.8)]
    [1.96, 0.842]
    """
    from scipy.special import ndtri

    check_share("alpha", alpha)
    check_share("power", power)
    return -float(ndtri(alpha / 2)), float(ndtri(power))


def _se(s1: float, s2: float, n1: float, n2: float, deff1: float, deff2: float, overlap: float, rho: float) -> float:
    if not 0 <= overlap <= min(n1, n2):
        raise BadFigure("overlap", f"people in both waves, from 0 to {min(n1, n2):g}", overlap)
    if not -1 <= rho <= 1:
        raise BadFigure("rho", "a correlation from -1 to 1", rho)
    shared = 2 * rho * math.sqrt(deff1 * deff2) * s1 * s2 * overlap / (n1 * n2)
    return math.sqrt(max(deff1 * s1**2 / n1 + deff2 * s2**2 / n2 - shared, 0.0))


def _normal_power(difference: float, se: float, alpha: float, tails: int, power: float) -> Power:
    from scipy.special import ndtr

    check_tails(tails)
    z, zb = normal_points(alpha, power)
    size = abs(difference) / se if se > 0 else math.inf
    found = float(ndtr(size - z)) + (float(ndtr(-size - z)) if tails == 2 else 0.0)
    return Power(found, se, (z + zb) * se)


def _pooled_power(p1: float, p2: float, n: float, overlap: float, alpha: float, tails: int) -> Power:
    from scipy.special import ndtr

    _independent(overlap)
    check_tails(tails)
    z, _ = normal_points(alpha, 0.5)
    middle = (p1 + p2) / 2
    under, apart = z * math.sqrt(2 * middle * (1 - middle)), math.sqrt(p1 * (1 - p1) + p2 * (1 - p2))
    size = math.sqrt(n) * abs(p1 - p2)
    return Power(float(ndtr((size - under) / apart)) + (float(ndtr((-size - under) / apart)) if tails == 2 else 0.0))


def _t_power(
    difference: float, s1: float, s2: float, n1: float, n2: float, overlap: float, alpha: float, tails: int
) -> Power:
    from scipy.special import nctdtr, stdtrit

    _independent(overlap)
    check_tails(tails)
    check_share("alpha", alpha)
    if s1 != s2:
        raise BadFigure("sd2", f"the standard deviation {s1:g} of both groups for the t test", s2)
    df = n1 + n2 - 2
    check_positive(degrees_of_freedom=df)
    center = abs(difference) / (s1 * math.sqrt(1 / n1 + 1 / n2))
    bound = -float(stdtrit(df, alpha / 2))
    return Power(1 - float(nctdtr(df, center, bound)) + (float(nctdtr(df, center, -bound)) if tails == 2 else 0.0))


def _independent(overlap: float) -> None:
    if overlap:
        raise BadFigure("overlap", "0 with this method", overlap)


def _alike(n1: float, n2: float) -> float:
    """Return the effective size of both groups, which the pooled method wants equal."""
    if abs(n1 - n2) > 1e-9 * n1:
        raise BadFigure("n2", f"the same n/deff in both groups for the pooled method, {n1:g}", n2)
    return n1
