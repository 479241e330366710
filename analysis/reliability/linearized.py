"""Estimate alpha with an interval that respects the sample design and its weighting: linearized, on the log scale."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.estimation import mean
from analysis.intervals import Interval, t_interval
from analysis.reliability.alpha import alpha_of
from analysis.reliability.answers import answers_of
from analysis.reliability.covariance import covariance_of_answers
from analysis.results import Estimate

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
INFLUENCE = "influence on alpha"


def design_alpha(design: Design, answers: Any, inside: Mask | None = None, *, level: float = 0.95) -> Estimate:
    r"""Estimate alpha of k items among complete rows, with the variance of the design.

    With item variances that sum to T, and V the variance of the sum s of the items, a row adds to alpha

    .. math::
        -\frac{k}{k-1} \Big(\frac{\sum_j (x_j - \bar x_j)^2 - T}{V} - \frac{T ((s - \bar s)^2 - V)}{V^2}\Big)

    and the standard error is that of the weighted mean of these influences. The interval is
    :math:`1 - (1 - \alpha) \exp(\pm t\, se / (1 - \alpha))`.

    Parameters
    ----------
    design
        The sample.
    answers
        (n, k), NaN = missing; reversed items turned round beforehand.
    inside
        (n,) the rows of a group; default everyone.
    level
        Confidence level.

    Raises
    ------
    TooFewAnswers
        Fewer than two items or complete rows, or an item without variation.

    References
    ----------
    Bonett (2002), Journal of Educational and Behavioral Statistics 27; Binder (1983), International Statistical
    Review 51.

    Examples
    --------
    >>> x = np.array([[1.0, 2], [2, 2], [4, 5], [5, 4], [3, 3], [1, 1]])
    >>> found = design_alpha(Design.of({"id": range(6)}), x)
    >>> round(found.value, 4), round(found.se, 3), found.interval.high < 1
    (0.9377, 0.024, True)
    """
    answers = answers_of(answers)
    kept = ~np.isnan(answers).any(axis=1) & (True if inside is None else inside)
    x, weights = answers[kept], design.weights[kept]
    influence = np.zeros(design.rows)
    matrix, n = covariance_of_answers(x, weights, "listwise", [f"item {j + 1}" for j in range(x.shape[1])])
    influence[kept] = _influence(x, weights)
    row = mean(design.with_columns({INFLUENCE: influence}), INFLUENCE, where=kept, level=level)[0]
    alpha = alpha_of(matrix)
    interval = _interval(alpha, row.se, row.df, level)
    return Estimate((), "alpha", alpha, row.se, interval, row.df, n, row.n_effective)


def _influence(x: Floats, weights: Floats) -> Floats:
    """Return (n,) the influence of each complete row on alpha."""
    part = weights / weights.sum()
    items = (x - part @ x) ** 2
    whole = (x.sum(axis=1) - part @ x.sum(axis=1)) ** 2
    t, v, k = float((part @ items).sum()), float(part @ whole), x.shape[1]
    return np.asarray(-k / (k - 1) * ((items.sum(axis=1) - t) / v - t * (whole - v) / v**2))


def _interval(alpha: float, se: float, df: float, level: float) -> Interval:
    if not alpha < 1 or math.isnan(se):
        return t_interval(alpha, math.nan, df, level)
    away = t_interval(math.log(1 - alpha), se / (1 - alpha), df, level)
    return Interval(1 - math.exp(away.high), 1 - math.exp(away.low), level, "log t")
