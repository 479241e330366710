"""Raking: weights that meet several margins at once, by scaling to one after the other until all are met."""

from dataclasses import replace
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analysis.design import CarriedAdjustment, CellAdjustment, Design, LazyDesign, Projection
from analysis.errors import UnknownChoice
from analysis.weighting.goals import reachable_totals
from analysis.weighting.greg import greg
from analysis.weighting.margins import (
    BoundMargin,
    BoundTargets,
    bind_targets,
    columns_of,
    goals_of,
    indicators,
    sums_by,
)
from analysis.weighting.record import make_step, ratio_of
from analysis.weighting.targets import PopulationTargets
from analysis.weighting.uncertain import TargetErrors, target_moves, target_root

Floats = NDArray[np.float64]
Variance = Literal["greg", "r-rake"]
VARIANCES: tuple[Variance, ...] = ("greg", "r-rake")
ROUNDS = 1000
ROUNDS_OF_CUTS = 200
LOOK_BACK = 10  # rounds over which the misses are seen to shrink
ROUNDS_OF_R = 10


def rake(
    design: Design,
    targets: PopulationTargets,
    *,
    tolerance: float = 1e-8,
    variance: Variance = "greg",
    bounds: tuple[float, float] | None = None,
    target_errors: TargetErrors | None = None,
) -> Design:
    r"""Rake weights to several margins (iterative proportional fitting).

    The factors are products :math:`g_c = \prod_m f_{m, l_m(c)}` over the margins m, found on the cells of their
    crossing.

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
        Smallest and largest weight; raking and trimming then alternate until both hold (to the tolerance).
    target_errors
        Margin -> level -> standard error of its target as a part of the population, such as a census publishes. They
        enter variances; see `analysis.weighting.uncertain.target_root`. Replicate weights do not contain them.

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
    # Bounds, R's variance and errors of targets look at single rows.
    if isinstance(design, LazyDesign) and bounds is None and variance == "greg" and not target_errors:
        return design.weighted(columns_of(targets.margins), lambda own: rake(own, targets, tolerance=tolerance))
    bound = bind_targets(design, targets, tolerance)
    raked = _raked if bounds is None else partial(_raked_within, bounds=bounds)
    return _with_errors(raked(design, bound, tolerance, variance), bound, target_errors or {})


def _with_errors(design: Design, bound: BoundTargets, errors: TargetErrors) -> Design:
    """The design whose last adjustment knows what errors of its totals do to the weights."""
    root, last = target_root(bound.margins, errors), design.adjustments[-1]
    if not root.shape[1] or not isinstance(last, CellAdjustment):
        return design
    moves = target_moves(indicators(bound.margins), sums_by(last.codes, design.weights, last.cells), root)
    return replace(design, adjustments=(*design.adjustments[:-1], replace(last, target_moves=moves)))


def ipf(sums: Floats, margins: tuple[BoundMargin, ...], tolerance: float) -> Floats:
    """(C, R) factors that bring R sets of cell sums (C, R) to the margins; raises `MarginNotMet`."""
    links = [margin.indicator for margin in margins]
    totals = [reachable_totals(m.totals, link @ sums) for m, link in zip(margins, links, strict=True)]
    goals = goals_of(margins, totals)
    fitted = sums.copy()
    for _ in range(ROUNDS):
        before = [
            _scale_to(wanted, fitted, link, margin) for margin, link, wanted in zip(margins, links, totals, strict=True)
        ]
        if goals.met(np.vstack(before), tolerance) and goals.met(_reached(fitted, links), tolerance):
            return np.divide(fitted, sums, out=np.ones_like(sums), where=sums != 0)
    why = f"after {ROUNDS} rounds of raking; merge levels or drop a margin"
    raise goals.not_met(_reached(fitted, links), why)


def _scale_to(wanted: Floats, fitted: Floats, link: sparse.csr_array, margin: BoundMargin) -> Floats:
    """Scale `fitted` in place to the totals of one margin; what it summed to before."""
    reached = link @ fitted
    fitted *= np.divide(wanted, reached, out=np.ones_like(reached), where=reached != 0)[margin.codes]
    return np.asarray(reached)


def _reached(fitted: Floats, links: list[sparse.csr_array]) -> Floats:
    return np.vstack([link @ fitted for link in links])


def _raked(design: Design, bound: BoundTargets, tolerance: float, variance: Variance) -> Design:
    def factors(sums: Floats) -> Floats:
        return ipf(sums, bound.margins, tolerance)

    weights = design.weights * factors(bound.sums[:, None])[bound.cells.codes, 0]
    adjustment = CellAdjustment(
        bound.cells.codes, bound.cells.count, factors, _projection(design.weights, weights, bound, variance)
    )
    detail = f"{', '.join(m.name for m in bound.margins)}; tolerance {tolerance:g}; variance {variance}"
    return design.adjusted(weights, adjustment, make_step("rake", detail, weights))


def _projection(before: Floats, after: Floats, bound: BoundTargets, variance: Variance) -> Projection:
    if variance == "greg":
        return greg(before, after, indicators(bound.margins), bound.sums)
    rows = sums_by(bound.cells.codes, (after != 0).astype(np.float64), bound.cells.count)
    basis = indicators(bound.margins)
    return Projection(np.broadcast_to(1.0, after.shape), after, basis, _means_of_r(bound.margins, basis, rows))


def _means_of_r(margins: tuple[BoundMargin, ...], basis: sparse.csr_array, rows: Floats) -> Floats:
    """(p, p) ten rounds of unweighted means by margin, of what is left each time; `rows` (C,) counts each cell's."""
    shared = (basis.T @ (sparse.diags_array(rows) @ basis)).toarray()
    counts = np.maximum(np.diagonal(shared), 1.0)
    ends = np.cumsum([len(margin.levels) for margin in margins])
    places = [slice(int(end) - len(m.levels), int(end)) for m, end in zip(margins, ends, strict=True)]
    means: Floats = np.zeros(shared.shape)
    for _ in range(ROUNDS_OF_R):
        for place in places:
            left = np.eye(len(shared))[place] - shared[place] @ means
            means[place] += left / counts[place, None]
    return means


