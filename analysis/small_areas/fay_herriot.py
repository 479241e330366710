"""Area-level estimates of small areas: the direct estimate and a regression on known columns, weighed by their errors."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import UnknownChoice
from analysis.frames import Table
from analysis.models.terms import ModelMatrix, make_matrix
from analysis.small_areas.between import ESTIMATORS, AreaModel, bias_of_estimator, variance_of_estimator
from analysis.small_areas.result import BadAreas, Coefficient, SmallArea, SmallAreas

Floats = NDArray[np.float64]


def fay_herriot(
    frame: Any,
    y: str,
    variance: str,
    x: str | Sequence[str],
    *,
    area: str | None = None,
    method: str = "REML",
) -> SmallAreas:
    r"""Estimate the means of small areas by the model of Fay and Herriot.

    With V = A + D and :math:`\gamma = A / V`, :math:`\hat\theta = \gamma y + (1 - \gamma) x'\hat b`. The mean squared error
    is g1 + g2 + 2 g3 - b (D/V)², with g1 = γD, g2 = (1-γ)² x'Qx, g3 = D²/V³ var(A), Q = (X'V⁻¹X)⁻¹ and b the bias of
    the estimated A (0 for ``REML`` and ``PR``). An area without a direct estimate gets x'b, with A + x'Qx.

    Parameters
    ----------
    frame
        One row for each area: what `Table.of` takes.
    y, variance
        Columns of the direct estimates (missing where there is none) and of their sampling variances, above 0.
    x
        Terms of the regression, as for `regress`; known for all areas.
    area
        Column of names; rows are numbered from 1 without one.
    method
        ``REML``, ``ML``, ``FH`` (Fay and Herriot's own) or ``PR`` (Prasad and Rao).

    Raises
    ------
    BadAreas, UnknownChoice, UnknownColumn

    References
    ----------
    Fay and Herriot (1979), JASA 74; Prasad and Rao (1990), JASA 85; Datta, Rao and Smith (2005), Biometrika 92.

    Examples
    --------
    >>> areas = {"y": [10.0, 14.0, 9.0, 16.0], "v": [1.0, 1.0, 4.0, 4.0], "x": [1.0, 2.0, 1.5, 3.0]}
    >>> [round(each.value, 1) for each in fay_herriot(areas, "y", "v", "x").areas]
    [9.9, 13.3, 11.6, 16.7]
    """
    if method not in ESTIMATORS:
        raise UnknownChoice("the method of a Fay-Herriot model", ESTIMATORS, method)
    table = Table.of(frame)
    matrix = make_matrix(table, x)
    direct, d = table.numbers(y), table.numbers(variance)
    held = ~np.isnan(direct)
    _check(matrix, held, d)
    model = AreaModel(direct[held], d[held], matrix.values[held])
    a = ESTIMATORS[method](model)
    beta, q, _ = model.weighted(a)
    v = a + model.d
    spread, bias = variance_of_estimator(method, v), bias_of_estimator(method, v, q, model.x)
    areas = tuple(
        _area(name, float(direct[k]), float(d[k]), matrix.values[k], a, beta, q, spread, bias)
        for k, name in enumerate(names_of(table, area))
    )
    coefficients = tuple(map(Coefficient, matrix.names, beta.tolist(), np.sqrt(np.diagonal(q)).tolist()))
    return SmallAreas(areas, coefficients, {"area": a}, spread, model.loglik(a))


def names_of(table: Table, area: str | None) -> list[str]:
    """The names of the areas; numbers from 1 without a column.

    Examples
    --------
    >>> names_of(Table({"x": [5.0, 6.0]}), None)
    ['1', '2']
    """
    if area is None:
        return [str(k + 1) for k in range(table.rows)]
    factor = table.factor(area)
    if factor.missing.any():
        raise BadAreas(f"a name in column '{area}' for each row", "rows without one")
    return [str(factor.levels[code]) for code in factor.codes]


def _check(matrix: ModelMatrix, held: NDArray[np.bool_], d: Floats) -> None:
    if not matrix.known.all():
        raise BadAreas("the columns of the regression for each area", "rows without a value")
    if not (d[held] > 0).all() or not np.isfinite(d[held]).all():
        raise BadAreas("a sampling variance above 0 for each direct estimate", "others")
    if held.sum() <= matrix.values.shape[1] or np.linalg.matrix_rank(matrix.values[held]) < matrix.values.shape[1]:
        raise BadAreas("more direct estimates than coefficients, and columns that do not follow from others", "fewer")


def _area(
    name: str, y: float, d: float, x: Floats, a: float, beta: Floats, q: Floats, spread: float, bias: float
) -> SmallArea:
    fitted, uncertain = float(x @ beta), float(x @ q @ x)
    if np.isnan(y):
        return SmallArea(name, fitted, a + uncertain, 0.0, y, (a, uncertain, 0.0))
    v = a + d
    gamma = a / v
    parts = (gamma * d, (1 - gamma) ** 2 * uncertain, d**2 / v**3 * spread)
    mse = parts[0] + parts[1] + 2 * parts[2] - bias * (d / v) ** 2
    return SmallArea(name, gamma * y + (1 - gamma) * fitted, mse, gamma, y, parts)
