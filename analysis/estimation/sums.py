"""Compute weighted sums in one pass over the rows. Means, totals, shares and ratios all follow from them.

The input of an estimate is linear in the rows, so each feature (1, y, x ...) is summed once to PSU x domain cells.
Domains, contrasts, covariances and replicates are small dense algebra on those cells.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design, Scores
from analysis.estimation.cell_sums import Feature as Feature
from analysis.estimation.cell_sums import cell_sums, unit_cell_sums, unit_cells
from analysis.estimation.domains import By, Domains, Group, crossed_domains
from analysis.estimation.profile_sums import sums_by_profile
from analysis.estimation.replicate_sums import sums_by_replicate
from analysis.estimation.unit_sums import sums_by_unit
from analysis.frames.table import columns_named
from analysis.results import LevelOrder

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Statistic = Callable[[Floats], Floats]
Linearized = Callable[[Floats], Floats]


@dataclass(frozen=True, eq=False, slots=True)
class Sums:
    """Hold weighted sums of F features in D cells.

    Parameters
    ----------
    whole
        (F, D) sums over the sample.
    by_unit
        (F, U, D) the same by unit of the last stage, residual of the weight adjustments; None with replicates.
    by_replicate
        (R, F, D) the same under each replicate weight; None without.
    by_profile
        (F, D, P) the same by profile, not weighted, where the design has profiles, instead of by unit.
    scatter
        (F, M, D) a few made-up units whose scaled squares and products are those of all rows; with `by_profile`.
    rows
        (D, P) rows of each profile in each cell; with `by_profile`.
    """

    design: Design
    whole: Floats
    by_unit: Floats | None = None
    by_replicate: Floats | None = None
    by_profile: Floats | None = None
    scatter: Floats | None = None
    rows: Floats | None = None

    def sizes(self) -> Floats | None:
        """Return (3, D) rows, sums of weights and sums of squared weights of each cell, if there are profiles."""
        if self.rows is None:
            return None
        assert self.design.profiles is not None
        weights = self.design.profiles.weights
        return np.asarray(np.stack([np.ones_like(weights), weights, weights**2]) @ self.rows.T)

    def covariance(self, statistic: Statistic, scores: Linearized, present: Mask) -> Floats:
        """Return covariance (k, k) of a smooth statistic of the sums; designs with profiles use `scores_of` instead.

        Parameters
        ----------
        statistic
            (..., F, D) sums -> (..., k) estimates.
        scores
            (F, U, D) sums by unit -> (U, k) linearized scores.
        present
            (PSUs, k) whether the PSU holds a row of the domain of the estimate.
        """
        if self.by_replicate is not None:
            assert self.design.replicates is not None
            return self.design.replicates.covariance(statistic(self.by_replicate), statistic(self.whole))
        assert self.by_unit is not None
        return self.design.covariance(scores(self.by_unit), present)

    def scores_of(self, scores: Linearized) -> Scores:
        """Return the scores from which the profiles make a covariance."""
        assert self.by_profile is not None
        assert self.scatter is not None
        return Scores(self.by_profile, scores, self.scatter)


def make_sums(design: Design, features: Sequence[Feature], cells: Domains) -> Sums:
    """Sum features over cells; `features` are (n,) arrays without missing values, or None for the constant 1."""
    if design.profiles is not None:
        by_profile, scatter, rows = sums_by_profile(design.profiles, features, cells)
        whole = by_profile @ design.profiles.weights
        return Sums(design, whole, by_profile=by_profile, scatter=scatter, rows=rows)
    by_unit = sums_by_unit(design, features, cells) if not (design.adjustments and design.replicates) else None
    # Without adjustments the units' sums are parts of the whole, and adding them up saves a pass over the rows.
    whole = by_unit.sum(axis=1) if by_unit is not None and not design.adjustments else _whole(design, features, cells)
    if design.replicates is None:
        return Sums(design, whole, by_unit=by_unit)
    return Sums(design, whole, by_replicate=sums_by_replicate(design, features, cells))


def _whole(design: Design, features: Sequence[Feature], cells: Domains) -> Floats:
    return np.stack([cell_sums(design.weights, feature, cells) for feature in features])


@dataclass(frozen=True, eq=False, slots=True)
class Facts:
    """Hold the facts of each domain that accompany its estimates.

    Parameters
    ----------
    groups
        (D,) column and level pairs.
    n
        (D,) rows with a value.
    n_effective
        (D,) Kish's effective sample size, (sum w)^2 / sum w^2.
    df
        (D,) degrees of freedom: PSUs minus strata that hold members, with a value or without; 0 where the PSUs with a
        value leave none.
    present
        (PSUs, D) whether the PSU (with profiles: the stratum) holds a member.
    design_df
        Degrees of freedom of the whole design.
    orders
        Text columns among those of the groups, with the order of their levels.
    """

    groups: tuple[Group, ...]
    n: NDArray[np.int64]
    n_effective: Floats
    df: NDArray[np.int64]
    present: Mask
    design_df: int
    orders: Mapping[str, LevelOrder] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, slots=True)
class Members:
    """Hold domains with all their rows, with and without a value, and where these rows are.

    Parameters
    ----------
    domains
        The domains.
    present
        (PSUs, D) whether the PSU (with profiles: the stratum) holds a member.
    df
        (D,) degrees of freedom: PSUs minus strata that hold members.
    """

    domains: Domains
    present: Mask
    df: NDArray[np.int64]


def find_members(design: Design, domains: Domains) -> Members:
    """Find where the members of each domain are."""
    held = None if design.all_weigh else design.weights != 0
    profiles = design.profiles
    unit, units = (design.psu, design.psus) if profiles is None else (profiles.strata, len(profiles.stage.names))
    counted = unit_cell_sums(unit_cells(unit, domains), units, held, domains)
    present = counted > 0
    if profiles is not None:
        df = (counted.sum(axis=0) - present.sum(axis=0)).astype(np.int64)
    else:
        df = design.domain_df(present)
    return Members(domains, present, df)


def find_all_members(design: Design, asked: Iterable[By]) -> Iterator[Members]:
    """Find the members for each grouping; equal groupings share one search."""
    found: dict[tuple[str, ...], Members] = {}
    for by in asked:
        names = columns_named(by) if by else ()
        if names not in found:
            found[names] = find_members(design, crossed_domains(design, names))
        yield found[names]


def make_facts(design: Design, domains: Domains, members: Members, sizes: Floats | None = None) -> Facts:
    """Return the facts of `domains` (rows with a value) among their members; `sizes` as of `Sums.sizes`, if known."""
    n, weight, squares = _sizes(design, domains) if sizes is None else sizes
    return Facts(
        domains.groups,
        n.astype(np.int64),
        np.divide(weight**2, squares, out=np.zeros_like(weight), where=squares > 0),
        _df(design, domains, members),
        members.present,
        design.df,
        domains.orders,
    )


def _df(design: Design, domains: Domains, members: Members) -> NDArray[np.int64]:
    """Return (D,) degrees of freedom of the members, and 0 where the rows with a value have none.

    R's ``degf`` counts the PSUs of members without a value too; but a single value holds no information.
    """
    if domains is members.domains:
        return members.df
    return np.where(find_members(design, domains).df > 0, members.df, 0)


def _sizes(design: Design, domains: Domains) -> tuple[Floats, Floats, Floats]:
    """Return (D,) rows, sums of weights and sums of squared weights of each domain."""
    weight, own = cell_sums(design.weights, None, domains), design.weights
    if design.summed is None:
        n = np.bincount(domains.codes + 1, minlength=domains.count + 1)[1:].astype(np.float64)
        return n, weight, cell_sums(own, own, domains)
    return cell_sums(design.summed.counts, None, domains), weight, cell_sums(own, own * design.summed.squares, domains)
