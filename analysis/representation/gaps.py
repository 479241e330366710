"""How far the staff of an agency are from the residents it serves; or respondents from a population."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.intervals import Interval, t_interval
from analysis.intervals.interval import is_noise
from analysis.representation.shares import OverlappingShares, Shares

Floats = NDArray[np.float64]

SMALLEST_TARGET = 2.0  # percent: below it a ratio is mostly the noise of its denominator
SMALLEST_STAFF = 30


@dataclass(frozen=True, slots=True)
class ShareMeasure:
    """A figure with its standard error and interval."""

    value: float
    se: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Parity:
    """The ratio of two shares, or the reason why it is not shown."""

    ratio: ShareMeasure | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class GroupGap:
    """One group: its share of the staff less its share of the residents.

    `gap` is in points (0 = parity, negative = under-represented), `headcount` the people to hire at constant size
    (None when the size is unknown), `statistic` and `p_value` test for parity (NaN when both shares are exact).
    """

    group: str
    staff: float
    residents: float
    gap: ShareMeasure
    parity: Parity
    headcount: ShareMeasure | None
    statistic: float
    p_value: float


@dataclass(frozen=True, slots=True)
class Representation:
    """All groups, the two summary indices, and what a reader must know."""

    gaps: tuple[GroupGap, ...]
    overlap: ShareMeasure
    dissimilarity: ShareMeasure
    notes: tuple[str, ...]


def representation(staff: Shares, residents: Shares, *, df: float = math.inf, level: float = 0.95) -> Representation:
    r"""Compare two sets of shares of the same groups.

    With staff share s and resident share p in percent, and N staff:

    .. math::
        \mathrm{gap} = s - p, \quad \mathrm{parity} = s / p, \quad \mathrm{headcount} = N (p - s) / 100

    and by the delta method :math:`SE(gap) = \sqrt{SE(s)^2 + SE(p)^2}`,
    :math:`SE(parity) = \sqrt{SE(s)^2 + (s/p)^2 SE(p)^2} / p`. A full count of staff has SE(s) = 0.

    Parameters
    ----------
    staff
        Staff of an agency, or respondents of a survey.
    residents
        The population they are compared with, in any order of groups.
    df
        Degrees of freedom of the standard errors; infinite = normal.
    level
        Confidence level.

    Returns
    -------
    Representation
        In the order of `staff`. Parity is not shown for a resident share under 2 percent or fewer than 30 staff.

    Raises
    ------
    OverlappingShares
        Groups that do not exclude each other.
    GroupsDiffer
        Groups that are not the same on both sides.

    References
    ----------
    Kennedy, Butz, Lajevardi and Nanes (2017), Race and Representative Bureaucracy in American Policing.

    Examples
    --------
    >>> staff = Shares.of_counts({"Black": 20, "White": 80})
    >>> residents = Shares.of_percent({"Black": 30, "White": 70}, se={"Black": 2.0, "White": 2.0})
    >>> result = representation(staff, residents)
    >>> result.gaps[0].gap.value, result.gaps[0].headcount.value, result.overlap.value
    (-10.0, 10.0, 90.0)
    """
    residents = residents.in_order_of(staff)
    _check_apart(staff, residents)
    return Representation(
        gaps=tuple(_group_gap(staff, residents, k, df, level) for k in range(len(staff.groups))),
        overlap=overlap_index(staff, residents, df=df, level=level),
        dissimilarity=dissimilarity_index(staff, residents, df=df, level=level),
        notes=_notes(staff),
    )


def overlap_index(staff: Shares, residents: Shares, *, df: float = math.inf, level: float = 0.95) -> ShareMeasure:
    r"""Overlap (match) index :math:`\sum_g \min(s_g, p_g)`, 0-100; 100 = identical shares.

    The only measure that overlapping groups have (`allow_overlap`); it is the `RacialMatchCommPol` of LEMAS. Its
    standard error adds the errors of the smaller share of each group, and is rough where both are nearly equal.

    Examples
    --------
    >>> anchorage = {"White": 80.74, "Black": 6.43, "Hispanic": 4.09, "Asian": 4.82}
    >>> police = {"White": 89.47, "Black": 4.14, "Hispanic": 1.88, "Asian": 2.63}
    >>> of = Shares.of_percent
    >>> overlap_index(of(police, allow_overlap=True), of(anchorage, allow_overlap=True)).value.__round__(2)
    89.39
    """
    residents = residents.in_order_of(staff)
    value = float(np.minimum(staff.percent, residents.percent).sum())
    residents_smaller = (1 + np.sign(staff.percent - residents.percent)) / 2
    se = _root(staff.covariance, 1 - residents_smaller, residents.covariance, residents_smaller)
    return _measure(value, se, df, level, 0.0, 100.0)


def dissimilarity_index(staff: Shares, residents: Shares, *, df: float = math.inf, level: float = 0.95) -> ShareMeasure:
    r"""Index of dissimilarity :math:`\frac12 \sum_g |s_g - p_g| / 100`, 0-1.

    The share of staff that would have to be of another group for parity. It is never negative, so that noise alone
    lifts it above 0: compare small values with the overlap's interval.

    Raises
    ------
    OverlappingShares
        Groups that do not exclude each other.

    Examples
    --------
    >>> staff, residents = Shares.of_percent({"a": 20, "b": 80}), Shares.of_percent({"a": 30, "b": 70})
    >>> dissimilarity_index(staff, residents).value
    0.1
    """
    residents = residents.in_order_of(staff)
    _check_apart(staff, residents)
    apart = staff.percent - residents.percent
    slope = np.sign(apart) / 200
    se = _root(staff.covariance, slope, residents.covariance, slope)
    return _measure(float(np.abs(apart).sum() / 200), se, df, level, 0.0, 1.0)


def _group_gap(staff: Shares, residents: Shares, k: int, df: float, level: float) -> GroupGap:
    s, p = float(staff.percent[k]), float(residents.percent[k])
    own = math.nan if _is_silent(staff, k) else float(staff.se[k])
    se = math.hypot(own, residents.se[k])
    statistic = math.nan if is_noise(se, max(s, p)) else (s - p) / se
    return GroupGap(
        group=staff.groups[k],
        staff=s,
        residents=p,
        gap=_measure(s - p, se, df, level),
        parity=_parity(s, own, p, float(residents.se[k]), staff.n, df, level),
        headcount=_headcount(staff.headcount, p - s, se, df, level),
        statistic=statistic,
        p_value=_two_sided(statistic, df),
    )


def _is_silent(staff: Shares, k: int) -> bool:
    """Return whether no one, or everyone, of a sample is in a group: then its share has no known error."""
    sampled = staff.n is not None and staff.headcount is None
    return sampled and min(staff.percent[k], 100 - staff.percent[k]) < 1e-9 and is_noise(float(staff.se[k]), 100.0)


def _parity(s: float, se_s: float, p: float, se_p: float, n: int | None, df: float, level: float) -> Parity:
    if p < SMALLEST_TARGET:
        return Parity(None, f"the resident share of {p:.1f} % is under {SMALLEST_TARGET:g} %")
    if n is not None and n < SMALLEST_STAFF:
        return Parity(None, f"{n} staff are fewer than {SMALLEST_STAFF}")
    se = math.hypot(se_s, s / p * se_p) / p
    return Parity(_measure(s / p, se, df, level, lowest=0.0), None)


def _headcount(size: int | None, points: float, se: float, df: float, level: float) -> ShareMeasure | None:
    return None if size is None else _measure(size * points / 100, size * se / 100, df, level)


def _measure(
    value: float, se: float, df: float, level: float, lowest: float = -math.inf, highest: float = math.inf
) -> ShareMeasure:
    plain = t_interval(value, se, df, level)
    low, high = max(plain.low, lowest), min(plain.high, highest)
    return ShareMeasure(value, se, Interval(low, high, level, plain.method))


def _root(first: Floats, slope: Floats, second: Floats, other_slope: Floats) -> float:
    variance = slope @ first @ slope + other_slope @ second @ other_slope
    return math.sqrt(max(float(variance), 0.0)) if not np.isnan(variance) else math.nan


def _two_sided(statistic: float, df: float) -> float:
    from scipy.special import ndtr, stdtr

    if math.isnan(statistic) or not df > 0:
        return math.nan
    return 2 * float(ndtr(-abs(statistic)) if math.isinf(df) else stdtr(df, -abs(statistic)))


def _check_apart(*both: Shares) -> None:
    for shares in both:
        if shares.overlapping:
            raise OverlappingShares(shares.total)


def _notes(staff: Shares) -> tuple[str, ...]:
    if not staff.unknown or staff.n is None:
        return ()
    share = 100 * staff.unknown / (staff.n + staff.unknown)
    return (f"the group of {staff.unknown} staff ({share:.1f} %) is not known; they are in no share",)
