"""Joint inclusion probabilities of two units, and the exact variance of a total under them.

Source: Tillé (2006), Sampling Algorithms; Sampford (1967), Biometrika 54; Chen, Dempster and Liu (1994), Biometrika 81.
"""

from collections.abc import Callable, Mapping
from itertools import pairwise
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.drawing.probabilities import EQUAL, BadList, pps_probabilities
from analysis.drawing.systematic import systematic_hits
from analysis.errors import UnknownChoice

Floats = NDArray[np.float64]
ROUNDS = 10_000


def joint_probabilities(sizes: ArrayLike, n: int, method: str) -> Floats:
    r"""Compute the probability that two units are drawn together; the diagonal holds those of single units.

    Each row without its diagonal sums to :math:`(n - 1) \pi_k`.

    Parameters
    ----------
    sizes, n
        As for `pps_probabilities`.
    method
        ``systematic`` (in file order, over all starts); ``max_entropy`` (conditional Poisson); ``sampford``:
        P(s) in proportion to :math:`\prod_s \pi / (1 - \pi) \sum_s (1 - \pi)`; ``tille`` (elimination, one
        unit a step).

    Returns
    -------
    (N, N) matrix.

    Raises
    ------
    BadList, UnknownChoice

    References
    ----------
    Tillé (2006), Sampling Algorithms, chapters 5 to 7.

    Examples
    --------
    >>> joint_probabilities([1, 1, 1, 1], 2, "max_entropy").round(4)[0].tolist()
    [0.5, 0.1667, 0.1667, 0.1667]
    """
    if method not in METHODS:
        raise UnknownChoice("the method of joint probabilities", METHODS, method)
    pi = pps_probabilities(sizes, n)
    x = np.asarray(sizes, np.float64)
    free = np.flatnonzero((pi < 1 - EQUAL) & (pi > 0))
    joint = np.where(pi >= 1 - EQUAL, pi[:, None], 0.0)
    joint = np.where((pi >= 1 - EQUAL)[:, None], pi[None, :], joint)
    left = n - int((pi >= 1 - EQUAL).sum())
    if len(free):
        joint[np.ix_(free, free)] = METHODS[method](pi[free], left, x[free])
    np.fill_diagonal(joint, pi)
    return joint


def variance_of_total(y: ArrayLike, joint: Floats) -> float:
    r"""Compute the design variance of the Horvitz-Thompson total of a list whose values are all known.

    :math:`-\frac{1}{2} \sum (\pi_{kl} - \pi_k \pi_l) (y_k / \pi_k - y_l / \pi_l)^2`.

    Parameters
    ----------
    y
        (N,) values.
    joint
        (N, N) of `joint_probabilities`.

    Raises
    ------
    BadList
        Values that are not one for each unit.

    References
    ----------
    Sen (1953); Yates and Grundy (1953), JRSS B 15.

    Examples
    --------
    >>> round(variance_of_total([1.0, 2.0, 3.0, 4.0], joint_probabilities([1, 1, 1, 1], 2, "max_entropy")), 4)
    6.6667
    """
    values, pi = np.asarray(y, np.float64), np.diagonal(joint)
    if values.shape != pi.shape:
        raise BadList(f"{len(pi)} values, one for each unit", len(values))
    scaled = np.divide(values, pi, out=np.zeros_like(values), where=pi > 0)
    return float(-0.5 * ((joint - np.outer(pi, pi)) * (scaled[:, None] - scaled[None, :]) ** 2).sum())


def _systematic(pi: Floats, n: int, sizes: Floats) -> Floats:
    """Integrate over the start: the drawn units change only where a running sum passes a whole number."""
    inner = np.unique(np.round(np.mod(np.cumsum(pi), 1.0), 13))
    edges = np.concatenate([[0.0], inner[(inner > EQUAL) & (inner < 1 - EQUAL)], [1.0]])
    joint = np.zeros((len(pi), len(pi)))
    for low, high in pairwise(edges):
        drawn = (systematic_hits(pi, (low + high) / 2) > 0).astype(np.float64)
        joint += (high - low) * np.outer(drawn, drawn)
    return joint


def _max_entropy(pi: Floats, n: int, sizes: Floats) -> Floats:
    """Find the weights whose conditional Poisson sample has the wanted probabilities, then those of pairs."""
    w = pi / (1 - pi)
    none = np.zeros_like(w)
    for _ in range(ROUNDS):
        whole = _symmetric(w, none, n)[0][n]
        singles = np.array([_symmetric(np.delete(w, k), none[1:], n)[0][n - 1] for k in range(len(w))])
        found = w * singles / whole
        if np.abs(found - pi).max() < 1e-15:
            break
        w = w * pi / found
        w = w / np.exp(np.log(w).mean())
    return _pairs(w, none, n, lambda sums, weight, added: sums[0][n - 2] if n >= 2 else 0.0)


def _sampford(pi: Floats, n: int, sizes: Floats) -> Floats:
    def chance(sums: tuple[Floats, Floats], weight: float, added: float) -> float:
        return float(sums[1][n - 2] + added * sums[0][n - 2]) if n >= 2 else 0.0

    return _pairs(pi / (1 - pi), 1 - pi, n, chance, second=True)


def _pairs(
    w: Floats,
    extra: Floats,
    n: int,
    chance: Callable[[tuple[Floats, Floats], float, float], float],
    second: bool = False,
) -> Floats:
    """Return the chance of each pair: its weights times the sum over the samples of the rest, over all samples."""
    whole = _symmetric(w, extra, n)[1 if second else 0][n]
    joint = np.zeros((len(w), len(w)))
    for k in range(len(w)):
        for other in range(k):
            rest = _symmetric(np.delete(w, [other, k]), np.delete(extra, [other, k]), n)
            weight = float(w[k] * w[other])
            joint[k, other] = weight * chance(rest, weight, float(extra[k] + extra[other])) / whole
    return np.asarray(joint + joint.T)


def _symmetric(w: Floats, extra: Floats, n: int) -> tuple[Floats, Floats]:
    """Return sums over all samples of 0..n units: of the products of `w`, and of those times the sum of `extra`."""
    plain, added = np.zeros(n + 1), np.zeros(n + 1)
    plain[0] = 1.0
    for weight, more in zip(w, extra, strict=True):
        added[1:] += weight * (added[:-1] + more * plain[:-1])
        plain[1:] += weight * plain[:-1]
    return plain, added


def _tille(pi: Floats, n: int, sizes: Floats) -> Floats:
    """Multiply the chances that neither unit of a pair is eliminated, from all units down to n."""
    joint, before = np.ones((len(pi), len(pi))), np.ones(len(pi))
    for left in range(len(pi) - 1, n - 1, -1):
        now = pps_probabilities(sizes, left)
        out = 1 - now / before
        joint *= 1 - out[:, None] - out[None, :]
        before = now
    return joint


METHODS: Mapping[str, Callable[[Floats, int, Floats], Floats]] = MappingProxyType(
    {"systematic": _systematic, "max_entropy": _max_entropy, "sampford": _sampford, "tille": _tille}
)
