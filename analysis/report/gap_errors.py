"""Moderate the errors of all gaps to the rest of a source together."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from analysis.estimation.means import divide
from analysis.intervals.interval import t_interval
from analysis.moderation import moderate
from analysis.results import Estimates

Floats = NDArray[np.float64]


def moderated(found: Mapping[str, tuple[Estimates, Floats]]) -> dict[str, Estimates]:
    """Return gaps with moderated errors, from gaps and the variance that each has where a score has variance 1.

    An error over that variance is the spread of one score. It is moderated among the gaps about one agency.
    """
    rows = [row for gaps, _ in found.values() for row in gaps]
    units = np.concatenate([np.zeros(0), *(each for _, each in found.values())])
    agencies = list(dict.fromkeys(row.group[0][1] for row in rows))
    sets = np.array([agencies.index(row.group[0][1]) for row in rows], np.int64)
    errors = np.array([row.se for row in rows])
    made = moderate(divide(errors**2, units), np.array([row.df for row in rows]), sets)
    factors = np.where(errors > 0, divide(np.sqrt(made.variances * units), errors), 1.0)
    result, start = {}, 0
    for family, (gaps, _) in found.items():
        own = slice(start, start + len(gaps))
        result[family] = _with_errors(gaps, factors[own], made.df[own])
        start = own.stop
    return result


def _with_errors(gaps: Estimates, factors: Floats, df: Floats) -> Estimates:
    """Return gaps with errors times (k,) factors and other degrees of freedom; correlations stay."""
    rows = tuple(
        replace(row, se=row.se * factor, df=own, interval=t_interval(row.value, row.se * factor or np.nan, own, 0.95))
        for row, factor, own in zip(gaps, factors.tolist(), np.minimum(df, max(gaps.df, 1)).tolist(), strict=True)
    )
    return Estimates(gaps.statistic, rows, gaps.covariance * np.outer(factors, factors), gaps.df)
