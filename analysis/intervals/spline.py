"""The cubic spline of Forsythe, Malcolm and Moler, from which R reads the bounds of a profile interval."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def spline_values(x: Floats, y: Floats, at: Floats) -> Floats:
    """The spline through (x, y), evaluated at `at`.

    Each end of the spline has the third derivative of the cubic through its outer four points.

    Parameters
    ----------
    x, y
        (k,) knots in ascending order and their values, k >= 4.
    at
        (m,) places.

    References
    ----------
    Forsythe, Malcolm and Moler (1977), Computer Methods for Mathematical Computations, chapter 4.

    Examples
    --------
    >>> x = np.arange(6.0)
    >>> spline_values(x, x**3, np.array([2.5])).round(6)
    array([15.625])
    """
    step = np.diff(x)
    slope = np.diff(y) / step
    bend = _second_derivatives(x, y, step, slope)
    k = np.clip(np.searchsorted(x, at, side="right") - 1, 0, len(x) - 2)
    u = at - x[k]
    linear = slope[k] - step[k] * (2 * bend[k] + bend[k + 1]) / 6
    return np.asarray(y[k] + u * (linear + u * (bend[k] / 2 + u * (bend[k + 1] - bend[k]) / (6 * step[k]))))


def _second_derivatives(x: Floats, y: Floats, step: Floats, slope: Floats) -> Floats:
    n = len(x)
    matrix, right = np.zeros((n, n)), np.zeros(n)
    inner = np.arange(1, n - 1)
    matrix[inner, inner - 1], matrix[inner, inner], matrix[inner, inner + 1] = (
        step[:-1],
        2 * (step[:-1] + step[1:]),
        step[1:],
    )
    right[inner] = 6 * np.diff(slope)
    matrix[0, :2] = matrix[-1, -2:] = (-1, 1)
    right[0] = step[0] * _third_derivative(x[:4], y[:4])
    right[-1] = step[-1] * _third_derivative(x[-4:], y[-4:])
    return np.asarray(np.linalg.solve(matrix, right), np.float64)


def _third_derivative(x: Floats, y: Floats) -> float:
    for order in (1, 2, 3):
        y = np.diff(y) / (x[order:] - x[:-order])
    return 6 * float(y[0])
