"""Poststratified multilevel estimates (MRP): a logistic model with random intercepts, predicted for the population."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from analysis.frames import Table
from analysis.models.terms import make_matrix
from analysis.results import Tabular
from analysis.small_areas.fay_herriot import names_of
from analysis.small_areas.result import MODELED, BadAreas, Coefficient

Floats = NDArray[np.float64]
ROUNDS = 100


@dataclass(frozen=True, repr=False, slots=True)
class Multilevel(Tabular):
    """Hold the shares of areas and of the whole, the coefficients, the standard deviations of the random intercepts."""

    shares: dict[str, float]
    overall: float
    coefficients: tuple[Coefficient, ...]
    spread: dict[str, float]
    loglik: float

    def title(self) -> str:
        """The number of areas, and that their figures are modeled."""
        return f"{len(self.shares)} areas, {MODELED}; overall share {self.overall:.4g}"

    def to_rows(self) -> list[dict[str, Any]]:
        """One record for each area."""
        return [{"area": name, "share": share, "note": MODELED} for name, share in self.shares.items()]


def multilevel_shares(
    frame: Any,
    successes: str,
    trials: str,
    x: str | Sequence[str],
    random: str | Sequence[str],
    *,
    area: str,
    population: str,
) -> Multilevel:
    r"""Estimate the shares of small areas by multilevel regression and poststratification.

    logit p = x'b + u(area) + ..., u ~ N(0, s²) for each column of `random`, fitted by maximum likelihood with the
    Laplace approximation; an area's share is :math:`\sum N \hat p / \sum N` over its cells. Answers count once
    each: no survey
    weights, and no margin of error of a sample.

    Parameters
    ----------
    frame
        One row for each cell of the population.
    successes, trials
        Columns with the answers "yes" and all answers of a cell; 0 of 0 where there are none.
    x
        Terms of the regression, as for `regress`; an empty list for the intercept alone.
    random
        Columns with a random intercept for each level.
    area
        Column of the areas to estimate.
    population
        Column with the people of each cell.

    Raises
    ------
    BadAreas, UnknownColumn

    References
    ----------
    Gelman and Little (1997), Survey Methodology 23; Bates and others (2015), Journal of Statistical Software 67.

    Examples
    --------
    >>> cells = {"a": list("ppqq"), "f": [0.0, 1.0, 0.0, 1.0], "yes": [3, 6, 2, 3], "n": [10] * 4, "N": [5, 5, 8, 2]}
    >>> found = multilevel_shares(cells, "yes", "n", ["f"], "a", area="a", population="N")
    >>> list(found.shares), found.shares["p"] >= found.shares["q"]
    (['p', 'q'], True)
    """
    table = Table.of(frame)
    columns = [random] if isinstance(random, str) else list(random)
    matrix = make_matrix(table, x) if x else make_matrix(table, [])
    y, n, people = (table.numbers(name) for name in (successes, trials, population))
    if not matrix.known.all() or not ((y >= 0) & (y <= n) & (people >= 0)).all():
        raise BadAreas("cells with known columns, 0 <= successes <= trials, and people of 0 or more", "others")
    groups = [_indicators(names_of(table, name)) for name in columns]
    model = _Cells(y, n, matrix.values, groups)
    theta, beta, hessian, loglik = model.fit()
    mean = 1 / (1 + np.exp(-model.predictor(theta, beta, model.modes(theta, beta)[0])))
    names = names_of(table, area)
    shares = {
        name: float(people[own] @ mean[own] / people[own].sum())
        for name in dict.fromkeys(names)
        if people[own := np.array([each == name for each in names])].sum() > 0
    }
    errors = np.sqrt(np.diagonal(np.linalg.inv(hessian)))[len(columns) :] if theta.all() else np.full(len(beta), np.nan)
    coefficients = tuple(map(Coefficient, matrix.names, beta.tolist(), errors.tolist()))
    spread = dict(zip(columns, theta.tolist(), strict=True))
    return Multilevel(shares, float(people @ mean / people.sum()), coefficients, spread, loglik)


def _indicators(names: list[str]) -> Floats:
    levels = {name: k for k, name in enumerate(dict.fromkeys(names))}
    return np.eye(len(levels))[[levels[name] for name in names]]


@dataclass(frozen=True, eq=False, slots=True)
class _Cells:
    """Successes, trials, columns, and an indicator matrix for each random intercept."""

    y: Floats
    n: Floats
    x: Floats
    groups: list[Floats]

    def scaled(self, theta: Floats) -> Floats:
        return np.column_stack([z * sd for z, sd in zip(self.groups, theta, strict=True)])

    def predictor(self, theta: Floats, beta: Floats, u: Floats) -> Floats:
        return np.asarray(self.x @ beta + self.scaled(theta) @ u)

    def modes(self, theta: Floats, beta: Floats) -> tuple[Floats, float]:
        """Return the modes of the standardized intercepts, and the Laplace log likelihood."""
        z, fixed = self.scaled(theta), self.x @ beta
        u = np.zeros(z.shape[1])
        for _ in range(ROUNDS):
            mean = expit(fixed + z @ u)
            curve = np.eye(len(u)) + z.T @ (z * (self.n * mean * (1 - mean))[:, None])
            step = np.linalg.solve(curve, z.T @ (self.y - self.n * mean) - u)
            u = u + step
            if np.abs(step).max() < 1e-11:
                break
        eta = fixed + z @ u
        inner = float(self.y @ eta - self.n @ np.logaddexp(0.0, eta) - u @ u / 2)
        return u, inner - float(np.linalg.slogdet(curve)[1]) / 2 + self._constant()

    def _constant(self) -> float:
        from scipy.special import gammaln

        return float((gammaln(self.n + 1) - gammaln(self.y + 1) - gammaln(self.n - self.y + 1)).sum())

    def fit(self) -> tuple[Floats, Floats, Floats, float]:
        """Return standard deviations, coefficients, the Hessian of minus the log likelihood, and the log likelihood."""
        from scipy.optimize import minimize

        q = len(self.groups)

        def loss(parameters: Floats) -> float:
            return -self.modes(parameters[:q], parameters[q:])[1]

        share = np.clip(self.y.sum() / self.n.sum(), 1e-3, 1 - 1e-3)
        start = np.concatenate([np.full(q, 0.5), [np.log(share / (1 - share))], np.zeros(self.x.shape[1] - 1)])
        bounds = [(0.0, None)] * q + [(None, None)] * self.x.shape[1]
        found = minimize(loss, start, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-14, "gtol": 1e-7})
        best = np.asarray(found.x, np.float64)
        return best[:q], best[q:], _hessian(loss, best), -float(found.fun)


def _hessian(loss: Any, at: Floats) -> Floats:
    """Return the second differences of a function."""
    size = len(at)
    steps = np.diag(1e-3 * np.maximum(np.abs(at), 0.1))
    result = np.zeros((size, size))
    for j in range(size):
        for k in range(j + 1):
            ends = [loss(at + a * steps[j] + b * steps[k]) * a * b for a in (-1, 1) for b in (-1, 1)]
            result[j, k] = result[k, j] = sum(ends) / (4 * steps[j, j] * steps[k, k])
    return result
