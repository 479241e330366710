"""Group rows that a design treats alike into profiles. The design needs only the sums of a profile.

Where each row is a unit of its own, rows of one stratum with the same weight and in the same adjustment cells differ in
their values only. A hundred thousand addresses have a few thousand profiles.

For profile p of n_p rows with score sums S_p, e_p the part of each of its rows that the adjustments explain, and
stratum totals T_h = sum_p (S_p - n_p e_p), the variance of `covariance` becomes::

    V = sum_h c_h [ sum_i s_i s_i' - sum_p (S_p e_p' + e_p S_p' - n_p e_p e_p') - T_h T_h' / n_h ]

with c_h = (1 - f_h) n_h / (n_h - 1). With factors of residuals, the part of profile p in the brackets is multiplied by
the square of its factor, and its part of T_h by the factor.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analysis.design.adjustments import Adjustment, CellAdjustment
from analysis.design.covariance import Lonely, group_sums
from analysis.design.explained import Explained, find_explained
from analysis.design.stages import Stage
from analysis.frames.cells import combined

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

WORTH_IT = 3  # rows in a profile, on average, from which on profiles are quicker than rows
NOTHING = 1e-13  # a variance below this part of its largest term is rounding
LOOKED_AT = 20_000  # rows whose weights show whether weights repeat
AT_ONCE = 2_000_000  # sums that are read together


@dataclass(frozen=True, eq=False, slots=True)
class Scores:
    """Hold the linearized scores of k estimates from the sums of F features in D cells.

    Parameters
    ----------
    sums
        (F, D, P) sums over each profile's rows, not weighted.
    linearized
        (F, m, D) weighted sums of any m sets of rows -> (m, k) their scores.
    scatter
        (F, m, D) made-up units with the scaled squares of all rows: with their scores s, s's = sum_i c_i s_i s_i'.
    """

    sums: Floats
    linearized: Callable[[Floats], Floats]
    scatter: Floats


@dataclass(frozen=True, eq=False)
class Profiles:
    """Hold the profiles of a design.

    Parameters
    ----------
    codes
        (n,) the row's profile, 0..P-1.
    size
        (P,) number of rows.
    stratum
        (P,) stratum.
    strata
        (n,) the row's stratum.
    weights
        (P,) weight of each row.
    scale
        (P,) c_h of the profile's stratum.
    spread
        (H,) c_h / n_h of each stratum.
    adjustments
        The adjustments over profiles instead of rows.
    explained
        The adjustments as a few linear maps; None where they are too many for that.
    stage
        The sampling stage.
    factors
        (P,) by which the residuals of each profile's rows are multiplied.
    row_weights
        (n,) weights that differ within profiles: sums are then weighted, and `weights` is 1; None otherwise.
    """

    codes: Ints
    size: Floats
    stratum: Ints
    strata: Ints
    weights: Floats
    scale: Floats
    spread: Floats
    adjustments: tuple[CellAdjustment, ...]
    explained: Explained | None
    stage: Stage
    factors: Floats
    row_weights: Floats | None = None

    @property
    def count(self) -> int:
        """Number of profiles."""
        return len(self.size)

    @cached_property
    def factor(self) -> Floats:
        """Return (P,) which turns products of values into scaled squares of weighted scores."""
        return self.scale * (self.factors * self.weights) ** 2

    def covariances(self, asked: Sequence[Scores]) -> Iterator[Floats]:
        """Return the covariance (k, k) of the column sums of each of several sets of scores."""
        for part in self._parts(asked):
            stated = [None] * len(part) if self.explained is None else self._read(self.explained, part)
            for scores, read in zip(part, stated, strict=True):
                root = scores.linearized(scores.scatter)
                squares = root.T @ root
                if read is None or self.explained is None:
                    taken = self._taken(scores)
                else:
                    taken = self.explained.taken(scores.linearized(read))
                yield _without_rounding(squares - taken, np.diagonal(squares))

    def _parts(self, asked: Sequence[Scores]) -> Iterator[list[Scores]]:
        part: list[Scores] = []
        for scores in asked:
            if part and sum(each.sums.size for each in part) + scores.sums.size > AT_ONCE:
                yield part
                part = []
            part.append(scores)
        if part:
            yield part

    def _read(self, explained: Explained, part: Sequence[Scores]) -> list[Floats | None]:
        """Return (F, 2p + H, D) of each set; the sums of all features are read together."""
        stated = explained.read(np.concatenate([feature for scores in part for feature in scores.sums]))
        found: list[Floats | None] = []
        start = 0
        for scores in part:
            features, cells, _ = scores.sums.shape
            own = stated[start : start + features * cells].reshape(features, cells, stated.shape[1])
            found.append(own.transpose(0, 2, 1))
            start += features * cells
        return found

    def _taken(self, asked: Scores) -> Floats:
        """Return (k, k) the part to subtract from the squares of the rows, from the explained part of each profile."""
        sums = asked.linearized((asked.sums * self.weights).transpose(0, 2, 1))
        explained = self._explained(sums)
        left = self.factors[:, None] * (sums - self.size[:, None] * explained)
        totals = group_sums(left, self.stratum, len(self.stage.names))
        scale = self.scale * self.factors**2
        crossed = (scale[:, None] * sums).T @ explained
        taken = crossed + crossed.T - (explained * (scale * self.size)[:, None]).T @ explained
        return np.asarray(taken + (totals * self.spread[:, None]).T @ totals)

    def _explained(self, sums: Floats) -> Floats:
        """Return (P, k) the part that the adjustments take out of the score of each row, one after the other."""
        explained = np.zeros_like(sums)
        for adjustment in self.adjustments:
            explained += adjustment.explained(sums - self.size[:, None] * explained)
        return explained


def _without_rounding(covariance: Floats, squares: Floats) -> Floats:
    nothing = np.diagonal(covariance) <= NOTHING * squares
    return np.where(nothing[:, None] | nothing[None, :], 0.0, covariance) if nothing.any() else covariance


def find_profiles(
    weights: Floats,
    stages: tuple[Stage, ...],
    adjustments: Sequence[Adjustment],
    lonely: Lonely,
    factors: Floats | None = None,
) -> Profiles | None:
    """Return the profiles of a design whose rows are units of their own; None where there are too many to help.

    `factors` (n,) multiply residuals. They follow from the cells and weights of a row, so they do not split profiles.
    """
    stage, rows = stages[0], len(weights)
    drawn = stage.sampled
    if len(stages) > 1 or len(stage.stratum) < rows or lonely == "average" or (drawn == 1).any():
        return None
    explaining = [a for a in adjustments if isinstance(a, CellAdjustment) and a.projection is not None]
    if not explaining and _differ(weights):
        return _by_stratum(weights, stage)
    columns = [weights, *(x for a in explaining if a.projection for x in (a.projection.share, a.projection.after))]
    stratum = stage.stratum[stage.unit]
    ranked = [np.unique(column, return_inverse=True) for column in columns]
    cells = combined(
        [stratum, *(a.codes for a in explaining), *(codes for _, codes in ranked)],
        [len(drawn), *(a.cells for a in explaining), *(len(values) for values, _ in ranked)],
    )
    if cells.count * WORTH_IT > rows:
        return None
    scale = _scale(stage)
    own = stratum[cells.rows]
    size = np.bincount(cells.codes).astype(np.float64)
    adjusting = tuple(a.at(cells.rows) for a in explaining)
    multiplied = np.ones(cells.count) if factors is None else factors[cells.rows]
    return Profiles(
        cells.codes,
        size,
        own,
        stratum,
        weights[cells.rows],
        scale[own],
        scale / drawn,
        adjusting,
        find_explained(adjusting, size, weights[cells.rows], own, scale[own], scale / drawn, multiplied),
        stage,
        multiplied,
    )


def _scale(stage: Stage) -> Floats:
    """(H,) c_h = (1 - f_h) n_h / (n_h - 1)."""
    free, drawn = 1.0 - stage.fraction, stage.sampled
    return np.where(free < 1e-7, 0.0, free * drawn / np.maximum(drawn - 1, 1))


def _differ(weights: Floats) -> bool:
    """Whether nearly all weights are different, judged by the first rows."""
    head = weights[:LOOKED_AT]
    return len(np.unique(head)) * WORTH_IT > len(head)


def _by_stratum(weights: Floats, stage: Stage) -> Profiles | None:
    """Return strata as profiles of weighted values, which is enough without adjustments."""
    strata = len(stage.names)
    if strata * WORTH_IT > len(weights):
        return None
    codes, scale, drawn = stage.stratum[stage.unit] if strata > 1 else stage.stratum, _scale(stage), stage.sampled
    one, places = np.ones(strata), np.arange(strata)
    explained = find_explained((), drawn.astype(np.float64), one, places, scale, scale / drawn, one)
    size = drawn.astype(np.float64)
    return Profiles(codes, size, places, codes, one, scale, scale / drawn, (), explained, stage, one, weights)
