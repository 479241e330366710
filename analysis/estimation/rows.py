"""From vectors of estimates to result rows: intervals, degrees of freedom, notes."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.design.extreme import is_carried_by_few
from analysis.errors import UnknownChoice
from analysis.estimation.sums import Facts
from analysis.intervals.interval import Interval, is_noise, t_interval
from analysis.results import Estimate, Estimates

Floats = NDArray[np.float64]
IntervalOf = Callable[[float, float, float, int], Interval]
SYMMETRIC = ("t", "normal")


def symmetric_interval(value: float, se: float, df: float, level: float, method: str) -> Interval:
    """Estimate plus and minus a t or normal quantile of standard errors.

    Examples
    --------
    >>> symmetric_interval(50.0, 2.0, 30, 0.95, "normal").low.__round__(3)
    46.08
    """
    if method not in SYMMETRIC:
        raise UnknownChoice("the interval method", SYMMETRIC, method)
    return t_interval(value, se, df if method == "t" else math.inf, level)


def intervals_by(method: str, level: float) -> IntervalOf:
    """Symmetric intervals of one method and level."""

    def interval_of(value: float, se: float, df: float, n: int) -> Interval:
        return symmetric_interval(value, se, df, level, method)

    return interval_of


def make_estimates(
    statistic: str,
    facts: Facts,
    values: Floats,
    covariance: Floats,
    terms: Sequence[str],
    column_domain: Sequence[int],
    interval_of: IntervalOf,
    deff: Floats | None = None,
) -> Estimates:
    """Result rows in the order of `values`; `interval_of` gets value, se, df and n."""
    errors = np.sqrt(np.maximum(np.diagonal(covariance), 0.0))
    rows = []
    for k, domain in enumerate(column_domain):
        df, n = float(facts.df[domain]), int(facts.n[domain])
        value, se = float(values[k]), float(errors[k])
        interval, silent = _interval(interval_of, value, se, df, n)
        rows.append(
            Estimate(
                group=facts.groups[domain],
                term=terms[k],
                value=value,
                se=se,
                interval=interval,
                df=df,
                n=n,
                n_effective=float(facts.n_effective[domain]),
                deff=None if deff is None else float(deff[k]),
                notes=_notes(df, n, silent, float(facts.n_effective[domain])),
            )
        )
    return Estimates(statistic, tuple(rows), covariance, facts.design_df, facts.orders)


def _interval(interval_of: IntervalOf, value: float, se: float, df: float, n: int) -> tuple[Interval, bool]:
    """Return the interval, and whether it is unknown because the standard error is 0 or rounding."""
    if not is_noise(se, value):
        return interval_of(value, se, df, n), False
    found = interval_of(value, 0.0, df, n)
    if found.low < found.high:
        return found, False
    return Interval(math.nan, math.nan, found.level, found.method), True


def _notes(df: float, n: int, silent: bool, n_effective: float) -> tuple[str, ...]:
    notes = []
    if n == 0:
        notes.append("no row with a value")
    if df <= 0:
        notes.append("no degrees of freedom: no interval")
    elif silent:
        notes.append("no variation: no interval")
    if is_carried_by_few(n, n_effective):
        notes.append("very unequal weights: few answers decide")
    return tuple(notes)
