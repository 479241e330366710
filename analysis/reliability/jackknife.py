"""An interval for alpha that respects the sample design: the delete-one-PSU jackknife."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import LonelyPsu
from analysis.intervals import Interval, t_interval
from analysis.reliability.alpha import alpha_of
from analysis.reliability.answers import answers_of, weights_of_rows
from analysis.reliability.covariance import TooFewAnswers, complete_rows, covariance_of_answers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class JackknifeAlpha:
    """Alpha of complete rows, its jackknife standard error, degrees of freedom and t interval."""

    alpha: float
    se: float
    df: int
    interval: Interval


def jackknife_alpha(
    answers: Any,
    psu: Ints,
    *,
    strata: Ints | None = None,
    weights: Any = None,
    level: float = 0.95,
) -> JackknifeAlpha:
    r"""Alpha with a design-based interval (JKn).

    .. math:: v = \sum_h \frac{n_h - 1}{n_h} \sum_{i \in h} (\hat\alpha_{(hi)} - \hat\alpha)^2

    where :math:`\hat\alpha_{(hi)}` leaves PSU i of stratum h out and gives its weight to the rest of the stratum.

    Parameters
    ----------
    answers
        (n, k), NaN = missing; only complete rows enter, but every PSU counts.
    psu
        (n,) PSU codes 0, 1, ..., unique over strata.
    strata
        (n,) stratum codes; default one stratum.
    weights
        (n,) survey weights, or None.
    level
        Confidence level.

    Raises
    ------
    LonelyPsu
        A stratum with one PSU.
    TooFewAnswers
        Fewer than two items or complete rows, an item without variation, or a PSU without which that happens.

    References
    ----------
    Rust and Rao (1996), Statistical Methods in Medical Research 5.

    Examples
    --------
    >>> x = np.array([[1.0, 2], [2, 2], [4, 5], [5, 4], [3, 3], [1, 1]])
    >>> result = jackknife_alpha(x, np.array([0, 0, 1, 1, 2, 2]))
    >>> round(result.alpha, 4), result.df
    (0.9377, 2)
    """
    answers = answers_of(answers)
    w = weights_of_rows(weights, len(answers))
    alpha = alpha_of(covariance_of_answers(answers, w)[0])
    units = int(psu.max()) + 1
    stratum = _stratum_of_psu(psu, strata, units)
    size = np.bincount(stratum)
    _check_pairs(size)
    sums = _sums_by_psu(answers, w, psu, units)
    alphas = np.array([alpha_of(_covariance(left)) for left in _left_out(sums, stratum, size)])
    if not np.isfinite(alphas).all():
        raise TooFewAnswers("answers that differ whichever PSU is left out", "a PSU that holds all variation")
    factor = ((size - 1) / size)[stratum]
    se = float(np.sqrt(factor @ (alphas - alpha) ** 2))
    df = units - int((size > 0).sum())
    return JackknifeAlpha(alpha, se, df, t_interval(alpha, se, df, level))


def _stratum_of_psu(psu: Ints, strata: Ints | None, units: int) -> Ints:
    stratum = np.zeros(units, np.int64)
    if strata is not None:
        stratum[psu] = np.unique(strata, return_inverse=True)[1]
    return stratum


def _check_pairs(size: Ints) -> None:
    lonely = np.flatnonzero(size == 1)
    if len(lonely):
        raise LonelyPsu(int(lonely[0]) + 1, 1, len(lonely))


def _sums_by_psu(answers: Floats, weights: Floats, psu: Ints, units: int) -> Floats:
    """(PSUs, k + 1, k + 1) weighted sums of products of (1, x), around the overall mean for exactness."""
    rows = complete_rows(answers, weights)
    x, w, unit = answers[rows], weights[rows], psu[rows]
    x = np.column_stack([np.ones(len(x)), x - w @ x / w.sum()])
    k = x.shape[1]
    sums = np.empty((units, k, k))
    for i in range(k):
        for j in range(i, k):
            sums[:, i, j] = sums[:, j, i] = np.bincount(unit, weights=w * x[:, i] * x[:, j], minlength=units)
    return sums


def _left_out(sums: Floats, stratum: Ints, size: Ints) -> Floats:
    """The sums of the whole sample with each PSU left out in turn, and its stratum weighted up."""
    by_stratum = np.zeros((len(size), *sums.shape[1:]))
    np.add.at(by_stratum, stratum, sums)
    up = (size / (size - 1))[stratum][:, None, None]
    own = by_stratum[stratum]
    return np.asarray(by_stratum.sum(axis=0) - own + up * (own - sums))


def _covariance(sums: Floats) -> Floats:
    total = sums[0, 0]
    mean = sums[0, 1:] / total
    return np.asarray(sums[1:, 1:] / total - np.outer(mean, mean))
