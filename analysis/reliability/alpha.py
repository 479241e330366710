"""Compute Cronbach's alpha and related coefficients from the covariance of the items."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.intervals import Interval
from analysis.intervals.interval import check_level
from analysis.reliability.answers import answers_of, names_of_items
from analysis.reliability.covariance import Missing, TooFewAnswers, correlation, covariance_of_answers

Floats = NDArray[np.float64]

TINY = 1e-12
LOW = 0.70  # below this, a score says more about the wording than about the people (Nunnally 1978)


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """Hold an item's correlation with the sum of all and of the other items, and alpha without it (NaN of two)."""

    name: str
    item_total_r: float
    item_rest_r: float
    alpha_if_dropped: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """Hold the reliability of items.

    `alpha_se` is the asymptotic standard error for equal weights; `interval` is Feldt's; `spearman_brown` is given
    for two items only, where it is more accurate; `n` counts the rows used.
    """

    n: int
    alpha: float
    standardised_alpha: float
    average_r: float
    lambda2: float
    lambda6: float
    alpha_se: float
    interval: Interval
    items: tuple[ItemStatistics, ...]
    spearman_brown: float | None
    notes: tuple[str, ...]

    @property
    def coefficient(self) -> float:
        """Return the coefficient to report: Spearman-Brown for two items, alpha otherwise."""
        return self.alpha if self.spearman_brown is None else self.spearman_brown

    @property
    def is_low(self) -> bool:
        """Return whether the coefficient lies below 0.70."""
        return self.coefficient < LOW


def reliability(
    answers: Any,
    *,
    weights: Any = None,
    missing: Missing = "listwise",
    level: float = 0.95,
    names: Sequence[str] | None = None,
) -> Reliability:
    r"""Estimate the reliability of the sum (or mean) of k items.

    With C the covariance matrix, R the correlation matrix, V the sum of C and r the mean correlation:

    .. math::
        \alpha = \frac{k}{k-1}\Big(1 - \frac{\mathrm{tr}\,C}{V}\Big), \quad
        \alpha_{std} = \frac{k r}{1 + (k-1) r}, \quad
        \lambda_2 = 1 - \frac{\mathrm{tr}\,C}{V} + \frac{1}{V}\sqrt{\tfrac{k}{k-1} \sum_{i \ne j} c_{ij}^2}, \quad
        \lambda_6 = 1 - \sum_i (1 - R_i^2) / \textstyle\sum R

    where :math:`R_i^2` is the squared multiple correlation of item i with the others. Feldt's interval takes F with
    n - 1 and (n-1)(k-1) degrees of freedom; it ignores the design, and `jackknife_alpha` includes it.

    Parameters
    ----------
    answers
        (n, k), NaN = missing; reversed items turned round beforehand. An array, a masked array, lists of rows, or a
        frame of the items only, whose columns then name them.
    weights
        (n,) survey weights, or None.
    missing
        ``listwise`` (complete rows) or ``pairwise``.
    level
        Confidence level.
    names
        (k,) item names; default those of the frame.

    Raises
    ------
    TooFewAnswers
        Fewer than two items or usable rows, an item without variation, or items that cancel each other out.
    NotAnswers, UnequalLengths, BadWeights
        Answers that are no numbers, or weights that do not fit them.

    References
    ----------
    Cronbach (1951), Psychometrika 16; Guttman (1945), Psychometrika 10; Feldt, Woodruff and Salih (1987), Applied
    Psychological Measurement 11; Duhachek and Iacobucci (2004), Journal of Applied Psychology 89, for the SE.

    Examples
    --------
    >>> result = reliability(np.array([[1.0, 2, 1], [2, 2, 3], [4, 5, 3], [5, 4, 5]]))
    >>> round(result.alpha, 4), result.is_low
    (0.9084, False)
    """
    check_level(level)
    labels = names_of_items(answers, names)
    matrix, n = covariance_of_answers(answers_of(answers), weights, missing, labels)
    k, alpha, correlations = len(matrix), alpha_of(matrix), correlation(matrix)
    _check_sum(matrix, correlations)
    average_r = float((correlations.sum() - k) / (k * (k - 1)))
    lambda6 = _lambda6(correlations)
    return Reliability(
        n=n,
        alpha=alpha,
        standardised_alpha=k * average_r / (1 + (k - 1) * average_r),
        average_r=average_r,
        lambda2=_lambda2(matrix),
        lambda6=lambda6,
        alpha_se=_alpha_se(matrix, n),
        interval=_feldt_interval(alpha, n, k, level),
        items=_item_statistics(matrix, labels),
        spearman_brown=2 * average_r / (1 + average_r) if k == 2 else None,
        notes=("lambda-6 cannot be had: an item follows from the others",) if np.isnan(lambda6) else (),
    )


def alpha_of(covariance: Floats) -> float:
    """Alpha of a covariance matrix; NaN for a single item or items that cancel out.

    Examples
    --------
    >>> alpha_of(np.array([[2.0, 1.0], [1.0, 2.0]])).__round__(4)
    0.6667
    """
    k, trace, total = len(covariance), float(np.trace(covariance)), float(covariance.sum())
    return k / (k - 1) * (1 - trace / total) if k > 1 and total > TINY * trace else np.nan


def _check_sum(covariance: Floats, correlations: Floats) -> None:
    if min(covariance.sum() / np.trace(covariance), correlations.sum() / len(correlations)) <= TINY:
        raise TooFewAnswers("items that point the same way", "items that cancel out; is one of them to be reversed?")


def _lambda2(matrix: Floats) -> float:
    k, total, diagonal = len(matrix), matrix.sum(), np.diagonal(matrix)
    apart = (matrix**2).sum() - (diagonal**2).sum()
    return float(1 - diagonal.sum() / total + np.sqrt(k / (k - 1) * apart) / total)


def _lambda6(correlations: Floats) -> float:
    if np.linalg.cond(correlations) > 1e12:
        return float("nan")
    unexplained = 1 / np.diagonal(np.linalg.inv(correlations))
    return float(1 - unexplained.sum() / correlations.sum())


def _alpha_se(matrix: Floats, n: int) -> float:
    k, total, trace = len(matrix), matrix.sum(), np.trace(matrix)
    square = matrix @ matrix
    spread = total * (np.trace(square) + trace**2) - 2 * trace * square.sum()
    return float(np.sqrt(2 * k**2 / ((k - 1) ** 2 * total**3) * max(spread, 0.0) / n))


def _feldt_interval(alpha: float, n: int, k: int, level: float) -> Interval:
    from scipy.special import fdtri

    low, high = (
        1 - (1 - alpha) * float(fdtri(n - 1, (n - 1) * (k - 1), tail)) for tail in ((1 + level) / 2, (1 - level) / 2)
    )
    return Interval(low, high, level, "feldt")


def _item_statistics(matrix: Floats, names: Sequence[str]) -> tuple[ItemStatistics, ...]:
    own, with_all, total = np.diagonal(matrix), matrix.sum(axis=1), matrix.sum()
    item_total = with_all / np.sqrt(own * total)
    rest = total - 2 * with_all + own
    item_rest = (with_all - own) / np.sqrt(own * np.where(rest > TINY * total, rest, np.nan))
    without = [alpha_of(np.delete(np.delete(matrix, i, axis=0), i, axis=1)) for i in range(len(matrix))]
    return tuple(
        ItemStatistics(name, float(r_total), float(r_rest), dropped)
        for name, r_total, r_rest, dropped in zip(names, item_total, item_rest, without, strict=True)
    )
