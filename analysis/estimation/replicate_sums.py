"""Compute sums under every replicate weight.

Replicates are PSU multipliers and adjustments follow from cell sums, so rows are summed to cell x PSU once; after that
a block of replicates is a sparse product, its factors are found on the cells, and rows x replicates never exist.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analysis.design import CarriedAdjustment, CellAdjustment, Design, Replicates
from analysis.estimation.cell_sums import Feature, cell_sums, link, unit_cell_sums, unit_cells, weighted
from analysis.estimation.domains import Domains
from analysis.frames import Cells, combined

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ENTRIES = 2_000_000  # cells x replicates that exist at the same time
MOST = 32  # replicates in a block


def sums_by_replicate(design: Design, features: Sequence[Feature], domains: Domains) -> Floats:
    """Return (R, F, D) sums of features by domain under each replicate weight."""
    replicates = design.replicates
    assert replicates is not None
    if replicates.psu is None:
        return _by_rows(design, replicates, features, domains)
    if replicates.adjustments:
        return _by_adjusted_cells(design.base_weights, replicates, replicates.psu, features, domains)
    units = replicates.multipliers.shape[0]
    cells = unit_cells(replicates.psu, domains)
    result = np.empty((replicates.count, len(features), domains.count))
    for place, feature in enumerate(features):
        values = weighted(design.base_weights, feature)
        result[:, place, :] = replicates.multipliers.T @ unit_cell_sums(cells, units, values, domains)
    return result


def _by_rows(design: Design, replicates: Replicates, features: Sequence[Feature], domains: Domains) -> Floats:
    """Sum by rows for given replicate weights, which are stored row by row."""
    sums = [
        [cell_sums(weights, feature, domains) for feature in features]
        for block in replicates.blocks(design.base_weights)
        for weights in block.T
    ]
    return np.array(sums)


class _Stage(NamedTuple):
    """Express an adjustment in the crossing of the cells of all adjustments."""

    adjustment: CellAdjustment
    by_psu: sparse.csr_array  # (C, PSU) sums of the weights that reach it, but for the factors before
    own: Ints  # (C,) its own cell of each crossed cell


def _by_adjusted_cells(
    base: Floats, replicates: Replicates, psu: Ints, features: Sequence[Feature], domains: Domains
) -> Floats:
    units = replicates.multipliers.shape[0]
    crossing = _crossing(replicates)
    stages, weights = _stages(base, replicates, psu, crossing, units)
    inside = domains.codes >= 0
    here: slice | NDArray[np.bool_] = slice(None) if inside.all() else inside
    places = combined([crossing.codes[here], domains.codes[here]], [crossing.count, domains.count])
    cell, domain = (codes[here][places.rows] for codes in (crossing.codes, domains.codes))
    to_domains = link(domain, np.arange(places.count), np.ones(places.count), (domains.count, places.count))
    by_psu = [link(places.codes, psu[here], weighted(weights, f)[here], (places.count, units)) for f in features]
    blocks = []
    for block in _blocks(replicates.multipliers, max(crossing.count, places.count)):
        factors = _factors(stages, block, crossing.count)[cell]
        blocks.append(np.stack([to_domains @ ((sums @ block) * factors) for sums in by_psu]))
    return np.concatenate(blocks, axis=2).transpose(2, 0, 1)


def _crossing(replicates: Replicates) -> Cells:
    """Return the crossing of the cells of all adjustments."""
    on_cells = [a for a in replicates.adjustments if isinstance(a, CellAdjustment)]
    if not on_cells:
        assert replicates.psu is not None
        return combined([np.zeros(len(replicates.psu), np.int64)], [1])
    return combined([a.codes for a in on_cells], [a.cells for a in on_cells])


def _stages(
    base: Floats, replicates: Replicates, psu: Ints, crossing: Cells, units: int
) -> tuple[list[_Stage], Floats]:
    """Return the input of each adjustment, and the weights with all carried factors."""
    stages: list[_Stage] = []
    weights, by_psu = base, None
    for adjustment in replicates.adjustments:
        if isinstance(adjustment, CarriedAdjustment):
            weights, by_psu = adjustment.reweight(weights), None
            continue
        if by_psu is None:
            by_psu = link(crossing.codes, psu, weights, (crossing.count, units))
        stages.append(_Stage(adjustment, by_psu, adjustment.codes[crossing.rows]))
    return stages, weights


def _blocks(multipliers: Floats, cells: int) -> Iterator[Floats]:
    """Yield the multipliers (PSU, R) in blocks of columns."""
    size = min(max(ENTRIES // cells, 1), MOST)
    for start in range(0, multipliers.shape[1], size):
        yield np.ascontiguousarray(multipliers[:, start : start + size])


def _factors(stages: list[_Stage], block: Floats, cells: int) -> Floats:
    """Return (C, b) product of the factors of all adjustments, computed for each replicate of a block."""
    factors = np.ones((cells, block.shape[1]))
    for adjustment, by_psu, own in stages:
        sums = (by_psu @ block) * factors
        to_own = link(own, np.arange(cells), np.ones(cells), (adjustment.cells, cells))
        factors *= adjustment.factors(to_own @ sums)[own]
    return factors
