"""Make lines of the weighting record."""

import numpy as np
from numpy.typing import NDArray

from analysis.design import Step
from analysis.estimation import kish

Floats = NDArray[np.float64]


def make_step(method: str, detail: str, weights: Floats) -> Step:
    """Describe a step of weighting in words and in figures of the weights after it."""
    held = weights[weights != 0]
    stated = kish(held)
    return Step(method, detail, len(held), stated.total, float(held.min()), float(held.max()), stated.design_effect)


def ratio_of(after: Floats, before: Floats) -> Floats:
    """Return (n,) factors on the weights; 1 where there was no weight."""
    return np.divide(after, before, out=np.ones_like(before), where=before != 0)
