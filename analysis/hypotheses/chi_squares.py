"""Compute the upper tail of a weighted sum of chi-squares, over a chi-square where the variance is estimated."""

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
NEAR = 1e-4  # saddlepoints nearer to 0 than this lose their digits: the sum is near its mean
NOTHING = 1e-9  # weights below this part of the largest are 0
TERMS = 6000  # terms of the series
REST = 1e-9  # weight of the terms that are left out


def exact_tail(x: float, weights: Floats, df: float = math.inf) -> float:
    r"""P(sum w_k X_k > x D/df) for independent chi-squares, X_k on 1 df each and D on `df`.

    The sum is a mixture of chi-squares: :math:`\sum_j c_j P(\beta \chi^2_{k+2j} > x)` with :math:`\beta` just below the
    smallest weight, :math:`c_0 = \prod \sqrt{\beta/w}` and :math:`c_j = \frac{1}{2j} \sum_{r<j} g_{j-r} c_r`,
    :math:`g_m = \sum (1 - \beta/w)^m`.

    Parameters
    ----------
    x
        Value of the sum.
    weights
        (k,) weights of 0 or more.
    df
        Degrees of freedom of D; infinite for D/df = 1.

    Returns
    -------
    float
        NaN without a weight above 0; the saddlepoint where the weights lie too far apart for the series.

    References
    ----------
    Ruben (1962), Annals of Mathematical Statistics 33; Farebrother (1984), Applied Statistics 33.

    Examples
    --------
    >>> round(exact_tail(3.841459, np.array([1.0])), 6), round(exact_tail(5.991465, np.ones(2)), 6)
    (0.05, 0.05)
    >>> round(exact_tail(2 * 3.4928, np.ones(2), df=20), 5)  # F on (2, 20)
    0.05
    """
    own = _positive(weights)
    if not len(own) or not df > 0:
        return math.nan
    if x <= 0:
        return 1.0
    beta = 0.90625 * float(own.min()) if np.ptp(own) > 0 else float(own.min())
    mixture = _mixture(1 - beta / own, float(np.sqrt(beta / own).prod()))
    rest = 1 - float(mixture.sum())
    if rest > REST:
        return saddlepoint_tail(x, weights, df)
    return float(mixture @ _tails(x / beta, np.arange(len(own), len(own) + 2.0 * len(mixture), 2.0), df))


def _mixture(ratios: Floats, first: float) -> Floats:
    """The coefficients c of the series, until nearly all of their sum is there."""
    c, g = np.zeros(TERMS), np.zeros(TERMS)
    c[0], powers, whole = first, np.ones(len(ratios)), first
    for j in range(1, TERMS):
        powers *= ratios
        g[j] = powers.sum()
        c[j] = float(g[j:0:-1] @ c[:j]) / (2 * j)
        whole += c[j]
        if whole > 1 - REST / 1000:
            return c[: j + 1]
    return c


def _tails(x: float, k: Floats, df: float) -> Floats:
    """P(chi-square on k > x D/df) for many k."""
    from scipy.special import chdtrc, fdtrc

    return np.asarray(chdtrc(k, x) if math.isinf(df) else fdtrc(k, df, x / k))


def saddlepoint_tail(x: float, weights: Floats, df: float = math.inf, copies: float | None = None) -> float:
    """Approximate the tail by Lugannani and Rice's saddlepoint, within a few percent; by two moments near the mean.

    Parameters
    ----------
    x, weights, df
        As for `exact_tail`.
    copies
        Chi-squares on 1 df that stand for D, each with the weight x/df; default `df` of them.

    References
    ----------
    Kuonen (1999), Biometrika 86.

    Examples
    --------
    >>> round(saddlepoint_tail(12.0, np.array([1.0, 2.0])), 4), round(exact_tail(12.0, np.array([1.0, 2.0])), 4)
    (0.0226, 0.0223)
    """
    from scipy.optimize import brentq
    from scipy.special import chdtrc, ndtr

    own = _positive(weights)
    if not len(own) or not df > 0:
        return math.nan
    if x <= 0:
        return 1.0
    w, h, level = own / own.max(), np.ones(len(own)), x / float(own.max())
    if not math.isinf(df):
        w, h, level = np.append(w, -level / df), np.append(h, df if copies is None else copies), 0.0

    def slope(z: float) -> float:
        return float(h @ (w / (1 - 2 * z * w))) - level

    low = 0.99999 / (2 * w.min()) if w.min() < 0 else -0.01 if level > h @ w else -h.sum() / (2 * level)
    z = float(brentq(slope, low, 0.99999 / (2 * w.max()), xtol=1e-14, rtol=1e-13))
    if abs(z) < NEAR:
        scale, free = satterthwaite(own)
        return float(chdtrc(free, x / scale))
    cumulant = -0.5 * float(h @ np.log1p(-2 * z * w))
    root = math.copysign(math.sqrt(2 * (z * level - cumulant)), z)
    v = z * math.sqrt(2 * float(h @ (w / (1 - 2 * z * w)) ** 2))
    return float(ndtr(-(root + math.log(v / root) / root)))


def satterthwaite_tail(x: float, weights: Floats, df: float = math.inf) -> float:
    """Approximate the tail by one chi-square with the sum's mean and variance; `df` as for `exact_tail`.

    Examples
    --------
    >>> round(satterthwaite_tail(12.0, np.array([1.0, 2.0])), 4)
    0.022
    """
    scale, free = satterthwaite(weights)
    return float(_tails(x / scale, np.array([free]), df)[0]) if free > 0 and df > 0 else math.nan


def satterthwaite(weights: Floats) -> tuple[float, float]:
    """Scale and degrees of freedom of the one chi-square with the same mean and variance as the sum.

    Examples
    --------
    >>> satterthwaite(np.array([2.0, 2.0]))
    (2.0, 2.0)
    """
    total, squares = float(weights.sum()), float((weights**2).sum())
    return (squares / total, total**2 / squares) if total > 0 else (math.nan, math.nan)


def _positive(weights: Floats) -> Floats:
    return np.asarray(weights[weights > NOTHING * weights.max(initial=0.0)], np.float64)
