"""Replicate weights: how they are kept, and the variance they give. Making them is left to `analysis.replication`.

Replicates that come from a design are kept as one multiplier for each PSU and replicate; only a file of ready
replicate weights is kept row by row.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.design.adjustments import Adjustment

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

SAME = 1e-7  # singular values below this part of the largest are 0
DISTINCT = 1000  # different rows of multipliers beyond which a domain is as free as the whole
BLOCK = 8  # replicates whose row weights exist at the same time


@dataclass(frozen=True, eq=False, slots=True)
class Replicates:
    """Replicate weights with the rule that turns replicate estimates into a variance.

    V = scale * sum_r rscales_r (t_r - c)(t_r - c)', where c is the full-sample estimate when `mse` is true and the mean
    of the replicate estimates otherwise.

    Parameters
    ----------
    multipliers
        (m, R) factor on the weights of each PSU; or (n, R) ready weights when `ready`.
    psu
        (n,) which row of `multipliers` a row of the table uses; None when `ready`.
    scale, rscales
        Constant of the method, and (R,) constants of the replicates.
    mse
        Whether deviations are taken from the full-sample estimate.
    df
        Degrees of freedom.
    method
        Name, such as ``JKn``.
    adjustments
        Weight adjustments that are made again to each replicate.
    """

    multipliers: Floats
    psu: Ints | None
    scale: float
    rscales: Floats
    mse: bool
    df: int
    method: str
    adjustments: tuple[Adjustment, ...] = ()

    @property
    def count(self) -> int:
        """Number of replicates."""
        return int(self.multipliers.shape[1])

    @property
    def ready(self) -> bool:
        """Whether `multipliers` holds complete weights for each row."""
        return self.psu is None

    def adjusted(self, adjustment: Adjustment) -> "Replicates":
        """The same replicates, each adjusted in the same way as the full sample."""
        return replace(self, adjustments=(*self.adjustments, adjustment))

    def blocks(self, base: Floats) -> Iterator[Floats]:
        """Row weights (n, up to BLOCK) of consecutive replicates; `base` (n,) are the weights before adjustments."""
        for start in range(0, self.count, BLOCK):
            part = self.multipliers[:, start : start + BLOCK]
            weights = part if self.psu is None else base[:, None] * part[self.psu]
            for adjustment in self.adjustments:
                weights = adjustment.reweight(weights)
            yield weights

    def domain_df(self, multipliers: Floats, present: Mask) -> Ints:
        """(k,) degrees of freedom of domains: the rank of their PSUs' multipliers minus 1, at most those of the whole.

        Parameters
        ----------
        multipliers
            (PSUs, R) factors of the PSUs.
        present
            (PSUs, k) whether a PSU holds a row of the domain.

        References
        ----------
        R survey, ``degf`` of a subset of a replicate design.
        """
        found = [self.df if rows.all() else min(_rank(multipliers[rows]) - 1, self.df) for rows in present.T]
        return np.maximum(np.array(found, np.int64), 0)

    def by_psu(self, base: Floats, psu: Ints, psus: int) -> Floats:
        """(PSUs, R) the multipliers; of ready weights, those of a PSU over its weights before."""
        if self.psu is not None:
            return self.multipliers
        whole = np.bincount(psu, weights=base, minlength=psus)
        sums = [np.bincount(psu, weights=column, minlength=psus) for column in self.multipliers.T]
        return np.divide(
            np.stack(sums, axis=1), whole[:, None], out=np.zeros((psus, self.count)), where=whole[:, None] > 0
        )

    def covariance(self, replicates: Floats, full: Floats) -> Floats:
        """(k, k) covariance from (R, k) replicate estimates and the (k,) full-sample estimate.

        A replicate without a row of a group (NaN) adds nothing to the variances of that group.
        """
        known = ~np.isnan(replicates)
        times = known.sum(axis=0)
        means = np.where(known, replicates, 0.0).sum(axis=0) / np.maximum(times, 1)
        centre = np.where(times > 0, full if self.mse else means, np.nan)
        scaled = np.where(known, replicates - centre, 0.0 * centre) * np.sqrt(self.rscales)[:, None]
        return np.asarray(self.scale * scaled.T @ scaled)


def _rank(rows: Floats) -> int:
    """The rank of (m, R) multipliers, from rows that differ; R + 1 where very many do."""
    if len(rows) > DISTINCT:
        mixed = rows @ np.random.default_rng(0).normal(size=rows.shape[1])
        rows = rows[np.unique(np.round(mixed, 9), return_index=True)[1]]
        if len(rows) > DISTINCT:
            return int(rows.shape[1]) + 1
    if not rows.size:
        return 0
    values = np.linalg.svd(rows, compute_uv=False)
    return int((values > SAME * values[0]).sum())
