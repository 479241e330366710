r"""Sample sizes and the precision that they reach, before the field starts.

With S² = p(1 - p) for a share and sd² for a mean, n completes vary by :math:`V(n) = deff S^2 / n (1 - n/N)`, and z is
the normal quantile of 1 - (1 - level)/2. Source: Cochran (1977), Sampling Techniques, chapter 4; Valliant, Dever and
Kreuter (2018), Practical Tools for Designing and Weighting Survey Samples, chapter 3.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from analysis.planning.checks import BadFigure, check_positive, check_rate, check_share, whole


@dataclass(frozen=True, slots=True)
class SampleSize:
    """Hold a planned sample size.

    Parameters
    ----------
    z
        Normal quantile of the level.
    n_srs_infinite
        Completes of a simple random sample from an infinite population.
    n
        Completes under the design effect and the population, not rounded.
    completes
        The same, rounded up.
    effective_n
        Completes over the design effect.
    invitations
        People to invite, rounded up.
    margin_reached
        Half-width of the interval that the completes reach.
    """

    z: float
    n_srs_infinite: float
    n: float
    completes: int
    effective_n: float
    invitations: int
    margin_reached: float


@dataclass(frozen=True, slots=True)
class Precision:
    """Standard error, half-width of the interval and effective n of a planned estimate."""

    se: float
    margin: float
    effective_n: float


@dataclass(frozen=True, slots=True)
class PlannedEffect:
    """The design effect to plan with, and its two factors."""

    weighting: float
    clustering: float

    @property
    def deff(self) -> float:
        """The product of both factors."""
        return self.weighting * self.clustering


def sample_size(
    *,
    share: float | None = None,
    sd: float | None = None,
    margin: float | None = None,
    cv: float | None = None,
    level: float = 0.95,
    deff: float = 1.0,
    population: float | None = None,
    response_rate: float = 1.0,
    eligible_rate: float = 1.0,
    corrected: bool = False,
) -> SampleSize:
    r"""Compute the completes that a margin of error needs, and the invitations that give them.

    :math:`n_0 = deff z^2 S^2 / margin^2`, or :math:`deff S^2 / (p cv)^2` for a coefficient of variation, and
    :math:`n = n_0 / (1 + n_0 / N)`. Invitations are the completes over the response rate times the eligible rate.

    Parameters
    ----------
    share, sd
        What is estimated: a share (0..1), or a mean of values with this standard deviation.
    margin, cv
        The wanted half-width of the interval in the unit of the estimate, or the coefficient of variation of a share.
    level
        Confidence level.
    deff
        Design effect; see `planned_deff`.
    population
        Number of people; None for infinite.
    response_rate, eligible_rate
        Rates above 0 and up to 1: who answers, and how many of the invited belong to the population.
    corrected
        Multiply p(1 - p) by N / (N - 1), the unit variance of a finite population.

    Raises
    ------
    BadFigure

    References
    ----------
    Cochran (1977), Sampling Techniques, chapter 4.

    Examples
    --------
    >>> plan = sample_size(share=0.5, margin=0.05, deff=1.6, population=12000, response_rate=0.35)
    >>> plan.completes, plan.invitations
    (585, 1672)
    """
    check_positive(deff=deff)
    check_rate("response_rate", response_rate)
    check_rate("eligible_rate", eligible_rate)
    z, square = quantile_of(level), unit_variance(share, sd, population, corrected)
    simple = square / _wanted_variance(share, margin, cv, z)
    start = deff * simple
    n = start if population is None else start / (1 + start / population)
    completes = whole(n)
    return SampleSize(
        z,
        simple,
        n,
        completes,
        completes / deff,
        whole(completes / (response_rate * eligible_rate)),
        z * math.sqrt(_variance(square, completes, deff, population)),
    )


def _wanted_variance(share: float | None, margin: float | None, cv: float | None, z: float) -> float:
    """Return the variance that gives the margin or the coefficient of variation."""
    if (margin is None) == (cv is None):
        raise BadFigure("margin and cv", "exactly one of both", (margin, cv))
    if margin is not None:
        check_positive(margin=margin)
        return (margin / z) ** 2
    if cv is None or share is None:
        raise BadFigure("cv", "a share beside it", cv)
    check_positive(cv=cv)
    return (share * cv) ** 2


def precision(
    n: float,
    *,
    share: float | None = None,
    sd: float | None = None,
    level: float = 0.95,
    deff: float = 1.0,
    population: float | None = None,
    corrected: bool = False,
) -> Precision:
    r"""Compute the standard error and the margin that n completes reach: :math:`z \sqrt{V(n)}`.

    Parameters
    ----------
    n
        Completes.
    share, sd, level, deff, population, corrected
        As for `sample_size`.

    Raises
    ------
    BadFigure

    Examples
    --------
    >>> round(precision(640, share=0.5, deff=1.7, population=9000).margin, 4)
    0.0487
    """
    check_positive(n=n, deff=deff)
    se = math.sqrt(_variance(unit_variance(share, sd, population, corrected), n, deff, population))
    return Precision(se, quantile_of(level) * se, n / deff)


def planned_deff(
    *, cluster_size: float = 1.0, icc: float = 0.0, cv_cluster_size: float = 0.0, cv_weights: float = 0.0
) -> PlannedEffect:
    r"""Compute the design effect to plan with: :math:`(1 + cv_w^2) (1 + (m (1 + cv_m^2) - 1) icc)`.

    Parameters
    ----------
    cluster_size
        Mean number m of interviews in a PSU.
    icc
        Correlation of two answers within a PSU.
    cv_cluster_size, cv_weights
        Coefficients of variation of the PSUs' sizes and of the weights.

    Raises
    ------
    BadFigure

    References
    ----------
    Kish (1965), Survey Sampling; Gabler, Häder and Lahiri (1999), Survey Methodology 25.

    Examples
    --------
    >>> round(planned_deff(cluster_size=12, icc=0.06, cv_cluster_size=0.4, cv_weights=0.7).deff, 3)
    2.645
    """
    check_positive(cluster_size=cluster_size)
    if not -1 <= icc <= 1:
        raise BadFigure("icc", "a correlation from -1 to 1", icc)
    return PlannedEffect(1 + cv_weights**2, 1 + (cluster_size * (1 + cv_cluster_size**2) - 1) * icc)


def invitations(
    completes: Mapping[str, float], response_rates: Mapping[str, float], eligible_rate: float = 1.0
) -> dict[str, int]:
    """Compute the people to invite in each stratum: completes over the response rate times the eligible rate.

    Parameters
    ----------
    completes, response_rates
        Stratum -> wanted completes, and -> expected response rate.
    eligible_rate
        Part of the invited people that belongs to the population.

    Raises
    ------
    BadFigure
        A rate outside 0..1, or a stratum without one.

    Examples
    --------
    >>> invitations({"a": 120, "b": 80}, {"a": 0.31, "b": 0.18}, 0.94)
    {'a': 412, 'b': 473}
    """
    check_rate("eligible_rate", eligible_rate)
    if set(completes) - set(response_rates):
        raise BadFigure("response_rates", "a rate for each stratum", sorted(response_rates))
    for stratum in completes:
        check_rate(f"the response rate of '{stratum}'", response_rates[stratum])
    return {name: whole(n / (response_rates[name] * eligible_rate)) for name, n in completes.items()}


def quantile_of(level: float) -> float:
    """The normal quantile of 1 - (1 - level)/2.

    Examples
    --------
    >>> round(quantile_of(0.95), 4)
    1.96
    """
    from scipy.special import ndtri

    check_share("level", level)
    return -float(ndtri((1 - level) / 2))


def unit_variance(
    share: float | None, sd: float | None, population: float | None = None, corrected: bool = False
) -> float:
    """The variance S² of one answer: p(1 - p) of a share, sd² of a mean.

    Examples
    --------
    >>> unit_variance(0.5, None), unit_variance(None, 20.0)
    (0.25, 400.0)
    """
    if population is not None:
        check_positive(population=population)
    if share is not None and sd is None:
        check_share("share", share)
        factor = population / (population - 1) if corrected and population is not None and population > 1 else 1.0
        return share * (1 - share) * factor
    if sd is None or share is not None:
        raise BadFigure("share and sd", "exactly one of both", (share, sd))
    check_positive(sd=sd)
    return sd**2


def _variance(square: float, n: float, deff: float, population: float | None) -> float:
    if population is not None and n > population + 1e-6:
        raise BadFigure("n", f"no more completes than the population of {population:g}", n)
    return deff * square / n * (1 - n / population if population is not None else 1.0)
