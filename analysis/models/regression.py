"""Linear, logistic and Poisson regression fitted by weighted estimating equations."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.errors import AnalysisError, EmptyGroup, UnknownChoice
from analysis.frames.conditions import rows_where
from analysis.intervals.interval import t_interval
from analysis.models.terms import ModelMatrix, make_matrix
from analysis.results import Estimate, Estimates

Floats = NDArray[np.float64]
ROUNDS = 50
TOLERANCE = 1e-13


class NoFit(AnalysisError):
    """The data do not determine the coefficients."""

    def __init__(self, why: str) -> None:
        super().__init__(f"expected data that determine every coefficient, but {why}")


@dataclass(frozen=True, slots=True)
class Family:
    """A canonical link: mean of a linear predictor, variance of a mean, starting mean, and unit deviance."""

    mean: Callable[[Floats], Floats]
    link: Callable[[Floats], Floats]
    variance: Callable[[Floats], Floats]
    start: Callable[[Floats], Floats]
    deviance: Callable[[Floats, Floats], Floats]


def _log_ratio(y: Floats, mu: Floats) -> Floats:
    """The product y log(y / mu), zero where y is."""
    return np.asarray(y * np.log(np.where(y > 0, y / mu, 1.0)))


FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        "linear": Family(np.asarray, np.asarray, np.ones_like, np.asarray, lambda y, mu: (y - mu) ** 2),
        "logistic": Family(
            lambda eta: np.asarray(1 / (1 + np.exp(-eta))),
            lambda mu: np.asarray(np.log(mu / (1 - mu))),
            lambda mu: mu * (1 - mu),
            lambda y: (y + 0.5) / 2,
            lambda y, mu: 2 * (_log_ratio(y, mu) + _log_ratio(1 - y, 1 - mu)),
        ),
        "poisson": Family(
            lambda eta: np.asarray(np.exp(eta)),
            lambda mu: np.asarray(np.log(mu)),
            lambda mu: mu,
            lambda y: y + 0.1,
            lambda y, mu: 2 * (_log_ratio(y, mu) - (y - mu)),
        ),
    }
)


@dataclass(frozen=True, eq=False, slots=True)
class Regression:
    """A fitted model.

    Parameters
    ----------
    coefficients
        One estimate for each column of the model, with their covariance.
    df
        Residual degrees of freedom: those of the design, plus one, minus the number of coefficients.
    fitted
        (n,) fitted means; NaN for rows that were left out.
    deviance
        Sum of the unit deviances with weights scaled to mean 1.
    terms
        The column each coefficient belongs to.
    """

    coefficients: Estimates
    df: int
    fitted: Floats
    deviance: float
    terms: tuple[str, ...]

    def term_test(self, columns: Sequence[str]) -> "WaldTest":
        """Wald test that all coefficients of `columns` are zero: F = b' V^-1 b / q on (q, df)."""
        from scipy.special import fdtrc

        places = [k for k, term in enumerate(self.terms) if term in columns]
        b = self.coefficients.values[places]
        v = self.coefficients.covariance[np.ix_(places, places)]
        f = float(b @ np.linalg.solve(v, b)) / len(places)
        return WaldTest(f, len(places), self.df, float(fdtrc(len(places), self.df, f)))


@dataclass(frozen=True, slots=True)
class WaldTest:
    """F statistic, its two degrees of freedom and the p-value."""

    f: float
    df: int
    df_residual: int
    p_value: float


