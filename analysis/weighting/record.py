"""Lines of the weighting record."""

import numpy as np
from numpy.typing import NDArray

from analysis.design import Step
from analysis.estimation import kish_design_effect

Floats = NDArray[np.float64]


def make_step(method: str, detail: str, weights: Floats) -> Step:
    """What a step did, in words and in figures of the weights it left."""
    held = weights[weights != 0] if not weights.all() else weights
    return Step(
        method=method,
        detail=detail,
        n=len(held),
        total=float(held.sum()),
        smallest=float(held.min()),
        largest=float(held.max()),
        design_effect=kish_design_effect(held),
    )
