"""Compute polychoric correlations of ordered answers, and the ordinal alpha that follows from them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.reliability.answers import answers_of, weights_of_rows
from analysis.reliability.covariance import TooFewAnswers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
FAR = 38.0  # thresholds beyond which a normal has no probability left
SMALLEST = 1e-300  # probability that stands for 0 inside a logarithm


@dataclass(frozen=True, eq=False, slots=True)
class OrdinalAlpha:
    """Alpha (0-1) of the answers' latent normals, their correlations (k, k), the rows, each item's thresholds."""

    alpha: float
    correlations: Floats
    n: int
    thresholds: tuple[tuple[float, ...], ...] = ()


def ordinal_alpha(answers: Any, weights: Any = None) -> OrdinalAlpha:
    r"""Standardized alpha from polychoric correlations: :math:`k \bar r / (1 + (k - 1) \bar r)`.

    Each answer is an ordered category of a latent normal variable. Thresholds come from the margins, and each
    correlation then maximizes the likelihood of the two-way table.

    Parameters
    ----------
    answers
        (n, k), NaN = missing; rows with a gap are left out; reversed items turned round beforehand.
    weights
        (n,) survey weights, or None.

    Raises
    ------
    TooFewAnswers
        Fewer than two items or two complete rows, or an item with one answer only.

    References
    ----------
    Olsson (1979), Psychometrika 44; Zumbo, Gadermann and Zeisser (2007), Journal of Modern Applied Statistical Methods
    6.

    Examples
    --------
    >>> latent = np.random.default_rng(1).normal(size=(500, 1)) + np.random.default_rng(2).normal(size=(500, 3))
    >>> round(ordinal_alpha(np.digitize(latent, [-1.0, 0.0, 1.0]).astype(float)).alpha, 2)
    0.72
    """
    answers = answers_of(answers)
    if answers.ndim != 2 or answers.shape[1] < 2:
        raise TooFewAnswers("two or more items", f"{answers.shape[-1] if answers.ndim == 2 else 1}")
    kept = ~np.isnan(answers).any(axis=1)
    if kept.sum() < 2:
        raise TooFewAnswers("two or more rows with all answers", f"{int(kept.sum())}")
    own = weights_of_rows(weights, len(answers))
    codes = [np.unique(column, return_inverse=True)[1] for column in answers[kept].T]
    for place, column in enumerate(codes):
        if not column.any():
            raise TooFewAnswers("an item that people answer differently", f"one answer to item {place + 1}")
    k = len(codes)
    matrix = np.eye(k)
    for i in range(k):
        for j in range(i):
            matrix[i, j] = matrix[j, i] = polychoric(codes[i], codes[j], own[kept])
    mean = float(matrix[np.tril_indices(k, -1)].mean())
    cuts = tuple(
        tuple(_thresholds(np.bincount(column, own[kept]).astype(np.float64))[1:-1].tolist()) for column in codes
    )
    return OrdinalAlpha(k * mean / (1 + (k - 1) * mean), matrix, int(kept.sum()), cuts)


def polychoric(first: Ints, second: Ints, weights: Floats) -> float:
    """The correlation of two latent normals from their categories (n,) 0, 1, 2 ..., by maximum likelihood.

    Examples
    --------
    >>> x = np.array([0, 0, 1, 1, 0, 1, 0, 1])
    >>> round(polychoric(x, np.array([0, 0, 1, 1, 0, 1, 1, 0]), np.ones(8)), 3)
    0.707
    """
    from scipy.optimize import minimize_scalar

    shape = (int(first.max()) + 1, int(second.max()) + 1)
    table = np.bincount(first * shape[1] + second, weights=weights, minlength=shape[0] * shape[1]).reshape(shape)
    rows, columns = _thresholds(table.sum(axis=1)), _thresholds(table.sum(axis=0))

    def misfit(correlation: float) -> float:
        below = both_below(rows[:, None], columns[None, :], correlation)
        cells = np.diff(np.diff(below, axis=0), axis=1)
        return -float((table * np.log(np.maximum(cells, SMALLEST))).sum())

    return float(minimize_scalar(misfit, bounds=(-0.99999, 0.99999), method="bounded", options={"xatol": 1e-10}).x)


def _thresholds(margin: Floats) -> Floats:
    from scipy.special import ndtri

    inner = ndtri(np.cumsum(margin)[:-1] / margin.sum())
    return np.concatenate([[-FAR], np.clip(inner, -FAR, FAR), [FAR]])


def both_below(h: Floats, k: Floats, correlation: float) -> Floats:
    """P(X <= h, Y <= k) of standard normals with a correlation, by Owen's T function.

    References
    ----------
    Owen (1956), Annals of Mathematical Statistics 27.

    Examples
    --------
    >>> round(float(both_below(np.array(0.0), np.array(0.0), 0.5)), 6)
    0.333333
    """
    from scipy.special import ndtr, owens_t

    h, k = (np.where(x == 0, 1e-150, x) for x in np.broadcast_arrays(h, k))
    root = np.sqrt(1 - correlation**2)
    parts = owens_t(h, (k - correlation * h) / (h * root)) + owens_t(k, (h - correlation * k) / (k * root))
    return np.asarray((ndtr(h) + ndtr(k)) / 2 - parts - np.where(h * k < 0, 0.5, 0.0), np.float64)
