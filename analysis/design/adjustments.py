"""What is remembered of a weight adjustment: what it takes out of the variance, and how it is made again.

New weight = old weight x factor. Either the factor belongs to the row's cell and follows from the sums of the weights
over all cells, or it was settled once and is carried along. What finds the factors is left to `analysis.weighting`.
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
    """The part of a score that an adjustment explains: a linear fit on a few variables of its cells.

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
        """The same for some of the rows."""
        return replace(self, share=self.share[rows], after=self.after[rows])

    @property
    def ratio(self) -> Floats:
        """(n,) `share` / `after`; 0 where the weight is 0."""
        return np.divide(self.share, self.after, out=np.zeros_like(self.after), where=self.after != 0)


@dataclass(frozen=True, eq=False, slots=True)
class CellAdjustment:
    """An adjustment whose factors follow from cell sums of the weights.

    Parameters
    ----------
    codes
        (n,) the row's cell, 0..C-1.
    cells
        Number of cells C.
    factors
        (C, R) sums of weights -> (C, R) factors, for R sets of weights at once.
    projection
        What it explains of a score; None where the variance takes the weights as they are.
    """

    codes: Ints
    cells: int
    factors: CellRule
    projection: Projection | None = None

    def residual(self, scores: Floats) -> Floats:
        """(n, k) weighted scores with what the adjustment explains taken out."""
        return scores if self.projection is None else scores - self.explained(scores)

    def explained(self, scores: Floats) -> Floats:
        """(n, k) what the adjustment explains of weighted scores, or of sums of them."""
        assert self.projection is not None
        fitted = self.projection.fit(self._sums(scores * self.projection.ratio[:, None]))
        return np.asarray(self.projection.after[:, None] * fitted[self.codes])

    def at(self, rows: Ints) -> "CellAdjustment":
        """The same cells for some of the rows."""
        return replace(self, codes=self.codes[rows], projection=self.projection and self.projection.at(rows))

    def reweight(self, weights: Floats) -> Floats:
        """Other weights (n,) or (n, r), such as replicates, adjusted in the same way."""
        columns = weights.reshape(len(weights), -1)
        return np.asarray(columns * self.factors(self._sums(columns))[self.codes]).reshape(weights.shape)

    def _sums(self, values: Floats) -> Floats:
        return np.stack([np.bincount(self.codes, weights=x, minlength=self.cells) for x in values.T], axis=1)


@dataclass(frozen=True, eq=False, slots=True)
class CarriedAdjustment:
    """An adjustment that was settled on the whole sample; replicates carry the same factors.

    Parameters
    ----------
    ratio
        (n,) new weight / old weight.
    """

    ratio: Floats

    def residual(self, scores: Floats) -> Floats:
        """The scores as they are: the variance takes the weights as they are."""
        return scores

    def reweight(self, weights: Floats) -> Floats:
        """Other weights (n,) or (n, r) times the same factors."""
        return weights * (self.ratio if weights.ndim == 1 else self.ratio[:, None])


Adjustment = CellAdjustment | CarriedAdjustment
