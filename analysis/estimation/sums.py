"""Weighted sums: the one pass over the rows from which means, totals, shares and ratios all follow.

Everything an estimate needs is linear in the rows, so each feature (1, y, x ...) is summed once to PSU x domain cells;
domains, contrasts, covariances and replicates are small dense algebra on those cells.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.estimation.cell_sums import Feature as Feature
from analysis.estimation.cell_sums import cell_sums, unit_cell_sums, unit_cells
from analysis.estimation.domains import Domains, Group
from analysis.estimation.profile_sums import count_by_profile, sums_by_profile
from analysis.estimation.replicate_sums import sums_by_replicate
from analysis.estimation.unit_sums import sums_by_unit

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
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
    by_profile
        (F, P, D) the same by profile, where the design has profiles, instead of by unit.
    scatter
        (F, M, D) a few made-up units whose scaled squares and products are those of all rows; with `by_profile`.
    """

    design: Design
    whole: Floats
    by_unit: Floats | None = None
    by_replicate: Floats | None = None
    by_profile: Floats | None = None
    scatter: Floats | None = None

    def covariance(self, statistic: Statistic, scores: Callable[[Floats], Floats], present: Mask | None) -> Floats:
        """Covariance (k, k) of a smooth statistic of the sums.

        Parameters
        ----------
        statistic
            (..., F, D) sums -> (..., k) estimates.
        scores
            (F, U, D) sums by unit -> (U, k) linearised scores.
        present
            (PSUs, k) whether the PSU (with profiles: the profile) holds a row of the domain of the estimate.
        """
        if self.by_profile is not None:
            assert self.design.profiles is not None
            assert self.scatter is not None
            return self.design.profiles.covariance(scores(self.by_profile), scores(self.scatter), present)
        if self.by_replicate is not None:
            assert self.design.replicates is not None
            return self.design.replicates.covariance(statistic(self.by_replicate), statistic(self.whole))
        assert self.by_unit is not None
        return self.design.covariance(scores(self.by_unit), present)


def make_sums(design: Design, features: Sequence[Feature], cells: Domains) -> Sums:
    """Sum features over cells; `features` are (n,) arrays without missing values, or None for the constant 1."""
    if design.profiles is not None:
        by_profile, scatter = sums_by_profile(design.profiles, features, cells)
        return Sums(design, by_profile.sum(axis=1), by_profile=by_profile, scatter=scatter)
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
        (PSUs, D) whether the PSU (with profiles: the profile) holds a member.
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
    counted, df = _counted(design, members)
    n, weight, squares = _sizes(design, domains)
    return Facts(
        domains.groups,
        n,
        np.divide(weight**2, squares, out=np.zeros_like(weight), where=squares > 0),
        df,
        counted > 0,
        design.df,
    )


def _sizes(design: Design, domains: Domains) -> tuple[NDArray[np.int64], Floats, Floats]:
    """(D,) rows, sums of weights and sums of squared weights of each domain."""
    if design.profiles is not None:
        counts = count_by_profile(design.profiles, domains)
        weights = design.profiles.weights
        return counts.sum(axis=0).astype(np.int64), weights @ counts, weights**2 @ counts
    n = np.bincount(domains.codes + 1, minlength=domains.count + 1)[1:]
    return n, cell_sums(design.weights, None, domains), cell_sums(design.weights, design.weights, domains)


def _counted(design: Design, domains: Domains) -> tuple[Floats, NDArray[np.int64]]:
    """Members by PSU (or profile) and domain, and the degrees of freedom of each domain."""
    if design.profiles is not None:
        counted = count_by_profile(design.profiles, domains) * (design.profiles.weights != 0)[:, None]
        return counted, design.profiles.domain_df(counted)
    counted = unit_cell_sums(unit_cells(design.psu, domains), design.psus, design.weights != 0, domains)
    return counted, np.full(domains.count, design.df) if design.replicates else design.domain_df(counted > 0)
