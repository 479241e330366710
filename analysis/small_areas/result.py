"""Estimates of small areas with their errors, and what they say about the areas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError
from analysis.results import Tabular

Floats = NDArray[np.float64]
MODELED = "modeled, not a direct estimate"


class BadAreas(AnalysisError):
    """Areas from which no model can be fitted."""

    def __init__(self, expected: str, arrived: object) -> None:
        self.arrived = arrived
        super().__init__(f"expected {expected}, but got {arrived}")


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A coefficient of the model and its standard error."""

    term: str
    value: float
    se: float


@dataclass(frozen=True, slots=True)
class SmallArea:
    """Hold the estimate of one area.

    Parameters
    ----------
    name
        The area.
    value
        The empirical best linear unbiased prediction (EBLUP), in the unit of the outcome.
    mse
        Its estimated mean squared error.
    gamma
        Weight of the area's own answers, 0..1; 0 without any.
    direct
        The direct estimate; NaN without one.
    parts
        The parts g1, g2 and g3 of the mean squared error.
    """

    name: str
    value: float
    mse: float
    gamma: float
    direct: float
    parts: tuple[float, float, float]


@dataclass(frozen=True, repr=False, slots=True)
class SmallAreas(Tabular):
    """Hold the estimates of all areas, the coefficients, and the variances of the model.

    `variances` names ``area`` and, where units are modeled, ``unit``; `variance_of_area` is the sampling variance of the
    first; `loglik` the ordinary log likelihood.
    """

    areas: tuple[SmallArea, ...]
    coefficients: tuple[Coefficient, ...]
    variances: Mapping[str, float]
    variance_of_area: float
    loglik: float

    @property
    def values(self) -> Floats:
        """(m,) estimates."""
        return np.array([area.value for area in self.areas])

    @property
    def mses(self) -> Floats:
        """(m,) mean squared errors."""
        return np.array([area.mse for area in self.areas])

    def title(self) -> str:
        """The number of areas, and that their figures are modeled."""
        return f"{len(self.areas)} areas, {MODELED}; variance between areas {self.variances['area']:.4g}"

    def to_rows(self) -> list[dict[str, Any]]:
        """One record for each area."""
        return [
            {
                "area": area.name,
                "eblup": area.value,
                "rmse": area.mse**0.5,
                "mse": area.mse,
                "gamma": area.gamma,
                "direct": area.direct,
                "note": MODELED,
            }
            for area in self.areas
        ]


def benchmark(values: Sequence[float], shares: Sequence[float], target: float, method: str = "ratio") -> Floats:
    r"""Make estimates of areas agree with the estimate of the whole.

    ``ratio``: :math:`\hat\theta_i t / \sum W \hat\theta`; ``difference``: :math:`\hat\theta_i + t - \sum W \hat\theta`.

    Parameters
    ----------
    values
        (m,) estimates of areas.
    shares
        (m,) population shares W of the areas; they are scaled to sum to 1.
    target
        Estimate of the whole.
    method
        ``ratio`` or ``difference``.

    Raises
    ------
    BadAreas

    References
    ----------
    Rao and Molina (2015), Small Area Estimation, section 6.4.6.

    Examples
    --------
    >>> benchmark([40.0, 60.0], [0.5, 0.5], 55.0, "difference").tolist()
    [45.0, 65.0]
    """
    found, w = np.asarray(values, np.float64), np.asarray(shares, np.float64)
    if found.shape != w.shape or not (w >= 0).all() or not w.sum() > 0:
        raise BadAreas("a share of 0 or more for each area", shares)
    whole = float(w @ found / w.sum())
    if method == "difference":
        return np.asarray(found + (target - whole))
    if method != "ratio" or whole == 0:
        raise BadAreas("the method 'ratio' (with a whole other than 0) or 'difference'", repr(method))
    return np.asarray(found * target / whole)
