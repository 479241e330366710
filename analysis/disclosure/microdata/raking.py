"""Rake margins with missing answers. Each margin is met among the people who answered; the others keep their weights.

The share of people without an answer is not fixed. After protection they are in rare groups, and other margins must be
able to raise their weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ROUNDS = 500
TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class StatedMargin:
    """Hold shares of the levels of a variable among the people who answered it.

    Parameters
    ----------
    name
        The variable.
    codes
        (C,) level of each cell, 0..L-1; L for cells without an answer.
    shares
        (L,) shares of the population.
    """

    name: str
    codes: Ints
    shares: Floats


def rake_stated(weights: Floats, margins: Sequence[StatedMargin]) -> Floats | None:
    r"""Return weights (C, R) of R sets, each raked to all margins; None when they cannot all be met.

    .. math:: w_c \leftarrow w_c \, p_{l(c)} \sum_{stated} w / \sum_{l(c)} w

    for the cells with an answer, one margin after the other, until no weight changes by more than 1e-6. If a set of
    weights has no record of a level, the other levels share its part.

    Examples
    --------
    >>> margin = StatedMargin("sex", np.array([0, 1, 2]), np.array([0.5, 0.5]))
    >>> rake_stated(np.array([[30.0], [10.0], [7.0]]), [margin])[:, 0]
    array([20., 20.,  7.])
    """
    raked = weights.copy()
    for _ in range(ROUNDS):
        moved = max((_scale(raked, margin) for margin in margins), default=0.0)
        if moved <= TOLERANCE:
            return raked
    return None


def _scale(weights: Floats, margin: StatedMargin) -> float:
    """Scale in place to one margin, and return the largest distance of a level from its share."""
    levels = len(margin.shares)
    sums = np.stack([np.bincount(margin.codes, weights=column, minlength=levels + 1) for column in weights.T], axis=1)
    held = sums[:levels]
    shares = np.where(held > 0, margin.shares[:, None], 0.0)
    wanted = shares * (held.sum(axis=0) / np.maximum(shares.sum(axis=0), 1e-300))
    factors = np.divide(wanted, held, out=np.ones_like(held), where=held > 0)
    weights *= np.vstack([factors, np.ones((1, weights.shape[1]))])[margin.codes]
    return float(np.abs(factors - 1).max(initial=0.0))
