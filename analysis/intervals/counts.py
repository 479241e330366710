"""Intervals for x successes in n independent trials; effective counts may be fractional."""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

from analysis.errors import UnknownChoice
from analysis.intervals.interval import BadIntervalInput, Interval, critical_value

Bounds = tuple[float, float]


def count_interval(method: str, x: float, n: float, level: float = 0.95) -> Interval:
    """The interval of a simple binomial share.

    With p = x/n, z the normal quantile, a = 1 - level, and B(q; a, b) the beta quantile:

    ================  =======================================================================
    wald              p -+ z sqrt(p(1-p)/n)
    wilson            (p + z²/2n -+ z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n)
    agresti_coull     Wald around the Wilson center with n + z² trials
    clopper_pearson   B(a/2; x, n-x+1) to B(1-a/2; x+1, n-x), 0 at x = 0 and 1 at x = n
    jeffreys          B(a/2; x+½, n-x+½) to B(1-a/2; x+½, n-x+½), 0 at x = 0 and 1 at x = n
    ================  =======================================================================

    Parameters
    ----------
    method
        One of `COUNT_METHODS`.
    x, n
        Successes and trials, 0 <= x <= n. With n = 0 the bounds are NaN.
    level
        Confidence level.

    Raises
    ------
    BadIntervalInput
        When x lies outside 0..n or the level outside 0..1.
    UnknownChoice
        When there is no such method.

    References
    ----------
    Brown, Cai and DasGupta (2001), Interval estimation for a binomial proportion, Statistical Science 16.

    Examples
    --------
    >>> interval = count_interval("wilson", 1, 20)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.0089, 0.2361)
    """
    if method not in COUNT_METHODS:
        raise UnknownChoice("the method of a count interval", COUNT_METHODS, method)
    if not 0 <= x <= n:
        raise BadIntervalInput("the count x", f"between 0 and n = {n:g}", x)
    z = critical_value(level)
    low, high = COUNT_METHODS[method](x, n, z, (1 - level) / 2) if n > 0 else (math.nan, math.nan)
    return Interval(low, high, level, method)


def wilson_bounds(p: float, n: float, z: float) -> Bounds:
    """Wilson's bounds of share p on n trials; exactly 0 at p = 0 and 1 at p = 1."""
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return (0.0 if p == 0 else centre - half), (1.0 if p == 1 else centre + half)


def clopper_pearson_bounds(x: float, n: float, tail: float) -> Bounds:
    """The bounds of Clopper and Pearson, each with `tail` probability beyond it."""
    return _beta_bounds((x, n - x + 1), (x + 1, n - x), x == 0, x == n, tail)


def _beta_bounds(low: Bounds, high: Bounds, at_zero: bool, at_one: bool, tail: float) -> Bounds:
    from scipy.special import betainccinv, betaincinv

    return (
        0.0 if at_zero else float(betaincinv(*low, tail)),
        1.0 if at_one else float(betainccinv(*high, tail)),
    )


def _wald(x: float, n: float, z: float, tail: float) -> Bounds:
    half = z * math.sqrt(x / n * (1 - x / n) / n)
    return x / n - half, x / n + half


def _wilson(x: float, n: float, z: float, tail: float) -> Bounds:
    return wilson_bounds(x / n, n, z)


def _agresti_coull(x: float, n: float, z: float, tail: float) -> Bounds:
    return _wald(x + z**2 / 2, n + z**2, z, tail)


def _clopper_pearson(x: float, n: float, z: float, tail: float) -> Bounds:
    return clopper_pearson_bounds(x, n, tail)


def _jeffreys(x: float, n: float, z: float, tail: float) -> Bounds:
    posterior = (x + 0.5, n - x + 0.5)
    return _beta_bounds(posterior, posterior, x == 0, x == n, tail)


COUNT_METHODS: Mapping[str, Callable[[float, float, float, float], Bounds]] = MappingProxyType(
    {
        "wilson": _wilson,
        "clopper_pearson": _clopper_pearson,
        "jeffreys": _jeffreys,
        "agresti_coull": _agresti_coull,
        "wald": _wald,
    }
)
