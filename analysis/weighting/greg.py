"""Generalised regression: what a score owes to the variables that weights were calibrated on."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analysis.design import CellRule

Floats = NDArray[np.float64]


def greg_fit(regressors: sparse.csr_array, sums: Floats) -> CellRule:
    """The regression of a score on (C, p) regressors with (C,) weights: cell sums of w x score -> fitted values."""
    inverse = scaled_inverse((regressors.T @ (sparse.diags_array(sums) @ regressors)).toarray())

    def fit(scores: Floats) -> Floats:
        return np.asarray(regressors @ (inverse @ (regressors.T @ scores)))

    return fit


def scaled_inverse(gram: Floats) -> Floats:
    """Pseudo-inverse of a (p, p) cross product, its variables brought to one scale first.

    Margins share their sum, so their indicators are linearly dependent; fitted values do not mind.
    """
    size = np.sqrt(np.abs(np.diagonal(gram)))
    scale = np.outer(*[np.where(size > 0, size, 1.0)] * 2)
    return np.asarray(np.linalg.pinv(gram / scale, rcond=1e-12, hermitian=True) / scale)
