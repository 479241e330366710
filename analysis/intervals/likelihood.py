"""The likelihood interval of a share: solved exactly, and as R's ``svyciprop`` reads it off a profile."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.intervals.spline import spline_values

Floats = NDArray[np.float64]
Bounds = tuple[float, float]

NOTHING = (math.nan, math.nan)


@dataclass(frozen=True, slots=True)
class InterceptFit:
    """A weighted logistic model with nothing but an intercept.

    `information` is the curvature R uses, taken one step before convergence; `total` the sum of the
    rescaled weights; `deviance` that of the fit; `dispersion` the weighted variance of the Pearson
    residuals; `rows` the cases used.
    """

    logit: float
    share: float
    information: float
    total: float
    deviance: float
    dispersion: float
    rows: int

    @classmethod
    def of_share(cls, p: float, n: float) -> "InterceptFit":
        """The converged fit of n equally weighted rows with share p."""
        return cls(
            logit=math.log(p / (1 - p)),
            share=p,
            information=n * p * (1 - p),
            total=n,
            deviance=_deviance(p, p, n),
            dispersion=n / (n - 1),
            rows=int(n),
        )


def exact_bounds(p: float, variance: float, t: float) -> Bounds:
    """Where the Rao-Scott scaled deviance reaches t²: ``2 KL(p, q) = t² v / p(1-p)`` solved for q."""
    from scipy.optimize import brentq

    limit = t**2 * variance / (p * (1 - p))

    def excess(q: float) -> float:
        return _deviance(p, q, 1.0) - _deviance(p, p, 1.0) - limit

    def solve(low: float, high: float, outer: float) -> float:
        return outer if excess(outer) < 0 else float(brentq(excess, low, high, xtol=1e-15, rtol=1e-14))

    nearly_zero, nearly_one = 1e-300, 1 - 1e-16
    return solve(nearly_zero, p, nearly_zero), solve(p, nearly_one, nearly_one)


def profile_bounds(fit: InterceptFit, variance: float, t: float) -> Bounds:
    """R's bounds: signed roots of the deviance on a grid of logits, a spline through them, read off linearly.

    The grid steps by a fifth of the largest root wanted times the standard error, at most nine times to
    each side; the cut is t times the root of (design variance x information).
    """
    from scipy.special import ndtr, stdtrit

    logit_variance = variance / (fit.share * (1 - fit.share)) ** 2
    cut = t * math.sqrt(logit_variance * fit.information)
    largest = -float(stdtrit(fit.rows - 1, float(ndtr(-cut)) / 4))
    if not math.isfinite(largest) or cut == 0:
        return NOTHING
    logits, roots = _profile(fit, largest, math.sqrt(logit_variance))
    fine = np.linspace(logits[0], logits[-1], 3 * len(logits))
    cuts = np.interp([-cut, cut], spline_values(logits, roots, fine), fine, left=np.nan, right=np.nan)
    low, high = (_share(float(x)) for x in cuts)
    return low, high


def fit_intercept(y: Floats, weights: Floats, mean_weight: float | None = None) -> InterceptFit | None:
    """Fit the share of a 0/1 variable as R's ``svyglm(y ~ 1, family = quasibinomial)`` does, step by step.

    Parameters
    ----------
    y
        (n,) 0 or 1, without missing values.
    weights
        (n,) weights of the same rows.
    mean_weight
        Mean weight of all rows of the design, those with a missing y too; default: of these rows.

    Returns
    -------
    The fit, or None when y is constant and no logit exists.

    References
    ----------
    McCullagh and Nelder (1989), Generalized Linear Models, section 2.5.

    Examples
    --------
    >>> fit = fit_intercept(np.array([1.0, 0, 0, 1, 0]), np.ones(5))
    >>> round(fit.share, 6), round(fit.information, 4)
    (0.4, 1.2)
    """
    used = weights > 0
    if not used.any() or np.ptp(y[used]) == 0:
        return None
    scaled = weights / (weights.mean() if mean_weight is None else mean_weight)
    logit, information, deviance = _iterate(y, scaled)
    count = int(used.sum())
    return InterceptFit(
        logit=logit,
        share=_share(logit),
        information=information,
        total=float(scaled.sum()),
        deviance=deviance,
        dispersion=count / (count - 1) * float(scaled.mean()),
        rows=len(y),
    )


def _iterate(y: Floats, w: Floats) -> tuple[float, float, float]:
    """Reweighted least squares with R's start and stopping rule (deviance changes by less than 1e-8)."""
    mu = (w * y + 0.5) / (w + 1)
    deviance = -2 * float(w @ np.log(np.where(y == 1, mu, 1 - mu)))
    while True:
        curvature = mu * (1 - mu)
        information = float(w @ curvature)
        logit = float((w * curvature) @ (np.log(mu / (1 - mu)) + (y - mu) / curvature)) / information
        mu = np.full(len(y), _share(logit))
        before, deviance = deviance, _deviance(float(w @ y / w.sum()), float(mu[0]), float(w.sum()))
        if abs(deviance - before) / (abs(deviance) + 0.1) < 1e-8:
            return logit, information, deviance


def _profile(fit: InterceptFit, largest: float, se: float) -> tuple[Floats, Floats]:
    points = [(fit.logit, 0.0)]
    mean = fit.share
    for side in (-1, 1):
        root, step = 0.0, 1
        while step < 10 and abs(root) < largest:
            logit = fit.logit + side * step * largest / 5 * se
            rise = max(_deviance_at_logit(mean, logit, fit.total) - fit.deviance, 0.0)
            root = side * math.sqrt(rise / fit.dispersion)
            points.append((logit, root))
            step += 1
    logits, roots = np.array(sorted(points)).T
    return logits, roots


def _share(logit: float) -> float:
    return 1 / (1 + math.exp(-logit)) if logit >= 0 else math.exp(logit) / (1 + math.exp(logit))


def _deviance(p: float, q: float, n: float) -> float:
    return -2 * n * (p * math.log(q) + (1 - p) * math.log1p(-q))


def _deviance_at_logit(p: float, logit: float, n: float) -> float:
    """The same from the logit, which does not overflow far out: ``2n (log(1 + exp(x)) - p x)``."""
    return float(2 * n * (np.logaddexp(0.0, logit) - p * logit))
