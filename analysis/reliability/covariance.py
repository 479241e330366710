"""Compute covariances of answers with gaps, weighted or not."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError, UnknownChoice
from analysis.reliability.answers import answers_of, names_of_items, weights_of_rows

Floats = NDArray[np.float64]
Missing = Literal["listwise", "pairwise"]
MISSING_RULES = ("listwise", "pairwise")


class TooFewAnswers(AnalysisError):
    """Refuse items or answers from which no covariance follows."""

    def __init__(self, expected: str, arrived: str) -> None:
        self.expected, self.arrived = expected, arrived
        super().__init__(f"expected {expected}, but got {arrived}")


def covariance_of_answers(
    answers: Any,
    weights: Any = None,
    missing: Missing = "listwise",
    names: Sequence[str] | None = None,
) -> tuple[Floats, int]:
    r"""Return the covariance matrix of items, and the number of rows behind it.

    .. math:: s_{ij} = \frac{n}{n-1} \sum_r w_r (x_{ri} - m_i)(x_{rj} - m_j) / \sum_r w_r

    over complete rows (listwise) or, for each pair, the rows that hold both (pairwise; the n returned is then that
    of all rows).

    Parameters
    ----------
    answers
        (n, k), NaN = missing; reversed items turned round beforehand.
    weights
        (n,) or None for equal weights; the total does not matter.
    missing
        ``listwise`` or ``pairwise``.
    names
        Item names for the message.

    Raises
    ------
    TooFewAnswers
        Fewer than two items, fewer than two usable rows, or an item with one answer only.

    Examples
    --------
    >>> matrix, n = covariance_of_answers(np.array([[1.0, 2], [2, 4], [3, 9], [4, np.nan]]))
    >>> matrix.round(3).tolist(), n
    ([[1.0, 3.5], [3.5, 13.0]], 3)
    """
    if missing not in MISSING_RULES:
        raise UnknownChoice("the rule for missing answers", MISSING_RULES, missing)
    labels, answers = names_of_items(answers, names), answers_of(answers)
    if answers.ndim != 2 or answers.shape[1] < 2:
        raise TooFewAnswers("two or more items", f"{1 if answers.ndim < 2 else answers.shape[1]}")
    w = weights_of_rows(weights, len(answers))
    if missing == "listwise":
        complete = complete_rows(answers, w)
        matrix, n = _covariance(answers[complete], w[complete]), int(complete.sum())
    else:
        matrix, n = _pairwise(answers, w), len(answers)
    _check_spread(matrix, labels)
    return matrix, n


def complete_rows(answers: Floats, weights: Floats) -> NDArray[np.bool_]:
    """(n,) rows without a gap and with a positive weight."""
    return np.asarray(~np.isnan(answers).any(axis=1) & (weights > 0))


def correlation(covariance: Floats) -> Floats:
    """The correlation matrix of a covariance matrix."""
    root = np.sqrt(np.diagonal(covariance))
    return np.asarray(covariance / np.outer(root, root))


def _covariance(x: Floats, w: Floats) -> Floats:
    n = len(x)
    if n < 2:
        raise TooFewAnswers("two or more rows with an answer to every item", f"{n}")
    centred = x - (w @ x) / w.sum()
    return np.asarray((centred.T * w) @ centred / w.sum() * (n / (n - 1)))


def _pairwise(answers: Floats, w: Floats) -> Floats:
    known = ~np.isnan(answers) & (w > 0)[:, None]
    k = answers.shape[1]
    matrix = np.empty((k, k))
    for i in range(k):
        for j in range(i, k):
            both = known[:, i] & known[:, j]
            matrix[i, j] = matrix[j, i] = _covariance(answers[both][:, [i, j]], w[both])[0, 1 if i != j else 0]
    return matrix


def _check_spread(covariance: Floats, names: Sequence[str]) -> None:
    alike = [name for name, variance in zip(names, np.diagonal(covariance), strict=True) if not variance > 0]
    if alike:
        raise TooFewAnswers("answers that differ between people", f"one and the same answer to '{alike[0]}'")
