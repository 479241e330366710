"""A confirmatory factor model of several groups, fitted by maximum likelihood to means and covariances."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.reliability.covariance import TooFewAnswers, correlation

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
STOP = {"maxiter": 5000, "ftol": 1e-13, "gtol": 1e-4, "maxcor": 40}
FLAT = 1e-4  # slope of the likelihood's distance below which a fit has settled


@dataclass(frozen=True, eq=False, slots=True)
class Moments:
    """Means (k,), covariance (k, k) with divisor n, and number of rows of one group."""

    means: Floats
    covariance: Floats
    n: int

    @classmethod
    def of(cls, answers: Floats) -> "Moments":
        """The moments of complete answers (n, k)."""
        if len(answers) < 2:
            raise TooFewAnswers("two or more complete rows in each group", f"{len(answers)}")
        return cls(answers.mean(axis=0), np.cov(answers.T, bias=True).reshape(answers.shape[1], -1), len(answers))

    @property
    def correlation(self) -> Floats:
        """(k, k) correlations."""
        return correlation(self.covariance)


@dataclass(frozen=True, eq=False, slots=True)
class Pattern:
    """(k, m) which loadings are free."""

    free: Mask

    @classmethod
    def of(cls, facets: Sequence[Sequence[int]], items: int) -> "Pattern":
        """One factor for each list of item positions."""
        free = np.zeros((items, len(facets)), bool)
        for place, facet in enumerate(facets):
            free[list(facet), place] = True
        if not (free.sum(axis=1) == 1).all() or (free.sum(axis=0) < 2).any():
            raise TooFewAnswers(
                "each item in one facet, and two or more items in each facet", f"{[*map(list, facets)]}"
            )
        return cls(free)


@dataclass(frozen=True, slots=True)
class GroupFit:
    """Chi-square, log-likelihood, root mean square residual and number of parameters."""

    chi_square: float
    log_likelihood: float
    srmr: float
    parameters: int


Blocks = Mapping[str, Floats]


class _Model:
    """The parameters of all groups in one vector; `equal` blocks stand in it once."""

    def __init__(self, moments: Sequence[Moments], pattern: Pattern, equal: frozenset[str]) -> None:
        self.moments, self.pattern, self.equal = moments, pattern, equal
        self.items, self.factors = pattern.free.shape
        self.places: list[dict[str, slice]] = []
        start = 0
        for group in range(len(moments)):
            own: dict[str, slice] = {}
            for name, size in self._sizes(group).items():
                if group and name in equal:
                    own[name] = self.places[0][name]
                    continue
                own[name] = slice(start, start + size)
                start += size
            self.places.append(own)
        self.size = start

    def _sizes(self, group: int) -> dict[str, int]:
        """Free variances of factors need equal loadings, free means equal intercepts; the first group fixes both."""
        m = self.factors
        return {
            "loadings": int(self.pattern.free.sum()),
            "residuals": self.items,
            "intercepts": self.items,
            "correlations": m * (m - 1) // 2,
            "variances": m if group and "loadings" in self.equal else 0,
            "means": m if group and "intercepts" in self.equal else 0,
        }

    def start(self) -> Floats:
        """Loadings of half a standard deviation, uncorrelated enough factors, observed means."""
        point = np.zeros(self.size)
        for moments, own in zip(self.moments, self.places, strict=True):
            spread = np.sqrt(np.diagonal(moments.covariance))
            point[own["loadings"]] = 0.6 * (self.pattern.free * spread[:, None])[self.pattern.free]
            point[own["residuals"]] = np.log(0.6 * spread**2)
            point[own["intercepts"]] = moments.means
            point[own["correlations"]] = 0.4
            point[own["variances"]] = 0.0
        return point

    def unpacked(self, point: Floats, group: int) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """Loadings (k, m), factor covariance (m, m), residual variances, intercepts (k,) and factor means (m,)."""
        own = self.places[group]
        loadings = np.zeros(self.pattern.free.shape)
        loadings[self.pattern.free] = point[own["loadings"]]
        between = np.eye(self.factors)
        lower = np.tril_indices(self.factors, -1)
        between[lower] = between.T[lower] = point[own["correlations"]]
        if own["variances"].stop > own["variances"].start:
            spread = np.exp(point[own["variances"]])
            between = between * np.outer(spread, spread)
        means = point[own["means"]] if own["means"].stop > own["means"].start else np.zeros(self.factors)
        return loadings, between, np.exp(point[own["residuals"]]), point[own["intercepts"]], means

    def implied(self, point: Floats, group: int) -> tuple[Floats, Floats]:
        """Covariance (k, k) and means (k,) of a group."""
        loadings, between, residuals, intercepts, means = self.unpacked(point, group)
        return loadings @ between @ loadings.T + np.diag(residuals), intercepts + loadings @ means

    def misfit(self, point: Floats) -> tuple[float, Floats]:
        """The likelihood's distance, rows times that of each group, and its slopes."""
        total, slopes = 0.0, np.zeros(self.size)
        for group in range(len(self.moments)):
            value = self._of_group(point, group, slopes)
            if value is None:
                return 1e10, np.zeros(self.size)
            total += value
        return total, slopes

    def _of_group(self, point: Floats, group: int, slopes: Floats) -> float | None:
        moments, own = self.moments[group], self.places[group]
        loadings, between, residuals, _, means = self.unpacked(point, group)
        covariance, expected = self.implied(point, group)
        sign, log_det = np.linalg.slogdet(covariance)
        if sign <= 0 or np.linalg.eigvalsh(between)[0] <= 1e-9:
            return None
        inverse = np.linalg.inv(covariance)
        away = moments.means - expected
        seen = moments.covariance + np.outer(away, away)
        slope = moments.n * inverse @ (covariance - seen) @ inverse
        of_means = -2 * moments.n * inverse @ away
        slopes[own["loadings"]] += (2 * slope @ loadings @ between + np.outer(of_means, means))[self.pattern.free]
        slopes[own["residuals"]] += np.diagonal(slope) * residuals
        slopes[own["intercepts"]] += of_means
        of_between = loadings.T @ slope @ loadings
        spread = np.sqrt(np.diagonal(between))
        lower = np.tril_indices(self.factors, -1)
        slopes[own["correlations"]] += (2 * of_between * np.outer(spread, spread))[lower]
        if own["variances"].stop > own["variances"].start:
            slopes[own["variances"]] += 2 * (of_between * between).sum(axis=1)
        if own["means"].stop > own["means"].start:
            slopes[own["means"]] += loadings.T @ of_means
        fit = log_det - np.linalg.slogdet(moments.covariance)[1] + np.trace(inverse @ seen) - self.items
        return float(moments.n * fit)


