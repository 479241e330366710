"""Fit the generalized regression of a score on the variables that weights were calibrated on."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analysis.design import Projection

Floats = NDArray[np.float64]


def greg(before: Floats, after: Floats, regressors: sparse.csr_array, sums: Floats) -> Projection:
    """Fit the regression of a score on (C, p) regressors, weighted as `before`, whose cell sums are (C,) `sums`."""
    gram = (regressors.T @ (sparse.diags_array(sums) @ regressors)).toarray()
    return Projection(before, after, regressors, scaled_inverse(gram))


def scaled_inverse(gram: Floats) -> Floats:
    """Return the pseudo-inverse of a (p, p) cross product, its variables brought to one scale first.

    Margins share their sum, so their indicators are linearly dependent; fitted values do not change.
    """
    size = np.sqrt(np.abs(np.diagonal(gram)))
    scale = np.outer(*[np.where(size > 0, size, 1.0)] * 2)
    return np.asarray(np.linalg.pinv(gram / scale, rcond=1e-12, hermitian=True) / scale)
