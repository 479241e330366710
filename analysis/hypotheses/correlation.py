"""The correlation of two columns, with the design's variance."""

import math
from typing import Any

import numpy as np

from analysis.design import Design, check_weights_not_negative
from analysis.errors import EmptyGroup
from analysis.estimation import mean
from analysis.frames.conditions import rows_where
from analysis.hypotheses.result import Test
from analysis.intervals.interval import Interval, is_noise, t_interval

NAME = "correlation"


def correlation(design: Design, x: str, y: str, *, where: Any = None, level: float = 0.95) -> Test:
    r"""Test whether two numeric columns are correlated.

    With weighted standard scores, :math:`r = \sum w z_x z_y / \sum w`. Its linearized variance is that of the mean of
    :math:`z_x z_y - r (z_x^2 + z_y^2) / 2`. The interval is Fisher's: symmetric for artanh r, on the degrees of freedom
    of the design.

    Parameters
    ----------
    design, where, level
        As for `analysis.mean`; rows without one of the two values are left out.
    x, y
        Numeric columns.

    Returns
    -------
    Test
        `estimate` is r, `statistic` is r / se, a t on `df` degrees of freedom.

    Raises
    ------
    EmptyGroup, NotNumeric, UnknownColumn

    References
    ----------
    Binder (1983), International Statistical Review 51; Fisher (1921), Metron 1.

    Examples
    --------
    >>> design = Design.of({"x": [1.0, 2.0, 3.0, 4.0], "y": [2.0, 1.0, 4.0, 3.0]})
    >>> found = correlation(design, "x", "y")
    >>> found.estimate.__round__(6), found.n
    (0.6, 4)
    """
    check_weights_not_negative(design.weights, "a correlation")
    a, b = design.table.numbers(x), design.table.numbers(y)
    keep = rows_where(design.table, where)
    used = ~np.isnan(a) & ~np.isnan(b) & (True if keep is None else keep)
    if not (used & (design.weights > 0)).any():
        raise EmptyGroup(f"both '{x}' and '{y}'")
    zx, zy = (_standard(values, np.where(used, design.weights, 0.0)) for values in (a, b))
    r = float(np.average((zx * zy)[used], weights=design.weights[used]))
    linearized = np.where(used, zx * zy - r * (zx**2 + zy**2) / 2 + r, np.nan)
    row = mean(design.with_columns({NAME: linearized}), NAME, level=level)[0]
    t = math.nan if is_noise(row.se, 1.0) else r / row.se
    return Test(
        f"correlation of {x} and {y}",
        t,
        row.df,
        math.nan,
        _two_sided(t, row.df),
        row.n,
        r,
        row.se,
        _fisher(r, row, level),
    )


def _standard(values: Any, weights: Any) -> Any:
    """Weighted mean 0 and variance 1; NaN for a column of one value."""
    known = np.where(weights > 0, values, 0.0)
    center = float(np.average(known, weights=weights))
    centred = values - center
    spread = math.sqrt(float(np.average(np.where(weights > 0, centred, 0.0) ** 2, weights=weights)))
    return np.full(len(values), np.nan) if is_noise(spread, center) else centred / spread


def _fisher(r: float, row: Any, level: float) -> Interval:
    if not abs(r) < 1 or is_noise(row.se, 1.0):
        return t_interval(r, math.nan, row.df, level)
    inner = t_interval(math.atanh(r), row.se / (1 - r * r), row.df, level)
    return Interval(math.tanh(inner.low), math.tanh(inner.high), level, "fisher")


def _two_sided(t: float, df: float) -> float:
    from scipy.special import stdtr

    return float(2 * stdtr(df, -abs(t))) if df > 0 else math.nan
