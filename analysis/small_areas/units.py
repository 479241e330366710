"""Unit-level estimates of small areas: people's answers, columns known for people, and their means in each area."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import UnknownChoice
from analysis.frames import Table
from analysis.models.terms import make_matrix
from analysis.small_areas.fay_herriot import names_of
from analysis.small_areas.result import BadAreas, Coefficient, SmallArea, SmallAreas

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class UnitModel:
    """Answers (n,), columns (n, p), the area of each row (n,), and the number of areas."""

    y: Floats
    x: Floats
    area: Ints
    areas: int

    @property
    def counts(self) -> Floats:
        """(m,) answers of each area."""
        return np.bincount(self.area, minlength=self.areas).astype(np.float64)

    def means(self, values: Floats) -> Floats:
        """(m, k) means of columns by area; 0 without answers."""
        sums = np.stack([np.bincount(self.area, column, self.areas) for column in values.T], axis=1)
        return np.asarray(sums / np.maximum(self.counts, 1)[:, None])

    def fit(self, ratio: float) -> tuple[Floats, Floats, float]:
        """Return b, (X'R^-1X)^-1 and the sum of squares y'Py for R = I + ratio J, in units of the unit variance."""
        n = self.counts
        shrink = n * ratio / (1 + n * ratio)
        both = np.column_stack([self.x, self.y])
        means = self.means(both)
        cross = both.T @ both - means.T @ (means * (n * shrink)[:, None])
        q = np.linalg.inv(cross[:-1, :-1])
        beta = q @ cross[:-1, -1]
        return beta, q, float(cross[-1, -1] - cross[:-1, -1] @ beta)

    def deviance(self, ratio: float, restricted: bool) -> float:
        """Minus twice the profiled (restricted) log likelihood, without constants."""
        _, q, squares = self.fit(ratio)
        logs = float(np.log1p(self.counts * ratio).sum())
        df = len(self.y) - (self.x.shape[1] if restricted else 0)
        return df * float(np.log(squares / df)) + logs - (float(np.linalg.slogdet(q)[1]) if restricted else 0.0)


def unit_eblup(
    frame: Any,
    y: str,
    x: str | Sequence[str],
    area: str,
    means: Any,
    *,
    columns: Mapping[str, str] | None = None,
    sizes: str | None = None,
    method: str = "REML",
) -> SmallAreas:
    r"""Estimate the means of small areas by the nested-error model of Battese, Harter and Fuller.

    y = x'b + v(area) + e. With :math:`\gamma = \sigma_v^2 / (\sigma_v^2 + \sigma_e^2 / n)` the estimate is
    :math:`\bar X'b + \gamma (\bar y - \bar x'b)`; its mean squared error is g1 + g2 + 2 g3 (Prasad and Rao). With `sizes`
    the observed answers enter as they are: f ybar + (1 - f)(Xr'b + v), Xr the mean of the others.

    Parameters
    ----------
    frame
        One row for each answer; rows with a missing value are left out.
    y, x, area
        The outcome, the terms of the regression, and the column of areas.
    means
        One row for each area: its name in a column `area`, and the population means of the columns of the model.
    columns
        Column of the model -> its column in `means`, where names differ.
    sizes
        Column of `means` with the number of people; None ignores sampling fractions.
    method
        ``REML`` or ``ML``.

    Raises
    ------
    BadAreas, UnknownChoice, UnknownColumn

    References
    ----------
    Battese, Harter and Fuller (1988), JASA 83; Prasad and Rao (1990), JASA 85; Rao and Molina (2015), chapter 7.

    Examples
    --------
    >>> people = {"y": [4.0, 6.0, 9.0, 12.0, 7.0, 7.5], "x": [1.0, 2.0, 3.0, 4.0, 2.0, 3.0], "a": list("ppqqrr")}
    >>> found = unit_eblup(people, "y", "x", "a", {"a": ["p", "q", "r"], "x": [1.5, 3.0, 2.5]})
    >>> [round(each.value, 1) for each in found.areas]
    [5.1, 8.8, 7.6]
    """
    if method not in ("REML", "ML"):
        raise UnknownChoice("the method of a unit-level model", ("REML", "ML"), method)
    table, known = Table.of(frame), Table.of(means)
    names, matrix = names_of(known, area), make_matrix(table, x)
    model = _model(table.numbers(y), matrix.values, matrix.known, names_of(table, area), names)
    population = _population(known, matrix.names, columns or {})
    ratio = _best_ratio(model, method == "REML")
    beta, inner, squares = model.fit(ratio)
    unit = squares / (len(model.y) - (model.x.shape[1] if method == "REML" else 0))
    found = _Fitted(beta, inner * unit, ratio * unit, unit)
    people = None if sizes is None else known.numbers(sizes)
    areas = _areas(model, found, names, population, people)
    coefficients = tuple(map(Coefficient, matrix.names, beta.tolist(), np.sqrt(np.diagonal(found.q)).tolist()))
    variances = {"area": found.area, "unit": found.unit}
    return SmallAreas(areas, coefficients, variances, found.spread(model.counts)[0], _loglik(model, found))


@dataclass(frozen=True, eq=False, slots=True)
class _Fitted:
    """Coefficients, Q, and the variances of areas and of units."""

    beta: Floats
    q: Floats
    area: float
    unit: float

    def spread(self, n: Floats) -> tuple[float, float, float]:
        """Return the variances of both variances, and their covariance, from the information."""
        a = self.unit + n[n > 0] * self.area
        held = n[n > 0]
        vv, ve = float((held**2 / a**2).sum()), float((held / a**2).sum())
        ee = float(((held - 1) / self.unit**2 + 1 / a**2).sum())
        inverse = np.linalg.inv(0.5 * np.array([[vv, ve], [ve, ee]]))
        return float(inverse[0, 0]), float(inverse[1, 1]), float(inverse[0, 1])


def _model(y: Floats, x: Floats, known: NDArray[np.bool_], own: list[str], names: list[str]) -> UnitModel:
    places = {name: k for k, name in enumerate(names)}
    if len(places) < len(names) or set(own) - set(places):
        raise BadAreas("population means for each area of the answers, once", sorted(set(own) - set(places))[:5])
    used = known & ~np.isnan(y)
    codes = np.array([places[name] for name in own], np.int64)[used]
    if used.sum() <= x.shape[1] + 1 or np.linalg.matrix_rank(x[used]) < x.shape[1]:
        raise BadAreas("more answers than coefficients, and columns that do not follow from others", int(used.sum()))
    if len(set(codes.tolist())) < 2 or len(set(codes.tolist())) == len(codes):
        raise BadAreas("two or more areas, and some with two or more answers", len(set(codes.tolist())))
    return UnitModel(y[used], x[used], codes, len(names))


def _population(means: Table, names: tuple[str, ...], columns: Mapping[str, str]) -> Floats:
    found = [means.numbers(columns.get(name, name)) for name in names[1:]]
    values = np.column_stack([np.ones(means.rows), *found])
    if not np.isfinite(values).all():
        raise BadAreas("a population mean of each column for each area", "missing ones")
    return values


def _best_ratio(model: UnitModel, restricted: bool) -> float:
    """Return the ratio of the variances that maximizes the profiled likelihood, 0 at the edge."""
    from scipy.optimize import minimize_scalar

    grid = np.concatenate([[0.0], np.geomspace(1e-4, 1e4, 60)])
    values = [model.deviance(ratio, restricted) for ratio in grid]
    k = int(np.argmin(values))
    if k == len(grid) - 1:
        raise BadAreas("answers that vary within areas", "areas that differ almost without error")
    low, high = grid[max(k - 1, 0)], grid[k + 1]
    found = minimize_scalar(
        lambda ratio: model.deviance(ratio, restricted), bounds=(low, high), method="bounded", options={"xatol": 1e-12}
    )
    return _polished(model, float(found.x), restricted, float(high)) if found.fun < values[0] else 0.0


def _polished(model: UnitModel, ratio: float, restricted: bool, high: float) -> float:
    """Return the zero of the slope near a minimum, which values alone give only to half of the digits."""
    from scipy.optimize import brentq

    def slope(x: float) -> float:
        step = 1e-4 * x
        ends = [model.deviance(x + k * step, restricted) for k in (-2, -1, 1, 2)]
        return (ends[0] - 8 * ends[1] + 8 * ends[2] - ends[3]) / (12 * step)

    low, top = ratio * 0.99, min(ratio * 1.01, high)
    return float(brentq(slope, low, top, rtol=1e-13)) if slope(low) < 0 < slope(top) else ratio


def _areas(
    model: UnitModel, found: _Fitted, names: list[str], population: Floats, people: Floats | None
) -> tuple[SmallArea, ...]:
    n, xbar = model.counts, model.means(model.x)
    ybar = model.means(model.y[:, None])[:, 0]
    spread = found.spread(n)
    return tuple(
        _area(name, n[k], float(ybar[k]), xbar[k], population[k], found, spread, people[k] if people is not None else 0)
        for k, name in enumerate(names)
    )


def _area(
    name: str,
    n: float,
    ybar: float,
    xbar: Floats,
    mean: Floats,
    found: _Fitted,
    spread: tuple[float, float, float],
    people: float,
) -> SmallArea:
    f = n / people if people else 0.0
    if f > 1:
        raise BadAreas(f"no more answers than people in area '{name}', {people:g}", n)
    rest = (people * mean - n * xbar) / (people - n) if people and f < 1 else mean
    a = found.unit + n * found.area
    gamma = n * found.area / a
    effect = gamma * (ybar - float(xbar @ found.beta))
    value = f * ybar + (1 - f) * (float(rest @ found.beta) + effect)
    apart = rest - gamma * xbar
    vv, ee, ve = spread
    lines = found.unit**2 * vv + found.area**2 * ee - 2 * found.area * found.unit * ve
    parts = (found.area * found.unit / a, float(apart @ found.q @ apart), n * lines / a**3)
    mse = (1 - f) ** 2 * (parts[0] + parts[1] + 2 * parts[2])
    mse += (people - n) * found.unit / people**2 if people else 0.0
    return SmallArea(name, float(value), float(mse), float(gamma), ybar if n else np.nan, parts)


def _loglik(model: UnitModel, found: _Fitted) -> float:
    n = model.counts
    a = found.unit + n * found.area
    logs = float(((n - 1) * np.log(found.unit) + np.log(a))[n > 0].sum())
    residual = model.y - model.x @ found.beta
    means = model.means(residual[:, None])[:, 0]
    squares = float((residual**2).sum() - (n**2 * found.area / a * means**2).sum()) / found.unit
    return -0.5 * (len(model.y) * float(np.log(2 * np.pi)) + logs + squares)
