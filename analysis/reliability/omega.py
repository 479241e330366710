"""McDonald's omega from a one-factor model fitted by maximum likelihood, with the usual indices of fit."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError
from analysis.reliability.answers import answers_of
from analysis.reliability.covariance import TooFewAnswers, correlation, covariance_of_answers

Floats = NDArray[np.float64]

ROUNDS = 200


class NoOneFactorFit(AnalysisError):
    """The one-factor model has no admissible solution for these items."""

    def __init__(self, arrived: str) -> None:
        self.arrived = arrived
        super().__init__(f"expected items that one factor can explain, but got {arrived}")


@dataclass(frozen=True, slots=True)
class Omega:
    """Omega total, loadings and residual variances (k,), and the fit of the model.

    `chi_square` is unscaled: with weights it is a description, not a test.
    """

    n: int
    omega: float
    loadings: tuple[float, ...]
    residuals: tuple[float, ...]
    chi_square: float
    df: int
    cfi: float
    tli: float
    rmsea: float
    srmr: float


def omega(answers: Any, weights: Any = None) -> Omega:
    r"""Omega total of k items.

    The model is :math:`\Sigma = \lambda\lambda' + \mathrm{diag}(\theta)` with a factor variance of 1, fitted to the
    (weighted) covariance of the complete rows, and

    .. math:: \omega = (\sum\lambda)^2 / ((\sum\lambda)^2 + \sum\theta)

    Parameters
    ----------
    answers
        (n, k), k >= 3, NaN = missing; reversed items turned round beforehand.
    weights
        (n,) survey weights, scaled to sum to n, or None.

    Raises
    ------
    TooFewAnswers
        Fewer than three items or two complete rows, or an item without variation.
    NoOneFactorFit
        The fit does not converge, or leaves an item with a negative residual variance.

    References
    ----------
    McDonald (1999), Test Theory, chapter 6; Jöreskog (1967), Psychometrika 32; fit indices as in lavaan.

    Examples
    --------
    >>> x = np.random.default_rng(1).normal(size=(400, 1)) + np.random.default_rng(2).normal(size=(400, 4))
    >>> result = omega(x)
    >>> round(result.omega, 2), result.df
    (0.74, 2)
    """
    answers = answers_of(answers)
    if answers.ndim != 2 or answers.shape[1] < 3:
        raise TooFewAnswers("three or more items", f"{answers.shape[-1] if answers.ndim == 2 else 1}")
    unbiased, n = covariance_of_answers(answers, weights)
    sample = unbiased * (n - 1) / n
    loadings, residuals = _fit(sample)
    common = float(loadings.sum()) ** 2
    return Omega(
        n=n,
        omega=common / (common + float(residuals.sum())),
        loadings=tuple(loadings.tolist()),
        residuals=tuple(residuals.tolist()),
        df=_df(len(sample)),
        **_indices(sample, _implied(loadings, residuals), n),
    )


def _implied(loadings: Floats, residuals: Floats) -> Floats:
    return np.asarray(np.outer(loadings, loadings) + np.diag(residuals))


def _fit(sample: Floats) -> tuple[Floats, Floats]:
    """Fisher scoring with step halving, on correlations so that no unit matters."""
    root = np.sqrt(np.diagonal(sample))
    target = correlation(sample)
    if np.linalg.cond(target) > 1e12:
        raise NoOneFactorFit("an item that follows from the others")
    vector = np.linalg.eigh(target)[1][:, -1]
    point = np.concatenate([0.7 * np.sign(vector.sum()) * vector / np.abs(vector).max(), np.full(len(root), 0.5)])
    for _ in range(ROUNDS):
        step = _scoring_step(point, target)
        point = _shortened(point, step, target)
        if np.abs(step).max() < 1e-12:
            break
    else:
        raise NoOneFactorFit(f"no convergence in {ROUNDS} rounds")
    loadings, residuals = np.split(point, 2)
    return loadings * root, residuals * root**2


def _scoring_step(point: Floats, target: Floats) -> Floats:
    """Information^-1 x score of the normal likelihood in (loadings, residuals)."""
    loadings, residuals = np.split(point, 2)
    inverse = np.linalg.inv(_implied(loadings, residuals))
    away = inverse @ (target - _implied(loadings, residuals)) @ inverse
    score = np.concatenate([2 * away @ loadings, np.diagonal(away)])
    with_loadings = inverse @ loadings
    cross = inverse * with_loadings[:, None]
    information = np.block(
        [
            [2 * (inverse * (loadings @ with_loadings) + np.outer(with_loadings, with_loadings)), 2 * cross.T],
            [2 * cross, inverse**2],
        ]
    )
    return np.asarray(np.linalg.solve(information, score), np.float64)


def _shortened(point: Floats, step: Floats, target: Floats) -> Floats:
    before = _discrepancy(_implied(*np.split(point, 2)), target)
    for halving in range(40):
        moved = point + step / 2**halving
        inside = (np.split(moved, 2)[1] > 0).all()
        if inside and _discrepancy(_implied(*np.split(moved, 2)), target) <= before + 1e-14:
            return np.asarray(moved)
    raise NoOneFactorFit("an item whose residual variance would be negative")


def _discrepancy(implied: Floats, sample: Floats) -> float:
    """The likelihood's distance: ``log|M| - log|S| + tr(S M^-1) - k``."""
    sign, log_implied = np.linalg.slogdet(implied)
    if sign <= 0:
        return float("inf")
    fit = log_implied - np.linalg.slogdet(sample)[1] + np.trace(np.linalg.solve(implied, sample))
    return float(fit - len(sample))


def _df(k: int) -> int:
    """Variances and covariances less loadings and residual variances."""
    return k * (k + 1) // 2 - 2 * k


def _indices(sample: Floats, implied: Floats, n: int) -> dict[str, float]:
    k = len(sample)
    df, base_df = _df(k), k * (k - 1) // 2
    chi_square = n * _discrepancy(implied, sample)
    base = n * _discrepancy(np.diag(np.diagonal(sample)), sample)
    excess, base_excess = max(chi_square - df, 0.0), max(base - base_df, 0.0)
    worst = max(excess, base_excess)
    root = np.sqrt(np.diagonal(sample))
    apart = ((sample - implied) / np.outer(root, root))[np.tril_indices(k)]
    return {
        "chi_square": chi_square,
        "cfi": 1 - excess / worst if worst > 0 else 1.0,
        "tli": (base / base_df - chi_square / df) / (base / base_df - 1) if df > 0 else 1.0,
        "rmsea": float(np.sqrt(excess / (df * n))) if df > 0 else 0.0,
        "srmr": float(np.sqrt((apart**2).mean())),
    }
