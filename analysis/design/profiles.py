"""Profiles: rows that a design treats alike, so that their sums are all it needs of them.

Where each row is a unit of its own, rows of one stratum with the same weight and in the same adjustment cells differ in
nothing but their values. A hundred thousand addresses have a few thousand profiles.

For profile p of n_p rows with score sums S_p, e_p what the adjustments explain of each of its rows, and stratum totals
T_h = sum_p (S_p - n_p e_p), the variance of `covariance` becomes::

    V = sum_h c_h [ sum_i s_i s_i' - sum_p (S_p e_p' + e_p S_p' - n_p e_p e_p') - T_h T_h' / n_h ]

with c_h = (1 - f_h) n_h / (n_h - 1).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.design.adjustments import Adjustment, CellAdjustment
from analysis.design.covariance import Lonely, group_sums
from analysis.design.stages import Stage
from analysis.frames.cells import combined

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

WORTH_IT = 3  # rows in a profile, on average, from which on profiles are quicker than rows
NOTHING = 1e-13  # a variance below this part of its largest term is rounding


@dataclass(frozen=True, eq=False, slots=True)
class Profiles:
    """The profiles of a design.

    Parameters
    ----------
    codes
        (n,) the row's profile, 0..P-1.
    size
        (P,) number of rows.
    stratum
        (P,) stratum.
    weights
        (P,) weight of each row.
    scale
        (P,) c_h of the profile's stratum.
    adjustments
        The adjustments over profiles instead of rows.
    stage
        The sampling stage.
    masked
        Whether strata without a member of a domain contribute nothing to it (the lonely PSU rule ``adjust``).
    """

    codes: Ints
    size: Floats
    stratum: Ints
    weights: Floats
    scale: Floats
    adjustments: tuple[CellAdjustment, ...]
    stage: Stage
    masked: bool

    @property
    def count(self) -> int:
        """Number of profiles."""
        return len(self.size)

    def domain_df(self, counts: Floats) -> Ints:
        """Degrees of freedom of domains with (P, k) `counts` of members: members minus strata that hold one."""
        strata = group_sums(counts, self.stratum, len(self.stage.names)) > 0
        return np.asarray(counts.sum(axis=0) - strata.sum(axis=0), np.int64)

    def covariance(self, sums: Floats, scatter: Floats, present: Mask | None) -> Floats:
        """Covariance (k, k) of column sums of scores.

        Parameters
        ----------
        sums
            (P, k) sums of the weighted scores of each profile's rows.
        scatter
            (m, k) a root of the scaled sum of squares: scatter' scatter = sum_i c_i s_i s_i'.
        present
            (P, k) whether the profile holds a row of the column's domain.
        """
        explained = self._explained(sums)
        if self.masked and present is not None:
            strata = group_sums(present.astype(np.float64), self.stratum, len(self.stage.names)) > 0
            explained *= strata[self.stratum]
        totals = group_sums(sums - self.size[:, None] * explained, self.stratum, len(self.stage.names))
        per_stratum = np.zeros(len(self.stage.names))
        per_stratum[self.stratum] = self.scale
        crossed = (self.scale[:, None] * sums).T @ explained
        squares = scatter.T @ scatter
        result = squares - crossed - crossed.T + (explained * (self.scale * self.size)[:, None]).T @ explained
        result -= (totals * (per_stratum / self.stage.sampled)[:, None]).T @ totals
        return _without_rounding(result, np.diagonal(squares))

    def _explained(self, sums: Floats) -> Floats:
        """(P, k) what the adjustments take out of the score of each row, one after the other."""
        explained = np.zeros_like(sums)
        for adjustment in self.adjustments:
            explained += adjustment.explained(sums - self.size[:, None] * explained)
        return explained


def _without_rounding(covariance: Floats, squares: Floats) -> Floats:
    nothing = np.diagonal(covariance) <= NOTHING * squares
    return np.where(nothing[:, None] | nothing[None, :], 0.0, covariance) if nothing.any() else covariance


def find_profiles(
    weights: Floats, stages: tuple[Stage, ...], adjustments: Sequence[Adjustment], lonely: Lonely
) -> Profiles | None:
    """The profiles of a design whose rows are units of their own; None where there are too many to help."""
    stage, rows = stages[0], len(weights)
    drawn = stage.sampled
    if len(stages) > 1 or len(stage.stratum) < rows or lonely == "average" or (drawn == 1).any():
        return None
    explaining = [a for a in adjustments if isinstance(a, CellAdjustment) and a.projection is not None]
    columns = [weights, *(x for a in explaining if a.projection for x in (a.projection.share, a.projection.after))]
    stratum = stage.stratum[stage.unit]
    ranked = [np.unique(column, return_inverse=True) for column in columns]
    cells = combined(
        [stratum, *(a.codes for a in explaining), *(codes for _, codes in ranked)],
        [len(drawn), *(a.cells for a in explaining), *(len(values) for values, _ in ranked)],
    )
    if cells.count * WORTH_IT > rows:
        return None
    free = 1.0 - stage.fraction
    scale = np.where(free < 1e-7, 0.0, free * drawn / np.maximum(drawn - 1, 1))
    own = stratum[cells.rows]
    return Profiles(
        cells.codes,
        np.bincount(cells.codes).astype(np.float64),
        own,
        weights[cells.rows],
        scale[own],
        tuple(a.at(cells.rows) for a in explaining),
        stage,
        lonely == "adjust",
    )
