"""Keep a weight adjustment: the part it takes out of the variance, and the means to repeat it on other weights.

New weight = old weight x factor. Either the factor belongs to the row's cell and follows from the sums of the weights
over all cells, or it was computed once and stays fixed. `analysis.weighting` computes the factors.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
CellRule = Callable[[Floats], Floats]


@dataclass(frozen=True, eq=False, slots=True)
class Projection:
    """Hold the part of a score that an adjustment explains: a linear fit on a few variables of its cells.

    With u = score / `after` and z the variables of a row's cell, the fitted value of u is z' `inner` sum(`share` z u).

    Parameters
    ----------
    share
        (n,) weights of the fit; those from before the adjustment for a regression residual.
    after
        (n,) weights after the adjustment.
    basis
        (C, p) the variables of each cell, such as the indicators of its levels.
    inner
        (p, p) from sums to coefficients: for a regression, the inverse of the cross product.
    """

    share: Floats
    after: Floats
    basis: sparse.csr_array
    inner: Floats | sparse.dia_array

    def fit(self, sums: Floats) -> Floats:
        """(C, k) cell sums of `share` u -> (C, k) fitted values."""
        return np.asarray(self.basis @ (self.inner @ (self.basis.T @ sums)))

    def at(self, rows: Ints) -> "Projection":
        """Return the projection for some of the rows."""
        return replace(self, share=self.share[rows], after=self.after[rows])

    @property
    def ratio(self) -> Floats:
        """(n,) `share` / `after`; 0 where the weight is 0."""
        return np.divide(self.share, self.after, out=np.zeros_like(self.after), where=self.after != 0)


@dataclass(frozen=True, eq=False, slots=True)
class CellAdjustment:
    """Adjust weights by factors that follow from cell sums of the weights.

    Parameters
    ----------
    codes
        (n,) the row's cell, 0..C-1.
    cells
        Number of cells C.
    factors
        (C, R) sums of weights -> (C, R) factors, for R sets of weights at once.
    projection
        The part of a score that the adjustment explains; None where the variance takes the weights as they are.
    target_moves
        (C, q) by which part each of q independent errors of the totals, one standard error large, would change the
        weights of a cell; None where the totals have no error.
    """

    codes: Ints
    cells: int
    factors: CellRule
    projection: Projection | None = None
    target_moves: Floats | None = None

    def residual(self, scores: Floats) -> Floats:
        """Return (n, k) weighted scores without the part that the adjustment explains."""
        return scores if self.projection is None else scores - self.explained(scores)

    def explained(self, scores: Floats) -> Floats:
        """Return (n, k) the part of weighted scores, or of their sums, that the adjustment explains."""
        assert self.projection is not None
        fitted = self.projection.fit(self._sums(scores * self.projection.ratio[:, None]))
        return np.asarray(self.projection.after[:, None] * fitted[self.codes])

    def target_scores(self, scores: Floats) -> Floats:
        """Return (q, k) by how much each error of the totals moves the sums of (n, k) weighted scores."""
        return self.target_scores_of(self._sums(scores))

    def target_scores_of(self, sums: Floats) -> Floats:
        """Return the same for (C, k) scores that are summed by cell."""
        assert self.target_moves is not None
        return np.asarray(self.target_moves.T @ sums)

    def at(self, rows: Ints) -> "CellAdjustment":
        """Return the adjustment for some of the rows."""
        return replace(self, codes=self.codes[rows], projection=self.projection and self.projection.at(rows))

    def reweight(self, weights: Floats) -> Floats:
        """Return other weights (n,) or (n, r), such as replicates, adjusted in the same way."""
        columns = weights.reshape(len(weights), -1)
        return np.asarray(columns * self.factors(self._sums(columns))[self.codes]).reshape(weights.shape)

    def _sums(self, values: Floats) -> Floats:
        return np.stack([np.bincount(self.codes, weights=x, minlength=self.cells) for x in values.T], axis=1)


@dataclass(frozen=True, eq=False, slots=True)
class CarriedAdjustment:
    """Multiply weights by factors that the whole sample fixed; replicates get the same factors.

    Parameters
    ----------
    ratio
        (n,) new weight / old weight.
    """

    ratio: Floats

    def residual(self, scores: Floats) -> Floats:
        """Return the scores unchanged, because the variance takes the weights as they are."""
        return scores

    def reweight(self, weights: Floats) -> Floats:
        """Return other weights (n,) or (n, r) times the same factors."""
        return weights * (self.ratio if weights.ndim == 1 else self.ratio[:, None])


Adjustment = CellAdjustment | CarriedAdjustment
