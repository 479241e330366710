"""Standardize directly: weight every group to one composition, so that groups can be compared."""

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.weighting.margins import BoundMargin, MissingMarginValue, bind_margin, sums_by
from analysis.weighting.poststratify import poststratified
from analysis.weighting.targets import Margin

Floats = NDArray[np.float64]


def standardize(design: Design, composition: Margin, over: str) -> Design:
    """Give each group of column `over` the same composition and leave its size as it is.

    A post-stratification of the crossing; the variance follows from that. If a group lacks a level of the composition,
    its other levels share that part.

    Parameters
    ----------
    design
        The sample.
    composition
        Shares of the levels of a column, such as age.
    over
        The column whose groups are to be compared.

    References
    ----------
    Lumley, R package survey, ``svystandardize``; Klein and Schoenborn (2001), Healthy People Statistical Notes 20.

    Examples
    --------
    >>> design = Design.of({"age": ["old", "young", "old", "old", "young"], "area": ["N", "N", "S", "S", "S"]})
    >>> standardize(design, Margin.of_shares("age", {"old": 50, "young": 50}), "area").weights
    array([1.  , 1.  , 0.75, 0.75, 1.5 ])
    """
    by = bind_margin(design, composition, 1.0)
    groups = design.table.factor(over)
    missing = groups.missing & (design.weights != 0)
    if missing.any():
        raise MissingMarginValue(over, int(missing.sum()))
    width = len(by.levels)
    codes = np.maximum(groups.codes, 0) * width + by.codes
    held = sums_by(codes, design.weights, width * len(groups.levels)).reshape(-1, width)
    names = tuple(f"{level} x {group}" for group in groups.levels for level in by.levels)
    crossing = BoundMargin(f"{by.name} x {over}", names, codes, _totals(by.totals, held).ravel())
    return poststratified(design, crossing, f"standardize {over} by {by.name}")


def _totals(shares: Floats, held: Floats) -> Floats:
    """(G, L) the size of each group in the given shares; levels that a group lacks are left out."""
    present = np.where(held > 0, shares, 0.0)
    whole = present.sum(axis=1, keepdims=True)
    return np.asarray(held.sum(axis=1, keepdims=True) * present / np.where(whole > 0, whole, 1.0))
