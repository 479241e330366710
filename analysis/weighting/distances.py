"""How calibrated weights may differ from the old ones: the three distances, and the search for their weights.

A distance gives the factor g = F(u) on a weight, where u is linear in the auxiliaries. The weights are found where the
convex function sum d G(z'b) - T'b is smallest, G being the integral of F. Source: Deville and Särndal (1992), JASA 87.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analysis.errors import AnalysisError, UnknownChoice
from analysis.weighting.greg import scaled_inverse

Floats = NDArray[np.float64]
Curve = Callable[[Floats], Floats]
DistanceName = Literal["linear", "raking", "logit"]
DISTANCES: tuple[DistanceName, ...] = ("linear", "raking", "logit")
STEPS = 100
HALVINGS = 30
FLOOR = 1e-4  # least slope, so that weights at their bound still take part in the search
STEEPEST = 50.0  # largest u that is tried, far beyond any factor of use


class BadBounds(AnalysisError):
    """Bounds on the factors that leave no room around 1."""

    def __init__(self, bounds: tuple[float, float] | None) -> None:
        self.bounds = bounds
        arrived = "none" if bounds is None else f"{bounds[0]:g} to {bounds[1]:g}"
        super().__init__(f"expected bounds on the weight ratio with 0 <= lower < 1 < upper, but got {arrived}")


@dataclass(frozen=True, slots=True)
class Distance:
    """A distance: the factor, its slope and its integral as functions of u."""

    factor: Curve
    slope: Curve
    integral: Curve


def distance_of(name: DistanceName, bounds: tuple[float, float] | None) -> Distance:
    """The distance of this name, kept within bounds on the factor."""
    if name not in DISTANCES:
        raise UnknownChoice("the calibration distance", DISTANCES, name)
    if bounds is not None and not bounds[0] < 1 < bounds[1]:
        raise BadBounds(bounds)
    if name == "logit":
        if bounds is None or bounds[0] < 0 or not np.isfinite(bounds[1]):
            raise BadBounds(bounds)
        return _logit(*bounds)
    low, high = bounds or (-np.inf, np.inf)
    return _linear(low, high) if name == "linear" else _raking(max(low, 0.0), high)


def _linear(low: float, high: float) -> Distance:
    def factor(u: Floats) -> Floats:
        return np.clip(1 + u, low, high)

    def slope(u: Floats) -> Floats:
        return np.where((1 + u > low) & (1 + u < high), 1.0, FLOOR)

    def integral(u: Floats) -> Floats:
        g = factor(u)
        return np.asarray(g * (1 + u) - g**2 / 2)

    return Distance(factor, slope, integral)


def _raking(low: float, high: float) -> Distance:
    def free(u: Floats) -> Floats:
        return np.exp(np.minimum(u, STEEPEST))

    def factor(u: Floats) -> Floats:
        return np.clip(free(u), low, high)

    def slope(u: Floats) -> Floats:
        g = free(u)
        return np.where((g > low) & (g < high), g, FLOOR)

    def integral(u: Floats) -> Floats:
        g = np.maximum(factor(u), np.finfo(float).tiny)
        return np.asarray(g + g * (u - np.log(g)))

    return Distance(factor, slope, integral)


def _logit(low: float, high: float) -> Distance:
    pace = (high - low) / ((1 - low) * (high - 1))

    def part(u: Floats) -> Floats:
        """Where the factor is between its bounds, 0..1."""
        rise = (1 - low) * np.exp(np.clip(pace * u, -700, 700))
        return np.asarray(rise / (high - 1 + rise))

    def factor(u: Floats) -> Floats:
        return np.asarray(low + (high - low) * part(u))

    def slope(u: Floats) -> Floats:
        share = part(u)
        return np.maximum((high - low) * pace * share * (1 - share), FLOOR)

    def integral(u: Floats) -> Floats:
        rise = np.logaddexp(np.log(high - 1), np.log(1 - low) + pace * u)
        return np.asarray(low * u + (high - low) / pace * rise)

    return Distance(factor, slope, integral)


def find_factors(
    distance: Distance, auxiliaries: sparse.csr_array, sums: Floats, totals: Floats, precision: float
) -> Floats:
    """(C,) factors on the cell sums (C,) that bring the (C, p) auxiliaries nearest to their (p,) totals."""
    size = np.sqrt(auxiliaries.power(2).mean(axis=0))
    scaled = sparse.csr_array(auxiliaries @ sparse.diags_array(1 / np.where(size > 0, size, 1.0)))
    wanted = totals / np.where(size > 0, size, 1.0)
    search = _Search(distance, scaled, sums, wanted)
    place = np.zeros(len(wanted))
    for _ in range(STEPS):
        miss = wanted - search.reached(place)
        if np.abs(miss).max() <= precision * max(float(np.abs(wanted).max()), 1e-300):
            break
        moved = search.step(place, miss)
        if moved is None:
            break
        place = moved
    return distance.factor(scaled @ place)


@dataclass(frozen=True, eq=False, slots=True)
class _Search:
    distance: Distance
    auxiliaries: sparse.csr_array
    sums: Floats
    totals: Floats

    def reached(self, place: Floats) -> Floats:
        return np.asarray(self.auxiliaries.T @ (self.sums * self.distance.factor(self.auxiliaries @ place)))

    def height(self, place: Floats) -> float:
        return float(self.sums @ self.distance.integral(self.auxiliaries @ place) - self.totals @ place)

    def step(self, place: Floats, miss: Floats) -> Floats | None:
        """A Newton step, halved until it goes down; None when no step does."""
        slopes = sparse.diags_array(self.sums * self.distance.slope(self.auxiliaries @ place))
        gram = (self.auxiliaries.T @ (slopes @ self.auxiliaries)).toarray()
        direction = scaled_inverse(gram) @ miss
        here, rise = self.height(place), float(direction @ miss)
        for halving in range(HALVINGS):
            moved = place + direction / 2**halving
            if self.height(moved) <= here - 1e-4 * rise / 2**halving + 1e-12 * abs(here):
                return np.asarray(moved)
        return None
