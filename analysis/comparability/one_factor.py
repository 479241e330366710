"""Fit a factor model with one factor to several groups by maximum likelihood, from weighted means and covariances."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Numbers = NDArray[Any]  # real; complex while a slope is taken by a complex step
ROUNDS = 100
FAST = 12  # rounds of Fisher scoring before Newton steps, which cost more and settle sooner
SETTLED = 1e-10  # largest change of a parameter, in units of the largest one
SMALLEST = 1e-3  # part of a step below which a fit leads nowhere
TINY = 1e-30  # step of a complex derivative: it has no rounding error
BLOCKS = ("loading", "residual_variance", "latent_variance", "intercept", "latent_mean")


@dataclass(frozen=True, eq=False, slots=True)
class GroupMoments:
    """Answers (n, k) of a group, their weights (n,), and the weighted means (k,) and covariance (k, k) with divisor n.

    `n` is the sum of the weights.
    """

    answers: Floats
    weights: Floats
    means: Floats
    covariance: Floats
    n: float

    @classmethod
    def of(cls, answers: Floats, weights: Floats) -> "GroupMoments":
        """The moments of complete answers."""
        n = float(weights.sum())
        means = weights @ answers / n
        apart = answers - means
        return cls(answers, weights, means, (apart * weights[:, None]).T @ apart / n, n)


@dataclass(frozen=True, eq=False, slots=True)
class Places:
    """Where the parameters of each group stand in one vector.

    `at` (groups, 3k + 2) holds places, -1 for a fixed value; `fixed` the values. Columns: k loadings, k residual
    variances, the latent variance, k intercepts, the latent mean.
    """

    at: Ints
    fixed: Floats
    size: int
    items: int

    @classmethod
    def of(
        cls, items: int, groups: int, equal: Collection[str], free: Collection[tuple[str, int]], marker: int
    ) -> "Places":
        """Return the places with `equal` blocks shared, except the (block, item) pairs of `free`."""
        at = np.full((groups, 3 * items + 2), -1)
        size = 0
        for group in range(groups):
            for column, (block, item) in enumerate(_columns(items)):
                if _is_fixed(block, item, group, equal, marker):
                    continue
                if group and SHARED.get(block) in equal and (block, item) not in free:
                    at[group, column] = at[0, column]
                    continue
                at[group, column], size = size, size + 1
        fixed = np.zeros(at.shape)
        fixed[:, marker] = 1.0
        return cls(at, fixed, size, items)

    def unpacked(self, point: Numbers) -> Numbers:
        """(groups, 3k + 2) the values of all parameters."""
        return np.where(self.at >= 0, point[self.at], self.fixed)

    def packed(self, values: Floats) -> Floats:
        """(size,) the parameters from the values of all groups; shared ones are those of the first group."""
        point = np.zeros(self.size)
        held = self.at[::-1] >= 0
        point[self.at[::-1][held]] = values[::-1][held]
        return point

    def gathered(self, slopes: Numbers) -> Numbers:
        """(size,) the sums of slopes (groups, 3k + 2) that belong to one parameter."""
        found = np.zeros(self.size, slopes.dtype)
        np.add.at(found, self.at[self.at >= 0], slopes[self.at >= 0])
        return found


SHARED = {"loading": "loadings", "residual_variance": "residuals", "intercept": "intercepts"}


def _columns(items: int) -> list[tuple[str, int]]:
    return [(block, k) for block in BLOCKS for k in range(items if block in SHARED else 1)]


def _is_fixed(block: str, item: int, group: int, equal: Collection[str], marker: int) -> bool:
    if block == "loading":
        return item == marker
    return block == "latent_mean" and (group == 0 or "intercepts" not in equal)


@dataclass(frozen=True, eq=False, slots=True)
class Implied:
    """Moments that one group's parameters imply: loadings, latent variance and mean, covariance (k, k), means (k,)."""

    loadings: Numbers
    variance: Any
    mean: Any
    covariance: Numbers
    means: Numbers

    @classmethod
    def of(cls, values: Numbers) -> "Implied":
        """Read a row of `Places.unpacked`."""
        k = (len(values) - 2) // 3
        loadings, variance, mean = values[:k], values[2 * k], values[-1]
        covariance = variance * np.outer(loadings, loadings) + np.diag(values[k : 2 * k])
        return cls(loadings, variance, mean, covariance, values[2 * k + 1 : -1] + loadings * mean)


