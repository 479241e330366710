r"""Thresholds and polychoric correlations of ordered answers, with the covariance of all of them.

Two steps: thresholds from the margins, then each correlation from its two-way table. The influence of a row on a
correlation is that of its score and of the thresholds before it, as in Muthén (1984), Psychometrika 49.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from analysis.comparability.fit import summed
from analysis.reliability.polychoric import SMALLEST, both_below, polychoric

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
EDGE = 38.0
MOST = 0.99999  # the largest correlation
POLISH = 3


@dataclass(frozen=True, eq=False, slots=True)
class OrderedMoments:
    """Statistics of a group: thresholds item by item, then correlations of the pairs (1, 2), (1, 3) ..., (2, 3) ...

    Parameters
    ----------
    values
        (m,) the statistics.
    covariance
        (m, m) their sampling covariance; rows of one unit count together.
    levels
        (k,) number of answers of each item.
    n
        Sum of the weights.
    """

    values: Floats
    covariance: Floats
    levels: tuple[int, ...]
    n: float

    @classmethod
    def of(cls, codes: Ints, weights: Floats, units: Ints) -> "OrderedMoments":
        """Return the statistics of complete answers (n, k), coded 0, 1, 2 ..., each code used.

        Examples
        --------
        >>> codes = np.array([[0, 0], [0, 1], [1, 0], [1, 1], [1, 1], [0, 0]])
        >>> OrderedMoments.of(codes, np.ones(6), np.arange(6)).values.round(3).tolist()
        [0.0, 0.0, 0.5]
        """
        values, influences = influences_of(codes, weights)
        rows = summed(influences, units)
        return cls(values, rows.T @ rows, tuple((codes.max(axis=0) + 1).tolist()), float(weights.sum()))


def influences_of(codes: Ints, weights: Floats) -> tuple[Floats, Floats]:
    """Return the statistics (m,), and the influence (n, m) of each row on them.

    Examples
    --------
    >>> influences_of(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.ones(4))[1].shape
    (4, 3)
    """
    levels = (codes.max(axis=0) + 1).tolist()
    items = [_Item.of(column, size, weights) for column, size in zip(codes.T, levels, strict=True)]
    starts = np.concatenate([[0], np.cumsum([size - 1 for size in levels])])
    before = np.concatenate([item.influence for item in items], axis=1)
    values, influences = [item.inner for item in items], [before]
    for i, j in combinations(range(len(items)), 2):
        rho, own = _pair(items[i], items[j], weights, before, (starts[i], starts[j]))
        values.append(np.array([rho]))
        influences.append(own[:, None])
    return np.concatenate(values), np.concatenate(influences, axis=1)


@dataclass(frozen=True, eq=False, slots=True)
class _Item:
    """Codes (n,), thresholds with both ends (c + 1,), and the influence (n, c - 1) of each row on the inner ones."""

    codes: Ints
    cuts: Floats
    influence: Floats

    @property
    def inner(self) -> Floats:
        return self.cuts[1:-1]

    @classmethod
    def of(cls, codes: Ints, size: int, weights: Floats) -> "_Item":
        from scipy.special import ndtri

        whole = weights.sum()
        share = np.cumsum(np.bincount(codes, weights, size))[:-1] / whole
        inner = ndtri(share)
        below = (codes[:, None] <= np.arange(size - 1)) - share
        return cls(
            codes, np.concatenate([[-EDGE], inner, [EDGE]]), weights[:, None] * below / (_density(inner) * whole)
        )


def _density(x: Floats) -> Floats:
    return np.asarray(np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi))


def _pair(one: _Item, other: _Item, weights: Floats, before: Floats, starts: Sequence[int]) -> tuple[float, Floats]:
    """Return the correlation of two items, and the influence (n,) of each row on it."""
    rho = polychoric(one.codes, other.codes, weights)
    for _ in range(POLISH):  # values of a likelihood give its maximum only to half of the digits
        score, _cells = _scores(one, other, rho)
        rho = min(max(rho + float(weights @ score / (weights @ score**2)), -MOST), MOST)
    score, cells = _scores(one, other, rho)
    weighted = weights * score
    found = weighted.copy()
    turned = ((one, other, cells, starts[0]), (other, one, cells.T, starts[1]))
    for own, across, chances, start in turned:
        crossed = weighted @ _threshold_slopes(own, across, chances, rho)[own.codes, across.codes]
        found -= before[:, start : start + len(own.inner)] @ crossed
    return rho, np.asarray(found / (weighted @ score))


def _scores(one: _Item, other: _Item, rho: float) -> tuple[Floats, Floats]:
    """Return the slope (n,) of each row's log likelihood by the correlation, and the chances (c, d) of the cells."""
    h, k = one.cuts[:, None], other.cuts[None, :]
    cells = np.maximum(np.diff(np.diff(both_below(h, k, rho), axis=0), axis=1), SMALLEST)
    rest = 1 - rho**2
    joint = np.exp(-(h**2 - 2 * rho * h * k + k**2) / (2 * rest)) / (2 * np.pi * np.sqrt(rest))
    return (np.diff(np.diff(joint, axis=0), axis=1) / cells)[one.codes, other.codes], cells


def _threshold_slopes(own: _Item, across: _Item, cells: Floats, rho: float) -> Floats:
    """(c, d, c - 1) slopes of the log probability of each cell by the inner thresholds of its first item."""
    from scipy.special import ndtr

    root = np.sqrt(1 - rho**2)
    strip = np.diff(ndtr((across.cuts[None, :] - rho * own.inner[:, None]) / root), axis=1)
    moved = _density(own.inner)[:, None] * strip
    found = np.zeros((*cells.shape, len(own.inner)))
    for place, each in enumerate(moved):
        found[place, :, place] += each
        found[place + 1, :, place] -= each
    return np.asarray(found / cells[:, :, None])
