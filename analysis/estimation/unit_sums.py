"""Compute sums by sampling unit, without the part that weight adjustments explain, for the linearized variance."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.design import CellAdjustment, Design
from analysis.estimation.cell_sums import Feature, link, unit_cell_sums, unit_cells, weighted
from analysis.estimation.domains import Domains

Floats = NDArray[np.float64]
COLUMNS = 16  # domains whose scores exist row by row at the same time
CELLS = 4_000_000  # cells x domains that exist at the same time


def sums_by_unit(design: Design, features: Sequence[Feature], domains: Domains) -> Floats:
    """Return (F, U + q, D) sums of features by unit of the last stage and domain, residual of the weight adjustments.

    The last q rows belong to uncertain totals of the adjustments; see `Design.covariance`.
    """
    targets = [_target_sums(design, each, features, domains) for each in design.uncertain]
    return np.concatenate([_residual_sums(design, features, domains), *targets], axis=1)


def _target_sums(design: Design, adjustment: CellAdjustment, features: Sequence[Feature], domains: Domains) -> Floats:
    """Return (F, q, D) the sums of features as the errors of the totals of an adjustment move them."""
    result = []
    for feature in features:
        values = weighted(design.weights, feature)
        parts = [
            adjustment.target_scores_of(
                unit_cell_sums(unit_cells(adjustment.codes, part), adjustment.cells, values, part)
            )
            for part in _parts(domains, max(CELLS // adjustment.cells, 1))
        ]
        result.append(np.concatenate(parts, axis=1))
    return np.stack(result)


def _residual_sums(design: Design, features: Sequence[Feature], domains: Domains) -> Floats:
    """Return (F, U, D) the sums by unit."""
    explaining = [a for a in design.adjustments if isinstance(a, CellAdjustment) and a.projection is not None]
    if len(explaining) > 1:
        return np.stack([_residual_by_rows(design, feature, domains) for feature in features])
    cells = unit_cells(design.leaf, domains)
    own = design.weights if design.residual_factors is None else design.weights * design.residual_factors
    sums = np.stack([unit_cell_sums(cells, design.leaves, weighted(own, f), domains) for f in features])
    return sums - _explained(design, explaining[0], features, domains) if explaining else sums


def _explained(design: Design, adjustment: CellAdjustment, features: Sequence[Feature], domains: Domains) -> Floats:
    """Return (F, U, D) the part that one adjustment explains. It is fitted on its cells and summed to units."""
    projection = adjustment.projection
    assert projection is not None
    after = projection.after if design.residual_factors is None else projection.after * design.residual_factors
    to_units = link(design.leaf, adjustment.codes, after, (design.leaves, adjustment.cells))
    apart = None if design.summed is None else design.summed.fitted
    own = projection.ratio * design.weights if apart is None else apart
    result = []
    for feature in features:
        values = weighted(own, feature)
        parts = []
        for part in _parts(domains, max(CELLS // adjustment.cells, 1)):
            cells = unit_cells(adjustment.codes, part)
            parts.append(to_units @ projection.fit(unit_cell_sums(cells, adjustment.cells, values, part)))
        result.append(np.concatenate(parts, axis=1))
    return np.stack(result)


def _parts(domains: Domains, size: int) -> Iterator[Domains]:
    """Yield the domains in consecutive parts of up to `size`."""
    if domains.count <= size:
        yield domains
        return
    for start in range(0, domains.count, size):
        groups = domains.groups[start : start + size]
        inside = (domains.codes >= start) & (domains.codes < start + size)
        yield Domains(np.where(inside, domains.codes - start, -1), groups)


def _residual_by_rows(design: Design, feature: Feature, domains: Domains) -> Floats:
    """Return (U, D) from scores of every row; several adjustments take out their parts one after the other."""
    values = weighted(design.weights, feature)
    result = np.zeros((design.leaves, domains.count))
    for start in range(0, domains.count, COLUMNS):
        codes = np.arange(start, min(start + COLUMNS, domains.count))
        scores = design.residual(np.where(domains.codes[:, None] == codes, values[:, None], 0.0))
        for code, column in zip(codes, scores.T, strict=True):
            result[:, code] = np.bincount(design.leaf, weights=column, minlength=design.leaves)
    return result
