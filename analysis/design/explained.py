"""Compute the part of sums by profile that weight adjustments explain, as one product of matrices.

An adjustment with basis Z, inner matrix K, share r and weights w afterwards explains e = w Z K Z'(r/w s) of row scores
s, and the next one explains a part of what is left. Everything is linear in a few sums. With E = [w_1 Z_1, w_2 Z_2 ...]
and R = [r_1/w_1 Z_1, ...] by profile, and S the sums of the scores of each profile's rows::

    e = E b,   b = M R'S,   M_a = K_a (I_a - [R' diag(n) E]_a,<a M_<a)   for adjustment a after those before it

so that a covariance needs no more of S than R'S, E' diag(c) S and the totals of the strata.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.design.adjustments import CellAdjustment, Projection

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST = 400  # above this number of sums the linear maps are not worth building


@dataclass(frozen=True, eq=False, slots=True)
class Explained:
    """Hold the maps of a design with p variables over all its adjustments and H strata.

    Parameters
    ----------
    readers
        (2p + H, P) from sums by profile, not weighted, to E' diag(c) S, R'S and the totals of the strata.
    coefficients
        (p, p) the matrix M.
    squares
        (p, p) E' diag(c n) E.
    by_stratum
        (H, p) totals over a stratum's rows of the columns of E, times their factors.
    spread
        (H,) c_h / n_h.
    """

    readers: Floats
    coefficients: Floats
    squares: Floats
    by_stratum: Floats
    spread: Floats

    def read(self, sums: Floats) -> Floats:
        """Return (k, 2p + H) the values that a covariance needs from (k, P) sums by profile, not weighted."""
        return np.asarray(sums @ self.readers.T)

    def taken(self, stated: Floats) -> Floats:
        """Return (k, k) the part to subtract from the squares of the rows, given the values read from their sums."""
        width = len(self.coefficients)
        crossed, read, totals = stated[:width], stated[width : 2 * width], stated[2 * width :]
        explained = self.coefficients @ read
        own = crossed.T @ explained
        left = totals - self.by_stratum @ explained
        return np.asarray(
            own + own.T - explained.T @ (self.squares @ explained) + left.T @ (self.spread[:, None] * left)
        )


def find_explained(
    adjustments: Sequence[CellAdjustment],
    size: Floats,
    weights: Floats,
    stratum: Ints,
    scale: Floats,
    spread: Floats,
    factors: Floats,
) -> Explained | None:
    """Return the maps for adjustments over profiles of `size` rows with `weights`; None where they would be many.

    Residuals are multiplied by `factors` (P,), so `scale` is multiplied by their squares.
    """
    fits = [a.projection for a in adjustments if a.projection is not None]
    if 2 * sum(fit.basis.shape[1] for fit in fits) + len(spread) > MOST:
        return None
    scale = scale * factors**2
    after, ratio = _sides(adjustments, len(size))
    strata = np.zeros((len(spread), len(size)))
    strata[stratum, np.arange(len(size))] = factors
    return Explained(
        np.concatenate([(after * scale[:, None]).T, ratio.T, strata]) * weights,
        _one_after_the_other(_inners(fits), ratio.T @ (size[:, None] * after)),
        after.T @ ((scale * size)[:, None] * after),
        strata @ (size[:, None] * after),
        spread,
    )


def find_leverage(adjustments: Sequence[CellAdjustment], rows: int) -> Floats:
    """Return (n,) the part of the score of each row that the adjustments explain by that score alone.

    With the matrices above, for rows instead of profiles, it is the diagonal of E M R'.
    """
    fitted, read = find_fit(adjustments, rows)
    return np.asarray((fitted * read).sum(axis=1))


def find_fit(adjustments: Sequence[CellAdjustment], rows: int) -> tuple[Floats, Floats]:
    """Return (n, p) E M and R, so that the adjustments explain E M R's of weighted scores s of the rows."""
    fits = [a.projection for a in adjustments if a.projection is not None]
    after, ratio = _sides(adjustments, rows)
    return after @ _one_after_the_other(_inners(fits), ratio.T @ after), ratio


def _sides(adjustments: Sequence[CellAdjustment], rows: int) -> tuple[Floats, Floats]:
    """Return the matrices E and R, each (rows, p)."""
    fits = [(a.projection.basis[a.codes].toarray(), a.projection) for a in adjustments if a.projection is not None]
    after = _side_by_side([basis * fit.after[:, None] for basis, fit in fits], rows)
    return after, _side_by_side([basis * fit.ratio[:, None] for basis, fit in fits], rows)


def _inners(fits: Sequence[Projection]) -> list[Floats]:
    return [np.asarray(fit.inner @ np.eye(fit.basis.shape[1])) for fit in fits]


def _side_by_side(parts: Sequence[Floats], rows: int) -> Floats:
    return np.concatenate(parts, axis=1) if parts else np.zeros((rows, 0))


def _one_after_the_other(inners: Sequence[Floats], linked: Floats) -> Floats:
    """Return (p, p) coefficients of all adjustments, each fitted to the residuals of those before it.

    `linked` is R' diag(n) E.
    """
    result = np.zeros_like(linked)
    start = 0
    for inner in inners:
        own = slice(start, start + len(inner))
        left = np.eye(len(linked))[own] - linked[own, :start] @ result[:start]
        result[own] = inner @ left
        start = own.stop
    return result
