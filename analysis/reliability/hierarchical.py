"""Omega hierarchical: how much of a score is one general factor, beside factors of its facets."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError
from analysis.reliability.covariance import Missing, TooFewAnswers, correlation, covariance_of_answers

Floats = NDArray[np.float64]


class NoGeneralFactor(AnalysisError):
    """Factors whose correlations no general factor explains."""

    def __init__(self) -> None:
        super().__init__("expected factors that all go together, but some of their correlations are 0 or below")


@dataclass(frozen=True, eq=False, slots=True)
class HierarchicalOmega:
    """Omega hierarchical and total (0-1), each item's loading (k,) on the general factor, and the rows behind them."""

    hierarchical: float
    total: float
    general: Floats
    n: int


def hierarchical_omega(
    answers: Any, factors: int = 3, weights: Any = None, missing: Missing = "listwise"
) -> HierarchicalOmega:
    r"""Omega hierarchical by Schmid and Leiman's transformation.

    Minimum-residual factors of the correlations R are rotated by direct oblimin; one factor of their correlations gives
    each item's general loading g. :math:`\omega_h = (\sum g)^2 / \sum R` and :math:`\omega_t = 1 - \sum u^2 / \sum R`,
    with :math:`u^2` the part of an item that no factor explains.

    Parameters
    ----------
    answers
        (n, k), NaN = missing; reversed items turned round beforehand.
    factors
        Number of facets, 3 or more; each needs about three items.
    weights
        (n,) survey weights, or None.
    missing
        ``listwise`` or ``pairwise`` correlations.

    Raises
    ------
    TooFewAnswers
        Fewer than three items to a factor, or fewer than three factors.
    NoGeneralFactor
        Factors that do not go together.

    References
    ----------
    Zinbarg, Revelle, Yovel and Li (2005), Psychometrika 70; Schmid and Leiman (1957), Psychometrika 22; R psych.

    Examples
    --------
    >>> chance = np.random.default_rng(1)
    >>> facets = 0.7 * chance.normal(size=(900, 1)) + 0.7 * chance.normal(size=(900, 3))
    >>> answers = np.repeat(facets, 3, axis=1) + chance.normal(size=(900, 9))
    >>> found = hierarchical_omega(answers)
    >>> round(found.hierarchical, 1), round(found.total, 1)
    (0.6, 0.8)
    """
    if answers.ndim != 2 or factors < 3 or answers.shape[1] < 2 * factors:
        raise TooFewAnswers(
            "three or more factors of two or more items each", f"{factors} of {answers.shape[-1]} items"
        )
    covariance, n = covariance_of_answers(answers, weights, missing)
    r = correlation(covariance)
    loadings = minimum_residual(r, factors)
    pattern, between = _oblimin(loadings)
    general = pattern @ _one_factor(between)
    unexplained = 1 - (loadings**2).sum(axis=1)
    whole = float(r.sum())
    return HierarchicalOmega(float(general.sum()) ** 2 / whole, 1 - float(unexplained.sum()) / whole, general, n)


def minimum_residual(r: Floats, factors: int) -> Floats:
    """(k, m) loadings that leave the smallest squares of correlations (k, k) off the diagonal.

    Examples
    --------
    >>> minimum_residual(np.array([[1, 0.42, 0.48], [0.42, 1, 0.56], [0.48, 0.56, 1]]), 1).round(3).ravel().tolist()
    [0.6, 0.7, 0.8]
    """
    from scipy import optimize

    minimize: Any = optimize.minimize  # its stubs know only functions of a one-dimensional array type

    def misfit(unique: Floats) -> tuple[float, Floats]:
        values, vectors = np.linalg.eigh(r - np.diag(unique))
        left, own = values[:-factors], vectors[:, :-factors]
        return float((left**2).sum()) / 2, -(own**2) @ left

    start = np.clip(1 / np.diagonal(np.linalg.inv(r)), 0.05, 0.95)
    bounds = [(0.005, 1.0)] * len(r)
    options = {"ftol": 1e-15, "gtol": 1e-12, "maxiter": 2000}
    found = minimize(misfit, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options).x
    values, vectors = np.linalg.eigh(r - np.diag(found))
    loadings = vectors[:, -factors:] * np.sqrt(np.maximum(values[-factors:], 0.0))
    return np.asarray(loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0))


def _oblimin(loadings: Floats) -> tuple[Floats, Floats]:
    """(k, m) pattern and (m, m) correlations of the rotated factors, each turned to positive loadings."""
    from statsmodels.multivariate.factor_rotation import rotate_factors

    pattern, turn = rotate_factors(loadings, "oblimin", 0, "oblique", tol=1e-7, max_tries=1000)
    sign = np.where(pattern.sum(axis=0) < 0, -1.0, 1.0)
    between = turn.T @ turn
    return np.asarray(pattern * sign), np.asarray(between * np.outer(sign, sign))


def _one_factor(between: Floats) -> Floats:
    """(m,) loadings of the factors on a general one."""
    if (between <= 0).any():
        raise NoGeneralFactor()
    return minimum_residual(between, 1)[:, 0]
