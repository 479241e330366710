"""Sums of weighted features by domain, and by unit and domain: one count over one combined code."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analysis.estimation.domains import Domains

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Feature = Floats | None  # None stands for the constant 1


def weighted(weights: Floats, feature: Feature) -> Floats:
    """(n,) weights times a feature."""
    return weights if feature is None else weights * feature


def cell_sums(weights: Floats, feature: Feature, domains: Domains) -> Floats:
    """(D,) weighted sums of a feature by domain."""
    if domains.everyone:
        return np.array([weights.sum() if feature is None else weights @ feature], np.float64)
    sums = np.bincount(domains.codes + 1, weights=weighted(weights, feature), minlength=domains.count + 1)
    return np.asarray(sums[1:], np.float64)


def unit_cells(unit: Ints, domains: Domains) -> Ints:
    """(n,) one code for unit and domain; domain 0 takes the rows outside all domains."""
    return unit if domains.everyone else unit * (domains.count + 1) + (domains.codes + 1)


def unit_cell_sums(cells: Ints, units: int, values: Floats | Mask | None, domains: Domains) -> Floats:
    """(units, D) sums of (n,) values by unit and domain; None counts rows."""
    width = 1 if domains.everyone else domains.count + 1
    sums = np.bincount(cells, weights=values, minlength=units * width).reshape(units, width)
    return np.asarray(sums if domains.everyone else sums[:, 1:], np.float64)


def link(rows: Ints, columns: Ints, values: Floats, shape: tuple[int, int]) -> sparse.csr_array:
    """Sums of (n,) values by two codings, kept sparse."""
    return sparse.csr_array(sparse.coo_array((values, (rows, columns)), shape=shape))
