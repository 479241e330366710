"""Weigh the chance of an adult to be asked: one adult of each household that a letter reaches."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HOUSEHOLD = "ADULTS"  # the item that asks how many adults live in the home
CAP = 4  # a larger household counts as one of so many: its few people would else weigh too much


def household_weights(adults: Floats) -> Floats:
    """Return (n,) the number of adults in the home, at most `CAP`; the mean of the others where it is not known.

    >>> household_weights(np.array([1.0, 3.0, 9.0, -5.0])).round(2).tolist()
    [1.0, 3.0, 4.0, 2.67]
    """
    known = adults >= 1
    weights = np.where(known, np.minimum(adults, CAP), 1.0)
    return np.asarray(np.where(known, weights, weights[known].mean() if known.any() else 1.0))
