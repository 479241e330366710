"""The families of a regression: linear, logistic and Poisson, each with its canonical link."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError

Floats = NDArray[np.float64]


class BadOutcome(AnalysisError):
    """An outcome that the family does not allow."""

    def __init__(self, column: str, family: str, expected: str, value: float, row: int) -> None:
        self.column, self.family, self.value, self.row = column, family, value, row
        super().__init__(
            f"expected {expected} in column '{column}' for a {family} regression, but row {row + 1} holds {value:g}"
        )


@dataclass(frozen=True, slots=True)
class Family:
    """A canonical link: mean of a linear predictor, its inverse, variance of a mean, starting mean, unit deviance."""

    mean: Callable[[Floats], Floats]
    link: Callable[[Floats], Floats]
    variance: Callable[[Floats], Floats]
    start: Callable[[Floats], Floats]
    deviance: Callable[[Floats, Floats], Floats]
    allowed: Callable[[Floats], NDArray[np.bool_]]
    outcome: str


def _log_ratio(y: Floats, mu: Floats) -> Floats:
    """The product y log(y / mu), zero where y is."""
    return np.asarray(y * np.log(np.where(y > 0, y / mu, 1.0)))


def _expit(eta: Floats) -> Floats:
    from scipy.special import expit

    return np.asarray(expit(eta), np.float64)


FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        "linear": Family(
            np.asarray, np.asarray, np.ones_like, np.asarray, lambda y, mu: (y - mu) ** 2, np.isfinite, "finite numbers"
        ),
        "logistic": Family(
            _expit,
            lambda mu: np.asarray(np.log(mu / (1 - mu))),
            lambda mu: mu * (1 - mu),
            lambda y: (y + 0.5) / 2,
            lambda y, mu: 2 * (_log_ratio(y, mu) + _log_ratio(1 - y, 1 - mu)),
            lambda y: (y >= 0) & (y <= 1),
            "numbers from 0 to 1",
        ),
        "poisson": Family(
            lambda eta: np.asarray(np.exp(eta)),
            lambda mu: np.asarray(np.log(mu)),
            lambda mu: mu,
            lambda y: y + 0.1,
            lambda y, mu: 2 * (_log_ratio(y, mu) - (y - mu)),
            lambda y: (y >= 0) & np.isfinite(y),
            "numbers of 0 or more",
        ),
    }
)


def check_outcome(column: str, name: str, y: Floats, used: NDArray[np.bool_]) -> None:
    """Refuse an outcome outside the family's range."""
    family = FAMILIES[name]
    wrong = used & ~family.allowed(np.where(used, y, 0.0))
    if wrong.any():
        row = int(np.argmax(wrong))
        raise BadOutcome(column, name, family.outcome, float(y[row]), row)
