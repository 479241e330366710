r"""Estimate how evenly people answered: the R-indicator with its interval, from the weights of a sample.

A chance to answer is the planned weight d over the final weight w, scaled to the response rate q. With weights that
meet the totals of the population, the variance of the chances over the population is

.. math:: S^2 = q^2 \left( \frac{\sum w \sum d^2 / w}{(\sum d)^2} - 1 \right), \qquad R = 1 - 2 S.

Weights fitted to p totals vary even where everyone is equally likely to answer. In a sample of n people this adds
:math:`q^2 (\sum w h / \sum w - \sum w^2 / (\sum w)^2)`, about :math:`q^2 (p - 1) / n`, with h the leverages of the
fit; it is subtracted. The standard error of S² is linearized: a final weight changes with each person as in the
residuals of the weighting. The interval of S² becomes that of R, so it ends at 1.

References
----------
Schouten, Cobben and Bethlehem (2009), Survey Methodology 35, 101-113; Shlomo, Skinner and Schouten (2012), Journal of
Statistical Planning and Inference 142, 201-211, on bias and variance with known auxiliary values; Bianchi, Shlomo,
Schouten, Da Silva and Skinner (2019), Survey Methodology 45, 217-247, with population totals.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from analysis.design import Design
from analysis.design.adjustments import CellAdjustment
from analysis.design.explained import find_leverage

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Z = float(norm.ppf(0.975))


@dataclass(frozen=True, slots=True)
class Evenness:
    """Hold an R-indicator: its value after the correction for bias, the one before, and a 95 percent interval."""

    value: float
    unadjusted: float
    low: float
    high: float


@dataclass(frozen=True, eq=False, slots=True)
class Response:
    """Hold who answered: the rate, (n,) planned weights, (n,) strata, and (H,) invitations of each stratum.

    Without invitations the rate is taken as known.
    """

    rate: float
    planned: Floats
    strata: Ints
    invited: Floats | None = None


def find_evenness(design: Design, response: Response) -> Evenness:
    """Return the R-indicator of a weighted sample."""
    held = (design.weights > 0) & (response.planned > 0)
    weights, planned = np.where(held, design.weights, 0.0), np.where(held, response.planned, 0.0)
    square = weights.sum() * _divided(planned**2, weights).sum() / planned.sum() ** 2 - 1
    adjusted = square - _added_by_fit(design, weights)
    variance = response.rate**4 * _variance(_scores(design, weights, planned, response), response)
    wide = Z * sqrt(variance)
    spread = response.rate**2 * adjusted
    return Evenness(*(_indicator(x) for x in (spread, response.rate**2 * square, spread + wide, spread - wide)))


def _indicator(variance: float) -> float:
    return max(1 - 2 * sqrt(max(variance, 0.0)), 0.0)


def _added_by_fit(design: Design, weights: Floats) -> float:
    """Return what the fit alone adds to the relative variance of the chances."""
    fits = [a for a in design.adjustments if isinstance(a, CellAdjustment) and a.projection is not None]
    leverage = find_leverage(fits, design.rows)
    own = float((weights**2).sum() / weights.sum() ** 2)
    return max(float((weights * leverage).sum() / weights.sum()) - own, 0.0)


def _scores(design: Design, weights: Floats, planned: Floats, response: Response) -> Floats:
    """Return (n,) by how much each person moves the relative variance, and the rate where it is estimated."""
    squares = _divided(planned**2, weights)
    fitted = np.stack([squares, weights], axis=1)
    left = fitted
    for adjustment in design.adjustments:
        left = adjustment.residual(left)  # without the factors of `Design.residual`, which are for a spread
    whole = weights.sum() * squares.sum() / planned.sum() ** 2
    moved = (2 * squares - left[:, 0]) / squares.sum() + left[:, 1] / weights.sum() - 2 * planned / planned.sum()
    scores = np.asarray(whole * moved, np.float64)
    return scores if response.invited is None else scores + 2 * max(whole - 1, 0.0) / len(weights)


def _variance(scores: Floats, response: Response) -> float:
    """Return the variance of the sum of scores over invited people, of whom those without an answer score 0."""
    strata = response.strata
    size = np.bincount(strata).astype(float) if response.invited is None else response.invited
    sums = np.bincount(strata, weights=scores, minlength=len(size)).astype(np.float64)
    return float((scores**2).sum() - _divided(sums**2, size).sum())


def _divided(values: Floats, by: Floats) -> Floats:
    return np.divide(values, by, out=np.zeros_like(values), where=by > 0)
