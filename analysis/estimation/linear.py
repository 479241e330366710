"""Make estimates that are linear in sums: first all facts but the variance, then the variances of many together."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.estimation.rows import IntervalOf, make_estimates
from analysis.estimation.sums import Facts, Linearized, Statistic, Sums
from analysis.results import Estimates

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False, slots=True)
class Linear:
    """Hold k estimates from one set of sums, before their variance.

    Parameters
    ----------
    kind
        Their kind.
    facts
        The facts of each domain.
    sums
        The sums that they follow from.
    statistic
        (..., F, D) sums -> (..., k) estimates.
    scores
        (F, U, D) sums by unit -> (U, k) linearized scores.
    terms
        (k,) the name of each.
    places
        (k,) the domain of each.
    interval_of
        The function that makes intervals.
    effects
        (k, k) covariance -> (k,) design effects, if they are wanted.
    unknown
        (k,) whether the estimate is unknown because a value is missing.
    """

    kind: str
    facts: Facts
    sums: Sums
    statistic: Statistic
    scores: Linearized
    terms: Sequence[str]
    places: Sequence[int]
    interval_of: IntervalOf
    effects: Callable[[Floats], Floats] | None = None
    unknown: Mask | None = None

    @property
    def present(self) -> Mask:
        """Return (PSUs or strata, k) whether the domain of each estimate has rows there."""
        return self.facts.present[:, list(self.places)]

    def with_covariance(self, covariance: Floats) -> Estimates:
        """Return the estimates."""
        values = self.statistic(self.sums.whole)
        if self.sums.design.corrects_leverage and self.kind not in ("total", "count"):
            factor = own_mean_factor(self.facts.n_effective[list(self.places)])
            covariance = covariance * np.outer(factor, factor)
        effects = self.effects(covariance) if self.effects else None
        values, covariance = _with_unknown(values, covariance, self.unknown)
        return make_estimates(
            self.kind, self.facts, values, covariance, self.terms, self.places, self.interval_of, effects
        )


def own_mean_factor(sizes: Floats) -> Floats:
    """Return (k,) the root of n / (n - 1), by which errors of means fitted to (k,) effectively n people are too small.

    Examples
    --------
    >>> own_mean_factor(np.array([10.0])).round(4)
    array([1.0541])
    """
    return np.sqrt(sizes / np.maximum(sizes - 1, 1.0))


def estimated(asked: Iterable[Linear]) -> list[Estimates]:
    """Return estimates of one design, with the covariance within each set."""
    parts = list(asked)
    profiles = parts[0].sums.design.profiles if parts else None
    if profiles is None:
        return [part.with_covariance(part.sums.covariance(part.statistic, part.scores, part.present)) for part in parts]
    covariances = profiles.covariances([part.sums.scores_of(part.scores) for part in parts])
    return [part.with_covariance(covariance) for part, covariance in zip(parts, covariances, strict=True)]


def _with_unknown(values: Floats, covariance: Floats, unknown: Mask | None) -> tuple[Floats, Floats]:
    if unknown is None or not unknown.any():
        return values, covariance
    either = unknown[:, None] | unknown[None, :]
    return np.where(unknown, np.nan, values), np.where(either, np.nan, covariance)
