"""Raking: weights that meet several margins at once, by scaling to one after the other until all are met."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analysis.design import CarriedAdjustment, CellAdjustment, Design, Projection
from analysis.errors import UnknownChoice
from analysis.weighting.margins import (
    BoundMargin,
    BoundTargets,
    MarginNotMet,
    bind_targets,
    greg_fit,
    indicators,
    reachable_totals,
)
from analysis.weighting.record import make_step
from analysis.weighting.targets import PopulationTargets

Floats = NDArray[np.float64]
Variance = Literal["greg", "r-rake"]
VARIANCES: tuple[Variance, ...] = ("greg", "r-rake")
ROUNDS = 1000
ROUNDS_OF_R = 10


def rake(
    design: Design,
    targets: PopulationTargets,
    *,
    tolerance: float = 1e-8,
    variance: Variance = "greg",
    bounds: tuple[float, float] | None = None,
) -> Design:
    r"""Rake weights to several margins (iterative proportional fitting).

    The factors are products :math:`g_c = \prod_m f_{m, l_m(c)}` over the margins m, found on the cells of their crossing.

    Parameters
    ----------
    design
        The sample.
    targets
        The margins.
    tolerance
        Largest accepted miss of a level, as a part of its target.
    variance
        ``greg``: the residual of the weighted regression on all margins, exact for any distance; ``r-rake``: R's
        ``rake()``, ten rounds of taking out unweighted margin means. The weights are the same.
    bounds
        Smallest and largest weight; raking and trimming then alternate until both hold.

    Raises
    ------
    MarginsDisagree, MissingMarginValue, LevelWithoutTarget, LevelWithoutRespondents
        When the targets do not fit the sample.
    MarginNotMet
        When the margins cannot be met (within the bounds); it names the worst level and what was reached.

    Notes
    -----
    A replicate that lost a level altogether gives its total to the other levels of that margin in proportion.

    References
    ----------
    Deming and Stephan (1940); Deville, Särndal and Sautory (1993), JASA 88, 1013-1020; for bounds Izrael, Battaglia
    and Frankel (2009), SAS Global Forum 247.

    Examples
    --------
    >>> design = Design.of({"sex": ["F", "F", "M", "M"], "age": ["old", "young", "old", "young"]})
    >>> targets = PopulationTargets.of_shares({"sex": {"F": 60, "M": 40}, "age": {"old": 50, "young": 50}}, total=10)
    >>> rake(design, targets).weights
    array([3., 3., 2., 2.])
    """
    if variance not in VARIANCES:
        raise UnknownChoice("the raking variance", VARIANCES, variance)
    bound = bind_targets(design, targets, tolerance)
    if bounds is not None:
        return _raked_within(design, bound, tolerance, variance, bounds)
    weights = design.weights * ipf(bound.sums[:, None], bound.margins, tolerance)[bound.cells.codes, 0]
    return _with_weights(design, bound, weights, tolerance, variance)


def ipf(sums: Floats, margins: tuple[BoundMargin, ...], tolerance: float) -> Floats:
    """(C, R) factors that bring R sets of cell sums (C, R) to the margins; raises `MarginNotMet`."""
    links = [margin.indicator for margin in margins]
    totals = [reachable_totals(m.totals, link @ sums) for m, link in zip(margins, links, strict=True)]
    fitted = sums.copy()
    for _ in range(ROUNDS):
        worst = 0.0
        for margin, link, wanted in zip(margins, links, totals, strict=True):
            reached = link @ fitted
            worst = max(worst, float(_miss(wanted, reached).max(initial=0.0)))
            fitted *= np.divide(wanted, reached, out=np.ones_like(reached), where=reached != 0)[margin.codes]
        if worst <= tolerance and _all_met(fitted, margins, links, totals, tolerance):
            return np.divide(fitted, sums, out=np.ones_like(sums), where=sums != 0)
    raise _not_met(fitted, margins, links, totals, f"after {ROUNDS} rounds of raking; merge levels or drop a margin")


def _miss(wanted: Floats, reached: Floats) -> Floats:
    """Distance from the target as a part of it; of an empty level, as a part of the population."""
    whole = np.broadcast_to(wanted.sum(axis=0), wanted.shape)
    return np.asarray(np.abs(reached - wanted) / np.where(wanted > 0, wanted, whole))


def _all_met(
    fitted: Floats,
    margins: tuple[BoundMargin, ...],
    links: list[sparse.csr_array],
    totals: list[Floats],
    tolerance: float,
) -> bool:
    return all(float(_miss(t, link @ fitted).max(initial=0.0)) <= tolerance for link, t in zip(links, totals, strict=True))


def _not_met(
    fitted: Floats,
    margins: tuple[BoundMargin, ...],
    links: list[sparse.csr_array],
    totals: list[Floats],
    why: str,
) -> MarginNotMet:
    """The refusal that names the level farthest from its target."""
    misses = [_miss(t, link @ fitted).max(axis=1) for link, t in zip(links, totals, strict=True)]
    place = int(np.argmax([miss.max() for miss in misses]))
    level = int(np.argmax(misses[place]))
    column = int(np.argmax(_miss(totals[place], links[place] @ fitted)[level]))
    reached = float((links[place] @ fitted)[level, column])
    wanted = float(np.broadcast_to(totals[place], (len(totals[place]), fitted.shape[1]))[level, column])
    margin = margins[place]
    return MarginNotMet(margin.name, margin.levels[level], wanted, reached, why)