def _is_hopeless(worst: list[float], tolerance: float) -> bool:
    """Whether the worst miss shrinks so slowly that no round up to the last one will close it, by a wide margin."""
    done = len(worst)
    if done < LOOK_BACK * 2 or done % LOOK_BACK:
        return False
    shrinks = worst[-1] / max(worst[-1 - LOOK_BACK], 1e-300)
    return bool(worst[-1] * shrinks ** ((ROUNDS_OF_CUTS - done) / LOOK_BACK) > 1000 * tolerance)


def _raked_within(
    design: Design, bound: BoundTargets, tolerance: float, variance: Variance, bounds: tuple[float, float]
) -> Design:
    """Rake and cut in turn until cut weights meet the margins; replicates carry the cuts and are raked again."""
    weights, sums = design.weights, bound.sums
    goals = goals_of(bound.margins, [margin.totals[:, None] for margin in bound.margins])
    links = [margin.indicator for margin in bound.margins]
    worst: list[float] = []
    for _ in range(ROUNDS_OF_CUTS):
        raked = weights * ipf(sums[:, None], bound.margins, tolerance)[bound.cells.codes, 0]
        weights = np.where(raked != 0, np.clip(raked, *bounds), 0.0)
        sums = sums_by(bound.cells.codes, weights, bound.cells.count)
        if goals.met(_reached(sums[:, None], links), tolerance):
            cut = CarriedAdjustment(ratio_of(weights, design.weights))
            detail = f"inside raking, to weights from {bounds[0]:g} to {bounds[1]:g}"
            trimmed = design.adjusted(weights, cut, make_step("trim", detail, weights))
            return _raked(trimmed, replace(bound, sums=sums), tolerance, variance)
        worst.append(float(goals.misses(_reached(sums[:, None], links)).max()))
        if _is_hopeless(worst, tolerance):
            break
    why = f"with weights from {bounds[0]:g} to {bounds[1]:g}; widen the bounds or merge levels"
    raise goals.not_met(_reached(sums[:, None], links), why)
