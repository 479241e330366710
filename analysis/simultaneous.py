"""Intervals and a test that hold for several estimates together, from their joint covariance."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DIRECTIONS = 32_768  # the error of a simultaneous interval, 5 %, is then 5 % with a standard error below 0.1 %
BINS = 256  # of directions that reach equally far: their radii are integrated together
SEED = 2008
NO_VARIANCE = 1e-9  # an eigenvalue of a correlation matrix below this part of the largest is rounding


def critical_value(correlation: Floats, df: float, level: float = 0.95) -> float:
    r"""The c with :math:`P(\max_j |T_j| \le c)` = `level`, T multivariate t with this correlation (k, k) and `df`.

    T is a direction times a radius R with :math:`R^2 / r \sim F(r, df)`, r the rank. The radius is integrated exactly,
    the direction over `DIRECTIONS` seeded draws, so the same correlation always gives the same c. The level that c
    has is known with a standard error below 0.1 percent. With unknown entries Bonferroni's c is returned.

    References
    ----------
    Hothorn, Bretz and Westfall (2008), Biometrical Journal 50, 346-363.

    Examples
    --------
    >>> round(critical_value(np.eye(1), 100.0), 2), round(critical_value(np.eye(3), 100.0), 1)
    (1.98, 2.4)
    """
    from scipy.special import stdtrit

    width = len(correlation)
    single = float(stdtrit(df, (1 + level) / 2))
    most = float(stdtrit(df, 1 - (1 - level) / (2 * width)))
    if np.isnan(correlation).any():
        return most
    reach = _reach(correlation)
    return single if reach.rank == 1 else _crossing(reach, df, 1 - level, single, most)


def largest_p_value(statistics: Floats, correlation: Floats, df: float) -> float:
    """P(max_j |T_j| >= the largest of |statistics|): the overall test of Westfall, from the same distribution.

    With unknown entries the smallest p times their number is returned.

    Examples
    --------
    >>> round(largest_p_value(np.array([2.0, -0.5, 0.3]), np.eye(3), 100.0), 2)
    0.14
    """
    from scipy.special import stdtr

    largest = float(np.abs(statistics).max())
    single = 2 * float(stdtr(df, -largest))
    if np.isnan(correlation).any():
        return min(1.0, len(statistics) * single)
    reach = _reach(correlation)
    return single if reach.rank == 1 else reach.outside(largest, df)


@dataclass(frozen=True, eq=False, slots=True)
class _Reach:
    """How far the directions of a unit sphere of some rank reach: the largest |T_j|, mean over each bin."""

    rank: int
    furthest: Floats

    def outside(self, limit: float, df: float) -> float:
        """The chance that some |T_j| is above `limit`."""
        from scipy.special import fdtrc

        return float(fdtrc(self.rank, df, (limit / self.furthest) ** 2 / self.rank).mean())


def _reach(correlation: Floats) -> _Reach:
    root = _root(correlation)
    reached = root @ _directions(root.shape[1]).T  # (k, DIRECTIONS): the largest of each column is found fastest
    furthest = np.sort(np.maximum(reached.max(axis=0), -reached.min(axis=0)))
    return _Reach(root.shape[1], furthest.reshape(BINS, -1).mean(axis=1))


def _crossing(reach: _Reach, df: float, error: float, low: float, high: float) -> float:
    """Where the chance to lie outside is `error`: found by halving."""
    while high - low > 1e-4:
        middle = (low + high) / 2
        low, high = (middle, high) if reach.outside(middle, df) > error else (low, middle)
    return high


@lru_cache(maxsize=16)
def _directions(rank: int) -> Floats:
    """(DIRECTIONS, rank) points on the unit sphere."""
    drawn = np.random.default_rng(SEED).standard_normal((DIRECTIONS, rank))
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1)[:, None])


def _root(correlation: Floats) -> Floats:
    """(k, r) L with L L' = the correlation."""
    found, vectors = np.linalg.eigh(correlation)
    kept = found > NO_VARIANCE * max(found.max(), 1.0)
    return np.asarray(vectors[:, kept] * np.sqrt(found[kept]))
