"""Weights so unequal that few answers decide."""

import numpy as np
from numpy.typing import NDArray

from analysis.showing import shown

Floats = NDArray[np.float64]
EXTREME_RATIO = 100.0  # largest over smallest positive weight; careful surveys trim at 5 to 30
FEW = 10.0  # rows for each effective row


def extreme_weights(weights: Floats) -> str:
    """Return a note where the largest weight is more than 100 times the smallest positive one; otherwise empty.

    Examples
    --------
    >>> extreme_weights(np.array([0.5, 1.0, 100.0]))
    'the largest weight is 200 times the smallest (more than 100): few answers decide; see trim'
    >>> extreme_weights(np.array([0.0, 1.0, 100.0]))
    ''
    """
    positive = weights[weights > 0]
    ratio = float(positive.max() / positive.min()) if len(positive) else 1.0
    if not ratio > EXTREME_RATIO:
        return ""
    stated = f"{shown(ratio)} times the smallest (more than {EXTREME_RATIO:g})"
    return f"the largest weight is {stated}: few answers decide; see trim"


def is_carried_by_few(n: int, n_effective: float) -> bool:
    """Return whether n rows with their weights hold as little as a tenth of them with equal weights.

    Examples
    --------
    >>> is_carried_by_few(500, 30.0), is_carried_by_few(500, 300.0)
    (True, False)
    """
    return n_effective * FEW < n
