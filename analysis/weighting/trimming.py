"""Trimming: weights cut to bounds, and what was cut shared among the others so that the total survives."""

import numpy as np
from numpy.typing import NDArray

from analysis.design import CarriedAdjustment, Design
from analysis.errors import AnalysisError
from analysis.weighting.record import make_step, ratio_of

Floats = NDArray[np.float64]


class TrimmingImpossible(AnalysisError):
    """The mean weight lies outside the bounds, so the total cannot survive within them."""

    def __init__(self, lower: float, upper: float, mean: float) -> None:
        self.lower, self.upper, self.mean = lower, upper, mean
        super().__init__(f"expected bounds around the mean weight, which is {mean:.6g}, but got {lower:g} to {upper:g}")


def trim(design: Design, *, lower: float = 0.0, upper: float = np.inf, strict: bool = True) -> Design:
    """Cut weights to bounds and add what was cut, the same amount each, to the weights that were inside.

    Rows without a weight stay without. The variance takes the new weights as they are; replicates carry each
    row's ratio.

    Parameters
    ----------
    design
        The sample.
    lower, upper
        Smallest and largest weight.
    strict
        Repeat until no weight is outside. Otherwise (R's default) the added amount may lift a weight beyond a bound.

    Raises
    ------
    TrimmingImpossible
        When the mean weight is outside the bounds.

    References
    ----------
    Lumley, R package survey, ``trimWeights``; Potter (1990), Proceedings of the ASA Survey Section, 225-230.

    Examples
    --------
    >>> design = Design.of({"w": [1, 2, 3, 10]}, weights="w")
    >>> trim(design, upper=7).weights
    array([2., 3., 4., 7.])
    """
    held = design.weights != 0
    mean = float(design.weights[held].mean())
    if not lower <= mean <= upper:
        raise TrimmingImpossible(lower, upper, mean)
    weights = design.weights.copy()
    weights[held] = trimmed(design.weights[held], lower, upper, strict)
    cut = int((design.weights[held] < lower).sum() + (design.weights[held] > upper).sum())
    detail = f"to weights from {lower:g} to {upper:g}{'' if strict else ' once'}; {cut} cut"
    carried = CarriedAdjustment(ratio_of(weights, design.weights))
    return design.adjusted(weights, carried, make_step("trim", detail, weights))


def trimmed(weights: Floats, lower: float, upper: float, strict: bool) -> Floats:
    """(n,) weights cut to bounds with the same sum, once or until all are inside; what was cut stays cut."""
    free = np.ones(len(weights), bool)
    while (outside := free & ((weights < lower) | (weights > upper))).any():
        free &= ~outside
        cut = np.where(outside, np.clip(weights, lower, upper), weights)
        excess = float((weights - cut).sum())
        if not free.any():
            return _filled(cut, lower, upper, float(weights.sum()))
        weights = np.where(free, cut + excess / int(free.sum()), cut)
        if not strict:
            break
    return weights


def _filled(weights: Floats, lower: float, upper: float, total: float) -> Floats:
    """Where every weight was cut: one amount added to those that have room, until the total is reached."""
    while True:
        weights = np.clip(weights, lower, upper)
        lack = total - float(weights.sum())
        room = weights < upper if lack > 0 else weights > lower
        if abs(lack) <= 1e-13 * total or not room.any():
            return weights
        weights = np.where(room, weights + lack / int(room.sum()), weights)
