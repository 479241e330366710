"""Weights below zero, which a linear calibration can leave: fine for means and totals, without meaning elsewhere."""

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError

Floats = NDArray[np.float64]


class NegativeWeights(AnalysisError):
    """A statistic that negative weights leave without a meaning."""

    def __init__(self, rows: int, statistic: str) -> None:
        self.rows, self.statistic = rows, statistic
        have = "1 row has a negative one" if rows == 1 else f"{rows} rows have negative ones"
        super().__init__(
            f"expected weights of zero or more for {statistic}, but {have}; "
            "calibrate with the distance 'raking', or with bounds such as (0.3, 3)"
        )


def check_weights_not_negative(weights: Floats, statistic: str) -> None:
    """Refuse a statistic that needs weights of zero or more.

    Examples
    --------
    >>> check_weights_not_negative(np.array([1.0, 0.0]), "a quantile")
    """
    rows = int((weights < 0).sum())
    if rows:
        raise NegativeWeights(rows, statistic)
