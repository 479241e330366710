r"""The variance A between areas of the Fay-Herriot model y = x'b + u + e, u ~ N(0, A), e ~ N(0, D) with D known.

``REML`` and ``ML`` maximize the likelihood (0 where its slope at 0 is not positive), ``FH`` solves
:math:`\sum (y - x'b)^2 / (A + D) = m - p`, ``PR`` is the moment estimator of Prasad and Rao. Source: Rao and Molina
(2015), Small Area Estimation, sections 6.1 and 6.2; Datta, Rao and Smith (2005), Biometrika 92.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class AreaModel:
    """Direct estimates (m,), their variances (m,), and the columns (m, p)."""

    y: Floats
    d: Floats
    x: Floats

    def weighted(self, a: float) -> tuple[Floats, Floats, Floats]:
        """Return the coefficients, Q = (X'V^-1X)^-1 and the residuals at a variance between areas."""
        scaled = self.x / (a + self.d)[:, None]
        q = np.linalg.inv(self.x.T @ scaled)
        beta = q @ (scaled.T @ self.y)
        return beta, q, self.y - self.x @ beta

    def slope(self, a: float, restricted: bool) -> float:
        """Twice the slope of the (restricted) log likelihood in A."""
        _, q, residual = self.weighted(a)
        v = a + self.d
        trace = float((1 / v).sum())
        if restricted:
            trace -= float(np.einsum("ij,jk,ik->", self.x / v[:, None], q, self.x / v[:, None]))
        return float((residual**2 / v**2).sum()) - trace

    def excess(self, a: float) -> float:
        """The weighted sum of squared residuals minus its degrees of freedom."""
        return float((self.weighted(a)[2] ** 2 / (a + self.d)).sum()) - (len(self.y) - self.x.shape[1])

    def loglik(self, a: float) -> float:
        """The ordinary log likelihood."""
        v = a + self.d
        return float(-0.5 * (np.log(2 * np.pi * v) + self.weighted(a)[2] ** 2 / v).sum())


def _root(function: Callable[[float], float], scale: float) -> float:
    """Return where a function falls to 0; 0 where it is not positive at 0."""
    from scipy.optimize import brentq

    if function(0.0) <= 0:
        return 0.0
    high = scale
    while function(high) > 0:
        high *= 4
    return float(brentq(function, 0.0, high, xtol=1e-14 * scale, rtol=1e-14))


def _likely(model: AreaModel, restricted: bool) -> float:
    return _root(lambda a: model.slope(a, restricted), float(model.d.mean()))


def _moment(model: AreaModel) -> float:
    x, d = model.x, model.d
    q = np.linalg.inv(x.T @ x)
    residual = model.y - x @ (q @ (x.T @ model.y))
    leverage = ((x @ q) * x).sum(axis=1)
    return max(0.0, float((residual**2).sum() - (d * (1 - leverage)).sum()) / (len(d) - x.shape[1]))


ESTIMATORS: Mapping[str, Callable[[AreaModel], float]] = MappingProxyType(
    {
        "REML": lambda model: _likely(model, True),
        "ML": lambda model: _likely(model, False),
        "FH": lambda model: _root(model.excess, float(model.d.mean())),
        "PR": _moment,
    }
)


def variance_of_estimator(method: str, v: Floats) -> float:
    """The sampling variance of the estimated A, given V = A + D.

    Examples
    --------
    >>> variance_of_estimator("REML", np.array([1.0, 1.0]))
    1.0
    """
    if method == "FH":
        return float(2 * len(v) / (1 / v).sum() ** 2)
    return float(2 * (v**2).sum() / len(v) ** 2) if method == "PR" else float(2 / (v**-2.0).sum())


def bias_of_estimator(method: str, v: Floats, q: Floats, x: Floats) -> float:
    """The bias of the estimated A, to the order that the mean squared error counts.

    Examples
    --------
    >>> bias_of_estimator("REML", np.ones(2), np.eye(1), np.ones((2, 1)))
    0.0
    """
    squares = float((v**-2.0).sum())
    if method == "ML":
        return -float(np.trace(q @ (x.T @ (x / v[:, None] ** 2)))) / squares
    if method == "FH":
        ones = float((1 / v).sum())
        return 2 * (len(v) * squares - ones**2) / ones**3
    return 0.0