def regress(
    design: Design,
    y: str,
    x: Sequence[str],
    *,
    family: str = "linear",
    factors: Collection[str] = (),
    where: Any = None,
    level: float = 0.95,
) -> Regression:
    r"""Regression of `y` on columns, with the design's variance.

    Solves :math:`\sum w_i (y_i - \mu_i) x_i = 0`; the covariance is that of the linearised scores
    :math:`w_i (y_i - \mu_i) x_i' A^{-1}`, :math:`A = \sum w_i v(\mu_i) x_i x_i'`.

    Parameters
    ----------
    design
        The sample.
    y
        Numeric column; 0 and 1 for ``logistic``, counts for ``poisson``.
    x
        Columns: numbers enter as they are, text and `factors` as contrasts with their first level.
    family
        ``linear``, ``logistic`` or ``poisson``, each with its canonical link.
    where
        Filter, as for `analysis.mean`. Rows with a missing value are left out in the same way.

    Raises
    ------
    UnknownChoice, UnknownColumn, EmptyGroup, NoFit

    References
    ----------
    Binder (1983), International Statistical Review 51.

    Examples
    --------
    >>> design = Design.of({"y": [1.0, 3.0, 5.0, 7.0], "x": [0.0, 1.0, 2.0, 3.0]})
    >>> [round(row.value, 6) for row in regress(design, "y", ["x"]).coefficients]
    [1.0, 2.0]
    """
    if family not in FAMILIES:
        raise UnknownChoice("the family of a regression", FAMILIES, family)
    matrix = make_matrix(design.table, x, factors)
    target = design.table.numbers(y)
    keep = rows_where(design.table, where)
    used = matrix.known & ~np.isnan(target) & (True if keep is None else keep)
    if not (used & (design.weights > 0)).any():
        raise EmptyGroup(f"'{y}' and the columns of its model")
    response = np.where(used, target, 0.0)
    weights = np.where(used, design.weights, 0.0)
    fit = _fit(FAMILIES[family], matrix.values, response, weights)
    covariance = _covariance(design, FAMILIES[family], matrix, response, used, fit)
    df = _residual_df(design, used, len(fit.beta))
    rows = _rows(matrix, fit.beta, covariance, df, used, design.weights, level)
    return Regression(
        Estimates("coefficient", rows, covariance, design.df),
        df,
        np.where(used, FAMILIES[family].mean(matrix.values @ fit.beta), np.nan),
        fit.deviance / float(design.weights.mean()),
        matrix.terms,
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Fit:
    """Coefficients, the working weights of the last round, and the deviance."""

    beta: Floats
    working: Floats
    deviance: float


def _fit(family: Family, x: Floats, y: Floats, w: Floats) -> _Fit:
    """Iteratively reweighted least squares, until no coefficient moves any more."""
    inside = w > 0
    mu = family.start(np.where(inside, y, 0.5))
    eta, beta = family.link(mu), np.full(x.shape[1], np.inf)
    for _ in range(ROUNDS):
        v = np.where(inside, family.variance(mu), 1.0)
        before, beta = beta, _least_squares(x, eta + (y - mu) / v, w * v)
        eta = x @ beta
        mu = family.mean(eta)
        if np.all(np.abs(beta - before) <= TOLERANCE * (np.abs(beta) + np.abs(beta).max())):
            return _Fit(beta, w * v, float((w * np.where(inside, family.deviance(y, mu), 0.0)).sum()))
    raise NoFit("the fit did not settle: some group may hold only one outcome")


def _least_squares(x: Floats, z: Floats, w: Floats) -> Floats:
    root = np.sqrt(w)
    beta, _, rank, _ = np.linalg.lstsq(x * root[:, None], z * root, rcond=None)
    if rank < x.shape[1]:
        raise NoFit("one column of the model follows from the others")
    return np.asarray(beta, np.float64)


def _covariance(
    design: Design, family: Family, matrix: ModelMatrix, y: Floats, used: NDArray[np.bool_], fit: _Fit
) -> Floats:
    if design.replicates is not None:
        refits = [
            _fit(family, matrix.values, y, np.where(used, weights, 0.0)).beta
            for block in design.replicates.blocks(design.base_weights)
            for weights in block.T
        ]
        return design.replicates.covariance(np.array(refits), fit.beta)
    mu = family.mean(matrix.values @ fit.beta)
    w = np.where(used, design.weights, 0.0)
    bread = np.linalg.inv(matrix.values.T @ (matrix.values * fit.working[:, None]))
    scores = design.residual(matrix.values * (w * (y - mu))[:, None] @ bread)
    sums = [np.bincount(design.leaf, weights=column, minlength=design.leaves) for column in scores.T]
    return design.covariance(np.stack(sums, axis=1).astype(np.float64))


def _residual_df(design: Design, used: NDArray[np.bool_], coefficients: int) -> int:
    if design.replicates is not None:
        return design.df + 1 - coefficients
    held = np.bincount(design.psu, weights=used & (design.weights > 0), minlength=design.psus) > 0
    return int(design.domain_df(held[:, None])[0]) + 1 - coefficients


def _rows(
    matrix: ModelMatrix,
    beta: Floats,
    covariance: Floats,
    df: int,
    used: NDArray[np.bool_],
    weights: Floats,
    level: float,
) -> tuple[Estimate, ...]:
    from analysis.estimation.deff import kish

    errors = np.sqrt(np.maximum(np.diagonal(covariance), 0.0))
    n, effective = int(used.sum()), kish(weights[used]).n_effective
    return tuple(
        Estimate((), name, float(b), float(se), t_interval(float(b), float(se), df, level), df, n, effective)
        for name, b, se in zip(matrix.names, beta, errors, strict=True)
    )