def fit_groups(moments: Sequence[Moments], pattern: Pattern, equal: frozenset[str]) -> GroupFit | None:
    """Fit the model with the `equal` blocks shared; None where it does not settle.

    Parameters
    ----------
    moments
        Means and covariance of each group.
    pattern
        Which item loads on which factor.
    equal
        ``loadings``, ``intercepts``, ``residuals``: what is the same in all groups.
    """
    from scipy import optimize

    minimize: Any = optimize.minimize  # its stubs know only functions of a one-dimensional array type

    model = _Model(moments, pattern, equal)
    found = minimize(
        model.misfit,
        model.start(),
        jac=True,
        method="L-BFGS-B",
        options=STOP,
    )
    if np.abs(found.jac).max() > FLAT * sum(each.n for each in moments) or found.fun >= 1e10:
        return None
    residual, total = 0.0, sum(each.n for each in moments)
    likelihood = -0.5 * float(found.fun)
    for group, each in enumerate(moments):
        likelihood -= (
            each.n
            / 2
            * (pattern.free.shape[0] * (np.log(2 * np.pi) + 1) + float(np.linalg.slogdet(each.covariance)[1]))
        )
        residual += each.n / total * _root_residual(each, *model.implied(found.x, group))
    return GroupFit(float(found.fun), likelihood, residual, model.size)


def _root_residual(moments: Moments, covariance: Floats, means: Floats) -> float:
    """Root mean square of the standardized residuals of variances, covariances and means."""
    spread = np.sqrt(np.diagonal(moments.covariance))
    apart = ((moments.covariance - covariance) / np.outer(spread, spread))[np.tril_indices(len(spread))]
    return float(np.sqrt((np.concatenate([apart, (moments.means - means) / spread]) ** 2).mean()))
