"""Intervals for a share estimated from a survey, from share, variance, degrees of freedom and n."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from analysis.errors import UnknownChoice
from analysis.intervals import likelihood
from analysis.intervals.counts import Bounds, clopper_pearson_bounds, wilson_bounds
from analysis.intervals.interval import BadIntervalInput, Interval, critical_value
from analysis.intervals.likelihood import NOTHING, InterceptFit


@dataclass(frozen=True, slots=True)
class _Share:
    """Hold the input of every method."""

    p: float
    variance: float
    df: float
    n: float
    level: float
    t: float
    fit: InterceptFit | None

    @property
    def tail(self) -> float:
        return (1 - self.level) / 2


def share_interval(
    method: str,
    p: float,
    variance: float,
    df: float,
    n: float,
    level: float = 0.95,
    fit: InterceptFit | None = None,
) -> Interval:
    """The interval of a survey share.

    With t the t quantile on `df`, z the normal one, n* = p(1-p)/v and n+ = n* (t(n-1)/t(df))²:

    ================  ====================================================================
    mean, wald        p -+ t sqrt(v); may leave 0..1
    logit, xlogit     logit(p) -+ t sqrt(v)/(p(1-p)), transformed back
    asin              asin(sqrt p) -+ t sqrt(v/(4p(1-p))), back by sin²; reflected at 0 and 1, as R's
    beta              Clopper-Pearson on n+ (R: not capped)
    korn_graubard     Clopper-Pearson on min(n, n+) (NCHS)
    wilson            Wilson with t in place of z on n* (R 4.5)
    wilson_df         Wilson with z on min(n, n+)
    likelihood        R's interpolated profile of the scaled deviance; to the digit with `fit`
    likelihood_exact  the same solved: 2 KL(p, q) = t² v/(p(1-p))
    ================  ====================================================================

    When all or none of the sample has the trait (p = 0 or 1, v = 0), the variance has no information: `korn_graubard`
    and `wilson_df` then use n, and all others have NaN bounds. A share strictly between 0 and 1 with v = 0 is fixed,
    for instance by calibration, and its bounds are the share (for the capped methods those of n). On 0 df, or with n =
    0, the bounds are NaN, because missing information must not give an interval of width zero.

    Parameters
    ----------
    method
        One of `SHARE_METHODS`.
    p, variance
        Estimated share 0..1 and its design variance.
    df
        Degrees of freedom of the variance; infinite = normal quantile.
    n
        Rows of the sample or domain.
    level
        Confidence level.
    fit
        Only for `likelihood`: the fit of the rows (`fit_intercept`); without it that of n equal weights,
        which agrees with R to about 1e-4 for rare traits.

    Raises
    ------
    BadIntervalInput
        When p lies outside 0..1, the variance is negative, or the level not between 0 and 1.
    UnknownChoice
        When there is no such method.

    References
    ----------
    Korn and Graubard (1998), Survey Methodology 24; Parker et al. (2017), NCHS Data Presentation Standards
    for Proportions; Rao and Scott (1984), Annals of Statistics 12; Franco et al. (2019), JSSAM 7.

    Examples
    --------
    >>> interval = share_interval("korn_graubard", p=0.0324, variance=4e-5, df=48, n=1017)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.0209, 0.0478)
    >>> share_interval("korn_graubard", p=0.0, variance=0.0, df=48, n=100).high.__round__(4)
    0.0362
    """
    if method not in SHARE_METHODS:
        raise UnknownChoice("the method of a share interval", SHARE_METHODS, method)
    _check(p, variance)
    share = _Share(p, variance, df, n, level, critical_value(level, df), fit)
    is_known = df > 0 and n > 0 and not math.isnan(p + variance)
    low, high = SHARE_METHODS[method](share) if is_known else NOTHING
    return Interval(low, high, level, method)


def effective_n(p: float, variance: float) -> float:
    """The size of a simple random sample with the same variance: ``p(1-p)/v``; infinite for a fixed share.

    Examples
    --------
    >>> round(effective_n(0.5, 0.0025), 9)
    100.0
    """
    return math.inf if variance == 0 else p * (1 - p) / variance


def adjusted_effective_n(
    p: float, variance: float, df: float, n: float, level: float = 0.95, capped: bool = True
) -> float:
    """The effective n of Korn and Graubard: ``p(1-p)/v (t(n-1)/t(df))²``, by default not more than n (NCHS).

    Examples
    --------
    >>> round(adjusted_effective_n(0.0324, 4e-5, df=48, n=1017), 3)
    746.528
    """
    if n <= 1:
        return n
    ratio = critical_value(level, n - 1) / critical_value(level, df)
    free = effective_n(p, variance) * ratio**2
    return min(n, free) if capped else free


def _check(p: float, variance: float) -> None:
    if p < 0 or p > 1:
        raise BadIntervalInput("a share", "between 0 and 1", p)
    if variance < 0:
        raise BadIntervalInput("the variance of a share", "0 or more", variance)


def _inside(bounds: Callable[[_Share], Bounds]) -> Callable[[_Share], Bounds]:
    """Return bounds for methods that need a spread: none at p = 0 or 1, the share itself where it is fixed."""

    def of(share: _Share) -> Bounds:
        if share.p in (0, 1):
            return NOTHING
        return bounds(share) if share.variance > 0 else (share.p, share.p)

    return of


def _mean(share: _Share) -> Bounds:
    half = share.t * math.sqrt(share.variance)
    return share.p - half, share.p + half


def _logit(share: _Share) -> Bounds:
    centre = math.log(share.p / (1 - share.p))
    half = share.t * math.sqrt(share.variance) / (share.p * (1 - share.p))
    return _from_logit(centre - half), _from_logit(centre + half)


def _from_logit(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def _asin(share: _Share) -> Bounds:
    centre = math.asin(math.sqrt(share.p))
    half = share.t * math.sqrt(share.variance / (4 * share.p * (1 - share.p)))
    return math.sin(centre - half) ** 2, math.sin(centre + half) ** 2


def _beta(share: _Share) -> Bounds:
    n = adjusted_effective_n(share.p, share.variance, share.df, share.n, share.level, capped=False)
    return clopper_pearson_bounds(n * share.p, n, share.tail)


def _korn_graubard(share: _Share) -> Bounds:
    n = _capped_n(share)
    return clopper_pearson_bounds(n * share.p, n, share.tail)


def _wilson(share: _Share) -> Bounds:
    return wilson_bounds(share.p, effective_n(share.p, share.variance), share.t)


def _wilson_df(share: _Share) -> Bounds:
    return wilson_bounds(share.p, _capped_n(share), critical_value(share.level))


def _capped_n(share: _Share) -> float:
    if share.p in (0, 1):
        return share.n
    return adjusted_effective_n(share.p, share.variance, share.df, share.n, share.level)


def _likelihood(share: _Share) -> Bounds:
    fit = share.fit or (InterceptFit.of_share(share.p, share.n) if share.n > 1 else None)
    return likelihood.profile_bounds(fit, share.variance, share.t) if fit else NOTHING


def _likelihood_exact(share: _Share) -> Bounds:
    return likelihood.exact_bounds(share.p, share.variance, share.t)


SHARE_METHODS: Mapping[str, Callable[[_Share], Bounds]] = MappingProxyType(
    {
        "mean": _inside(_mean),
        "wald": _inside(_mean),
        "logit": _inside(_logit),
        "xlogit": _inside(_logit),
        "asin": _inside(_asin),
        "beta": _inside(_beta),
        "korn_graubard": _korn_graubard,
        "wilson": _inside(_wilson),
        "wilson_df": _wilson_df,
        "likelihood": _inside(_likelihood),
        "likelihood_exact": _inside(_likelihood_exact),
    }
)