def slopes(values: Numbers, moments: GroupMoments) -> Numbers:
    """(3k + 2,) slopes of minus the log likelihood of one group."""
    own = Implied.of(values)
    inverse = np.linalg.inv(own.covariance)
    away = moments.means - own.means
    of_covariance = moments.n / 2 * (inverse - inverse @ (moments.covariance + np.outer(away, away)) @ inverse)
    of_means = -moments.n * inverse @ away
    product = of_covariance @ own.loadings
    return np.concatenate(
        [
            2 * own.variance * product + own.mean * of_means,
            np.diagonal(of_covariance),
            [own.loadings @ product],
            of_means,
            [own.loadings @ of_means],
        ]
    )


def scores(values: Floats, moments: GroupMoments) -> Floats:
    """(n, 3k + 2) slopes of each row's weighted log likelihood."""
    own = Implied.of(values)
    inverse = np.linalg.inv(own.covariance)
    z = (moments.answers - own.means) @ inverse
    line, fixed = z @ own.loadings, inverse @ own.loadings
    parts = [
        own.mean * z + own.variance * (z * line[:, None] - fixed),
        (z**2 - np.diagonal(inverse)) / 2,
        (line[:, None] ** 2 - own.loadings @ fixed) / 2,
        z,
        line[:, None],
    ]
    return np.concatenate(parts, axis=1) * moments.weights[:, None]


def information(values: Floats, n: float) -> Floats:
    """(3k + 2, 3k + 2) expected information of one group."""
    own = Implied.of(values)
    k = len(own.loadings)
    unit = np.eye(k)
    of_loadings = own.variance * (unit[:, :, None] * own.loadings + own.loadings[None, :, None] * unit[:, None, :])
    steps = np.zeros((3 * k + 2, k, k))
    steps[:k], steps[2 * k] = of_loadings, np.outer(own.loadings, own.loadings)
    steps[np.arange(k, 2 * k), np.arange(k), np.arange(k)] = 1.0
    of_means = np.concatenate([own.mean * unit, np.zeros((k + 1, k)), unit, own.loadings[None, :]])
    inverse = np.linalg.inv(own.covariance)
    turned = inverse @ steps
    return np.asarray(n * (of_means @ inverse @ of_means.T + np.einsum("pij,qji->pq", turned, turned) / 2))


@dataclass(frozen=True, eq=False, slots=True)
class OneFactorFit:
    """The parameters (size,), their values by group (groups, 3k + 2), the misfit and the log likelihood."""

    places: Places
    point: Floats
    values: Floats
    chi_square: float
    loglik: float

    def expected(self, moments: Sequence[GroupMoments]) -> Floats:
        """(size, size) the expected information."""
        return _expected(self.places, self.values, moments)

    def observed(self, moments: Sequence[GroupMoments]) -> Floats:
        """(size, size) the observed information."""
        return _observed(self.places, self.point, moments)

    def scores(self, moments: Sequence[GroupMoments]) -> list[Floats]:
        """The weighted scores (n, size) of the rows of each group."""
        found = []
        for at, values, each in zip(self.places.at, self.values, moments, strict=True):
            own = np.zeros((len(each.answers), self.places.size))
            np.add.at(own.T, at[at >= 0], scores(values, each)[:, at >= 0].T)
            found.append(own)
        return found


