"""Compute the linearized variance: sums of squares of unit totals within strata, stage by stage.

For stage s and stratum h with n_h units drawn out of N_h, f_h = n_h / N_h and unit totals t::

    V = sum_h F_h (1 - f_h) n_h / (n_h - 1) sum_i (t_i - mean_h)(t_i - mean_h)'

where F_h is the product of the sampling fractions of the stages above (1 at the first). Source: Särndal, Swensson
and Wretman (1992), section 4.3; Lumley (2010), appendix A.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis.design.stages import Stage
from analysis.errors import LonelyPsu

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Lonely = Literal["error", "remove", "certainty", "adjust", "average"]
LONELY_RULES: tuple[Lonely, ...] = ("error", "remove", "certainty", "adjust", "average")


def stage_totals(leaf: Floats, stages: tuple[Stage, ...]) -> list[Floats]:
    """Return the totals of each stage's units, given those of the last stage: list of (U_s, k)."""
    totals = [leaf]
    for stage in reversed(stages[1:]):
        totals.insert(0, group_sums(totals[0], stage.stratum, int(stage.stratum.max()) + 1))
    return totals


def group_sums(values: Floats, groups: Ints, count: int) -> Floats:
    """Return column sums of (m, k) `values` by `groups`: (count, k)."""
    if len(values) == count and np.array_equal(groups, np.arange(count)):
        return values
    columns = [np.bincount(groups, weights=values[:, j], minlength=count) for j in range(values.shape[1])]
    return np.stack(columns, axis=1) if columns else np.zeros((count, 0))


def covariance_of_totals(
    leaf: Floats,
    stages: tuple[Stage, ...],
    lonely: Lonely,
    present: Mask | None = None,
    domain_lonely: bool = False,
    everywhere: bool = False,
) -> Floats:
    """Return the covariance matrix of the column sums of `leaf`.

    Parameters
    ----------
    leaf
        (U, k) weighted scores summed over the units of the last stage.
    stages
        The sampling stages.
    lonely
        The contribution of a stratum with a single unit: an error; nothing (``remove``, ``certainty``); its squared
        distance from the mean of all units (``adjust``); the average of the other strata (``average``).
    present
        (U_1, k) whether the column's domain has a row in the unit; needed by ``domain_lonely``.
    domain_lonely
        Treat a stratum of which only one unit holds domain members as lonely too.
    everywhere
        Whether units without domain members have scores too: the residuals of a calibration. Otherwise ``adjust`` and
        ``average`` leave out the strata without members.

    Returns
    -------
    (k, k) matrix; NaN where no stratum allows an estimate.
    """
    width = leaf.shape[1]
    result = np.zeros((width, width))
    above = np.ones(1)
    for level, (stage, totals) in enumerate(zip(stages, stage_totals(leaf, stages), strict=True)):
        alone, held = _alone_and_held(stage, totals.shape[1], present if level == 0 else None, domain_lonely)
        if everywhere:
            held = np.ones_like(held)
        outer = above[_parent_strata(stages, level)] if level else np.ones(len(stage.names))
        result += _one_stage(totals, stage, outer, lonely, level + 1, alone, held)
        above = outer * stage.fraction
        if not above.any():
            break
    return result


def _parent_strata(stages: tuple[Stage, ...], level: int) -> Ints:
    """Return, for each stratum of stage `level` (a unit of the stage above), that unit's own stratum."""
    return stages[level - 1].stratum


def _one_stage(
    totals: Floats, stage: Stage, outer: Floats, lonely: Lonely, number: int, alone: Mask, held: Mask
) -> Floats:
    drawn, free, certain = stage.sampled, 1.0 - stage.fraction, _certain(stage)
    single = (drawn == 1) & ~certain
    if lonely == "error" and single.any():
        raise LonelyPsu(stage.names[int(np.argmax(single))], number, int(single.sum()))
    scale = np.where(single | certain, 0.0, outer * free * drawn / np.maximum(drawn - 1, 1))
    means = group_sums(totals, stage.stratum, len(drawn)) / drawn[:, None]
    distance = totals - means[stage.stratum]
    if lonely == "adjust":
        centred = _from_all_units(totals, distance, stage.stratum, alone, held)
        return _crossproduct(centred, np.where(single, outer * free, scale)[stage.stratum])
    if lonely == "average":
        return _averaged(distance, stage.stratum, scale, alone, held)
    return _crossproduct(distance, scale[stage.stratum])


def _certain(stage: Stage) -> Mask:
    """Return (H,) whether all units of the stratum were drawn."""
    return np.asarray(1.0 - stage.fraction < 1e-7, np.bool_)


def _alone_and_held(stage: Stage, width: int, present: Mask | None, domain_lonely: bool) -> tuple[Mask, Mask]:
    """Return (H, k) whether the column sees one unit in the stratum, and whether the stratum holds members."""
    single = (stage.sampled == 1) & ~_certain(stage)
    alone = np.repeat(single[:, None], width, axis=1)
    if present is None:
        return alone, np.ones_like(alone)
    units = group_sums(present.astype(np.float64), stage.stratum, len(single))
    return (alone | (units == 1) if domain_lonely else alone), units > 0


def _crossproduct(distance: Floats, scale: Floats) -> Floats:
    scaled = distance * np.sqrt(scale)[:, None]
    return np.asarray(scaled.T @ scaled)


def _from_all_units(totals: Floats, distance: Floats, stratum: Ints, alone: Mask, held: Mask) -> Floats:
    """Return (U, k) distances of lonely units from the mean of all units; 0 in strata without members."""
    centred = np.where(alone[stratum], totals - totals.mean(axis=0), distance)
    return centred if held.all() else np.where(held[stratum], centred, 0.0)


def _averaged(distance: Floats, stratum: Ints, scale: Floats, alone: Mask, held: Mask) -> Floats:
    """Replace strata that allow no estimate by those that do: V_ab sqrt(f_a f_b), f = strata / usable strata.

    Two columns that share no stratum have the covariance 0; a column without a usable stratum has no variance.
    """
    known = np.where(alone[stratum], 0.0, distance)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.sqrt(held.sum(axis=0) / (held & ~alone).sum(axis=0))
        return np.asarray(_crossproduct(known, scale[stratum]) * np.outer(factor, factor))
