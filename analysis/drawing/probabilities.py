"""Inclusion probabilities in proportion to size."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.errors import AnalysisError

Floats = NDArray[np.float64]
EQUAL = 1e-12  # sums that differ by less are one


class BadList(AnalysisError):
    """A list, or a number of units, from which no sample can be drawn."""

    def __init__(self, expected: str, arrived: object) -> None:
        self.arrived = arrived
        super().__init__(f"expected {expected}, but got {arrived!r}")


def pps_probabilities(sizes: ArrayLike, n: int) -> Floats:
    r"""Compute inclusion probabilities in proportion to size: :math:`\pi_k = \min(1, c x_k)` with sum n.

    Units whose share reaches 1 are drawn for certain, and the others share what is left, until none exceeds 1.

    Parameters
    ----------
    sizes
        (N,) sizes of 0 or more; a unit of size 0 is never drawn.
    n
        Number of units to draw.

    Returns
    -------
    (N,) probabilities.

    Raises
    ------
    BadList
        Negative sizes, or fewer units above 0 than wanted.

    References
    ----------
    Särndal, Swensson and Wretman (1992), section 3.6.2; R sampling, ``inclusionprobabilities``.

    Examples
    --------
    >>> pps_probabilities([10, 1, 1, 2, 0], 2).tolist()
    [1.0, 0.25, 0.25, 0.5, 0.0]
    """
    x = checked_sizes(sizes, n)
    certain = np.zeros(len(x), bool)
    while True:
        left = n - int(certain.sum())
        free = x[~certain]
        pi = np.where(certain, 1.0, left * x / free.sum() if free.any() else 0.0)
        grown = certain | (pi >= 1 - EQUAL)
        if (grown == certain).all():
            return np.asarray(pi)
        certain = grown


def checked_sizes(sizes: ArrayLike, n: int) -> Floats:
    """Sizes as floats; refuses sizes and numbers that allow no sample.

    Examples
    --------
    >>> checked_sizes([1, 2], 1).tolist()
    [1.0, 2.0]
    """
    x = np.asarray(sizes, np.float64)
    if x.ndim != 1 or not np.isfinite(x).all() or (x < 0).any():
        raise BadList("a size of 0 or more for each unit", "a list with other values")
    held = int((x > 0).sum())
    if n != int(n) or not 1 <= n <= held:
        raise BadList(f"a whole number of units to draw, from 1 to {held}", n)
    return x