def fit_one_factor(moments: Sequence[GroupMoments], places: Places, start: Floats | None = None) -> OneFactorFit | None:
    """Fit by Fisher scoring from `start` (groups, 3k + 2); None where it does not settle."""
    point = places.packed(_start(moments) if start is None else start)
    best = _misfit(places, point, moments)
    for k in range(ROUNDS):
        try:
            curvature = _curvature(places, point, moments, slowly=k >= FAST)
            step = np.linalg.solve(curvature, -_slopes(places, point, moments))
        except np.linalg.LinAlgError:
            return None
        size = 1.0
        while not (now := _misfit(places, point + size * step, moments)) <= best + 1e-9 and size > SMALLEST:
            size /= 2
        if size <= SMALLEST:
            return None
        point, best = point + size * step, now
        if np.abs(step).max() <= SETTLED * (1 + np.abs(point).max()):
            values = places.unpacked(point)
            return OneFactorFit(places, point, values, *_likelihood(best, moments))
    return None


def _slopes(places: Places, point: Numbers, moments: Sequence[GroupMoments]) -> Numbers:
    values = places.unpacked(point)
    return places.gathered(np.array([slopes(own, each) for own, each in zip(values, moments, strict=True)]))


def _observed(places: Places, point: Floats, moments: Sequence[GroupMoments]) -> Floats:
    """(size, size) slopes of the slopes, by complex steps."""
    steps = np.eye(places.size) * TINY * 1j
    found = np.array([_slopes(places, point + step, moments).imag / TINY for step in steps])
    return np.asarray((found + found.T) / 2)


def _curvature(places: Places, point: Floats, moments: Sequence[GroupMoments], slowly: bool) -> Floats:
    """The expected information; once steps are slow the observed one, where it has a maximum below it."""
    if slowly:
        observed = _observed(places, point, moments)
        if np.linalg.eigvalsh(observed)[0] > 0:
            return observed
    return _expected(places, places.unpacked(point), moments)


def _expected(places: Places, values: Floats, moments: Sequence[GroupMoments]) -> Floats:
    found = np.zeros((places.size, places.size))
    for at, own, each in zip(places.at, values, moments, strict=True):
        held = at >= 0
        np.add.at(found, np.ix_(at[held], at[held]), information(own, each.n)[np.ix_(held, held)])
    return found


def _misfit(places: Places, point: Floats, moments: Sequence[GroupMoments]) -> float:
    """Minus twice the log likelihood without its constant: n (log det + trace), summed over groups."""
    total = 0.0
    for values, each in zip(places.unpacked(point), moments, strict=True):
        own = Implied.of(values)
        try:
            root = np.linalg.cholesky(own.covariance)
        except np.linalg.LinAlgError:
            return float("inf")
        away = each.means - own.means
        seen = np.trace(np.linalg.solve(own.covariance, each.covariance + np.outer(away, away)))
        total += each.n * (2 * float(np.log(np.diagonal(root)).sum()) + float(seen))
    return total


def _likelihood(misfit: float, moments: Sequence[GroupMoments]) -> tuple[float, float]:
    """The chi-square and the log likelihood."""
    k = len(moments[0].means)
    saturated = sum(each.n * (float(np.linalg.slogdet(each.covariance)[1]) + k) for each in moments)
    total = sum(each.n for each in moments)
    return max(misfit - saturated, 0.0), -(misfit + total * k * float(np.log(2 * np.pi))) / 2


def _start(moments: Sequence[GroupMoments]) -> Floats:
    """Loadings of 1, half of each variance residual, observed means."""
    rows = []
    for each in moments:
        spread = np.diagonal(each.covariance)
        rows.append(np.concatenate([np.ones(len(spread)), spread / 2, [spread.mean() / 2], each.means, [0.0]]))
    return np.array(rows)


def with_marker(values: Floats, marker: int) -> Floats:
    """The same parameters (groups, 3k + 2), with the latent variable in units of another item."""
    found = values.copy()
    k = (values.shape[1] - 2) // 3
    unit = values[:, marker]
    found[:, :k] /= unit[:, None]
    found[:, 2 * k] *= unit**2
    found[:, -1] *= unit
    return found
