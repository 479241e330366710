"""Weighted sums: the one pass over the rows from which means, totals, shares and ratios all follow.

Everything an estimate needs is linear in the rows, so each feature (1, y, x ...) is summed once to PSU x domain cells;
domains, contrasts, covariances and replicates are small dense algebra on those cells.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.estimation.domains import Domains, Group

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Feature = Floats | None  # None stands for the constant 1
Statistic = Callable[[Floats], Floats]


@dataclass(frozen=True, eq=False, slots=True)
class Sums:
    """Weighted sums of F features in D cells.

    Parameters
    ----------
    whole
        (F, D) sums over the sample.
    by_unit
        (F, U, D) the same by unit of the last stage, residual of the weight adjustments; None with replicates.
    by_replicate
        (R, F, D) the same under each replicate weight; None without.
    """

    design: Design
    whole: Floats
    by_unit: Floats | None
    by_replicate: Floats | None

    def covariance(self, statistic: Statistic, scores: Callable[[Floats], Floats], present: Mask | None) -> Floats:
        """Covariance (k, k) of a smooth statistic of the sums.

        Parameters
        ----------
        statistic
            (..., F, D) sums -> (..., k) estimates.
        scores
            (F, U, D) sums by unit -> (U, k) linearised scores.
        present
            (PSUs, k) whether the PSU holds a row of the domain that the estimate belongs to.
        """
        if self.by_replicate is not None:
            assert self.design.replicates is not None
            return self.design.replicates.covariance(statistic(self.by_replicate), statistic(self.whole))
        assert self.by_unit is not None
        return self.design.covariance(scores(self.by_unit), present)


def make_sums(design: Design, features: Sequence[Feature], cells: Domains) -> Sums:
    """Sum features over cells; `features` are (n,) arrays without missing values, or None for the constant 1."""
    replicated = design.replicates is not None
    return Sums(
        design,
        np.stack([cell_sums(design.weights, f, cells) for f in features]),
        None if replicated else _sums_by_unit(design, features, cells),
        _sums_by_replicate(design, features, cells) if replicated else None,
    )


@dataclass(frozen=True, eq=False, slots=True)
class Facts:
    """What is told beside each estimate of a domain.

    Parameters
    ----------
    groups
        (D,) column and level pairs.
    n
        (D,) rows with a value.
    n_effective
        (D,) Kish's effective sample size, (sum w)^2 / sum w^2.
    df
        (D,) degrees of freedom: PSUs minus strata that hold members, with a value or without.
    present
        (PSUs, D) whether the PSU holds a member.
    design_df
        Degrees of freedom of the whole design.
    """

    groups: tuple[Group, ...]
    n: NDArray[np.int64]
    n_effective: Floats
    df: NDArray[np.int64]
    present: Mask
    design_df: int


def make_facts(design: Design, domains: Domains, members: Domains) -> Facts:
    """The facts of `domains` (rows with a value); `members` are the domains before rows without a value left."""
    present = _present(design, members)
    weight = cell_sums(design.weights, None, domains)
    squares = cell_sums(design.weights, design.weights, domains)
    return Facts(
        domains.groups,
        np.bincount(domains.codes + 1, minlength=domains.count + 1)[1:],
        np.divide(weight**2, squares, out=np.zeros_like(weight), where=squares > 0),
        np.full(domains.count, design.df) if design.replicates else design.domain_df(present),
        present,
        design.df,
    )


def cell_sums(weights: Floats, feature: Feature, domains: Domains) -> Floats:
    """(D,) weighted sums of a feature by domain."""
    if domains.everyone:
        return np.array([weights.sum() if feature is None else weights @ feature], np.float64)
    values = weights if feature is None else weights * feature
    return np.asarray(np.bincount(domains.codes + 1, weights=values, minlength=domains.count + 1)[1:], np.float64)


def _unit_cells(unit: NDArray[np.int64], domains: Domains) -> NDArray[np.int64]:
    """(n,) one code for unit and domain; domain 0 takes the rows outside all domains."""
    return unit if domains.everyone else unit * (domains.count + 1) + (domains.codes + 1)


def _unit_cell_sums(cells: NDArray[np.int64], units: int, values: Floats | Mask, domains: Domains) -> Floats:
    """(units, D) sums of (n,) values by unit and domain."""
    width = 1 if domains.everyone else domains.count + 1
    sums = np.bincount(cells, weights=values, minlength=units * width).reshape(units, width)
    return np.asarray(sums if domains.everyone else sums[:, 1:], np.float64)


def _present(design: Design, domains: Domains) -> Mask:
    counted = _unit_cell_sums(_unit_cells(design.psu, domains), design.psus, design.weights > 0, domains)
    return np.asarray(counted > 0)


def _sums_by_unit(design: Design, features: Sequence[Feature], domains: Domains) -> Floats:
    if design.adjustments:
        return np.stack([_residual_by_unit(design, feature, domains) for feature in features])
    cells = _unit_cells(design.leaf, domains)
    weighted = (design.weights if f is None else design.weights * f for f in features)
    return np.stack([_unit_cell_sums(cells, design.leaves, values, domains) for values in weighted])


COLUMNS = 16  # domain columns that exist at the same time


def _residual_by_unit(design: Design, feature: Feature, domains: Domains) -> Floats:
    values = design.weights if feature is None else design.weights * feature
    blocks = []
    for start in range(0, domains.count, COLUMNS):
        codes = np.arange(start, min(start + COLUMNS, domains.count))
        scores = design.residual(np.where(domains.codes[:, None] == codes, values[:, None], 0.0))
        blocks.append([np.bincount(design.leaf, weights=column, minlength=design.leaves) for column in scores.T])
    return np.stack([column for block in blocks for column in block], axis=1)


def _sums_by_replicate(design: Design, features: Sequence[Feature], domains: Domains) -> Floats:
    replicates = design.replicates
    assert replicates is not None
    if replicates.ready or replicates.adjustments:
        return _sums_by_row_weights(design, features, domains)
    assert replicates.psu is not None
    units = replicates.multipliers.shape[0]
    cells = _unit_cells(replicates.psu, domains)
    result = np.empty((replicates.count, len(features), domains.count))
    for place, feature in enumerate(features):
        values = design.base_weights if feature is None else design.base_weights * feature
        result[:, place, :] = replicates.multipliers.T @ _unit_cell_sums(cells, units, values, domains)
    return result


def _sums_by_row_weights(design: Design, features: Sequence[Feature], domains: Domains) -> Floats:
    replicates = design.replicates
    assert replicates is not None
    sums = [
        [cell_sums(weights, feature, domains) for feature in features]
        for block in replicates.blocks(design.base_weights)
        for weights in block.T
    ]
    return np.array(sums)
