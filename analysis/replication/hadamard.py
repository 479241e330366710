"""Hadamard matrices: square, entries 1 and -1, rows at right angles; balanced repeats need them."""

import numpy as np
from numpy.typing import NDArray

Signs = NDArray[np.float64]


def hadamard(least: int) -> Signs:
    """The smallest Hadamard matrix of at least this order that doubling and Paley's construction give.

    Its first column is all ones.

    References
    ----------
    Paley (1933), Journal of Mathematics and Physics 12, 311-320.

    Examples
    --------
    >>> matrix = hadamard(9)
    >>> len(matrix), bool((matrix @ matrix.T == 12 * np.eye(12)).all())
    (12, True)
    """
    order = max(least, 1)
    while (matrix := _find(order)) is None:
        order += 1
    return matrix * matrix[:, :1]


def _find(order: int) -> Signs | None:
    if order == 1:
        return np.ones((1, 1))
    if order == 2:
        return np.array([[1.0, 1.0], [1.0, -1.0]])
    if order % 4:
        return None
    if _is_prime(order - 1):
        return _paley(order - 1)
    half = _find(order // 2)
    return None if half is None else np.kron(np.array([[1.0, 1.0], [1.0, -1.0]]), half)


def _is_prime(number: int) -> bool:
    return number > 1 and all(number % divisor for divisor in range(2, int(number**0.5) + 1))


def _paley(prime: int) -> Signs:
    """Order prime + 1, for a prime that leaves 3 when divided by 4: from which differences are squares."""
    places = np.arange(prime)
    square = np.full(prime, -1.0)
    square[places**2 % prime] = 1.0
    square[0] = 0.0
    core = square[(places[:, None] - places[None, :]) % prime]
    skew = np.zeros((prime + 1, prime + 1))
    skew[0, 1:], skew[1:, 0], skew[1:, 1:] = 1.0, -1.0, core
    return skew + np.eye(prime + 1)
