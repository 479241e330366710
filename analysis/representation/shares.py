"""Define the shares of groups among residents, staff or respondents, with their uncertainty."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError, listed
from analysis.representation.margins import moe_of_proportion, moe_of_sum, se_from_moe

Floats = NDArray[np.float64]

SUM_TOLERANCE = 0.5  # published shares are rounded


class BadShares(AnalysisError):
    """Refuse shares or counts that are negative, missing, or empty."""

    def __init__(self, expected: str, arrived: str) -> None:
        self.expected, self.arrived = expected, arrived
        super().__init__(f"expected {expected}, but got {arrived}")


class SharesDoNotSum(AnalysisError):
    """Refuse shares of groups that overlap or are incomplete."""

    def __init__(self, total: float) -> None:
        self.total = total
        hint = "add the groups that are missing"
        if total > 100:
            hint = "use groups that exclude each other, such as 'Hispanic' and 'White, not Hispanic'"
        super().__init__(
            f"expected shares that sum to 100 percent (give or take {SUM_TOLERANCE:g}), but they sum to {total:.1f}; "
            f"{hint}; only the overlap index can be had from overlapping groups, with allow_overlap=True"
        )


class OverlappingShares(AnalysisError):
    """Refuse a measure that overlapping groups do not have."""

    def __init__(self, total: float) -> None:
        self.total = total
        super().__init__(
            f"expected groups that exclude each other, but got overlapping ones that sum to {total:.1f}; "
            "they have an overlap index only"
        )


class GroupsDiffer(AnalysisError):
    """Refuse two sets of shares of different groups."""

    def __init__(self, first_only: tuple[str, ...], second_only: tuple[str, ...]) -> None:
        self.first_only, self.second_only = first_only, second_only
        parts = [
            f"{listed(names)} only in the {which}"
            for names, which in ((first_only, "first"), (second_only, "second"))
            if names
        ]
        super().__init__(f"expected the same groups in both sets of shares, but got {' and '.join(parts)}")


@dataclass(frozen=True, eq=False, slots=True)
class Shares:
    """Shares of groups in percent; make one with `of_percent`, `of_counts` or `of_margins`.

    Parameters
    ----------
    groups
        (k,) names.
    percent
        (k,) shares, 0-100.
    covariance
        (k, k) in squared points; zero for a full count.
    n
        People the shares come from; None for a published figure.
    headcount
        People they are about; None if unknown.
    unknown
        People whose group is not known; they are in no share.
    overlapping
        Whether the groups may overlap.
    """

    groups: tuple[str, ...]
    percent: Floats
    covariance: Floats
    n: int | None = None
    headcount: int | None = None
    unknown: int = 0
    overlapping: bool = False

    def __post_init__(self) -> None:
        if not self.groups:
            raise BadShares("the share of at least one group", "none")
        for group, share in zip(self.groups, self.percent, strict=True):
            if not 0 <= share <= 100:
                raise BadShares(f"a share of '{group}' from 0 to 100 percent", f"{share:g}")
        if not self.overlapping and abs(self.total - 100) > SUM_TOLERANCE + 1e-9:
            raise SharesDoNotSum(self.total)

    @classmethod
    def of_percent(
        cls,
        percent: Mapping[str, float],
        *,
        se: Mapping[str, float] | None = None,
        covariance: Floats | None = None,
        n: int | None = None,
        headcount: int | None = None,
        allow_overlap: bool = False,
    ) -> "Shares":
        """Shares as published, in percent, with standard errors in points or their covariance.

        Parameters
        ----------
        percent
            Group -> share, 0-100.
        se
            Group -> standard error in points, of every group; without it and `covariance` the shares are exact.
        covariance
            (k, k) in squared points, in the order of `percent`.
        n, headcount
            See `Shares`.
        allow_overlap
            Accept shares that do not sum to 100; they then have an overlap index and nothing else.

        Raises
        ------
        SharesDoNotSum, BadShares

        Examples
        --------
        >>> Shares.of_percent({"Black": 30.0, "White": 64.0, "Hispanic": 12.0})
        Traceback (most recent call last):
            ...
        analysis.representation.shares.SharesDoNotSum: expected shares that sum to 100 percent (give or take 0.5), \
but they sum to 106.0; use groups that exclude each other, such as 'Hispanic' and 'White, not Hispanic'; \
only the overlap index can be had from overlapping groups, with allow_overlap=True
        """
        groups = tuple(percent)
        if covariance is None:
            errors = dict.fromkeys(groups, 0.0) if se is None else se
            if lost := [group for group in groups if group not in errors]:
                raise BadShares("the standard error of every group (0 for an exact share)", f"none of {listed(lost)}")
            covariance = np.diag([errors[group] ** 2 for group in groups])
        shares = np.array([percent[group] for group in groups], np.float64)
        return cls(groups, shares, covariance, n, headcount, 0, allow_overlap)

    @classmethod
    def of_counts(cls, counts: Mapping[str, float], *, headcount: int | None = None, unknown: int = 0) -> "Shares":
        r"""Shares of counted people: a full count, or with a larger `headcount` a simple random sample of it.

        .. math:: \mathrm{cov}(s_g, s_h) = \Big(1 - \frac{n}{N}\Big) \frac{s_g (\delta_{gh} - s_h)}{n - 1}

        Parameters
        ----------
        counts
            Group -> people whose group is known.
        headcount
            All people N; default the counted and unknown ones (then there is no sampling error).
        unknown
            People counted whose group is not known: a separate number, never spread over the groups.

        Raises
        ------
        BadShares
            A negative count, no one counted, or a headcount below the count.

        Examples
        --------
        >>> staff = Shares.of_counts({"Black": 12, "White": 48}, headcount=200)
        >>> staff.percent, staff.se.round(2)
        (array([20., 80.]), array([4.36, 4.36]))
        """
        for group, count in counts.items():
            if not count >= 0:
                raise BadShares(f"a count of '{group}' of 0 or more", f"{count:g}")
        n = sum(counts.values())
        if not n > 0:
            raise BadShares("at least one person whose group is known", "none")
        everyone = n + unknown if headcount is None else headcount
        if everyone < n + unknown:
            raise BadShares(f"a headcount of at least the {n + unknown:g} people counted", f"{everyone:g}")
        share = np.array(list(counts.values())) / n
        spread = _sampling_factor(n, n + unknown, everyone) * (np.diag(share) - np.outer(share, share))
        return cls(tuple(counts), 100 * share, 1e4 * spread, int(n), int(everyone), unknown)

    @classmethod
    def of_margins(
        cls, counts: Mapping[str, tuple[float, float]], total: tuple[float, float] | None = None
    ) -> "Shares":
        """Shares of published counts with 90 % margins of error, such as ACS table B02001.

        Parameters
        ----------
        counts
            Group -> (count, margin of error).
        total
            (count, margin) of the whole; default the sum of the groups. The groups are taken as independent.

        Raises
        ------
        BadMargin, SharesDoNotSum, BadShares

        Examples
        --------
        >>> residents = Shares.of_margins({"a": (203119, 5070), "b": (427379, 5200)}, total=(630498, 831))
        >>> residents.percent.round(2), residents.se.round(3)
        (array([32.22, 67.78]), array([0.488, 0.498]))
        """
        estimates, moes = [x for x, _ in counts.values()], [moe for _, moe in counts.values()]
        whole, whole_moe = total or (sum(estimates), moe_of_sum(estimates, moes))
        errors = [se_from_moe(100 * moe_of_proportion(x, moe, whole, whole_moe)) for x, moe in counts.values()]
        return cls(tuple(counts), 100 * np.array(estimates) / whole, np.diag(np.square(errors)))

    @property
    def total(self) -> float:
        """The sum of the shares."""
        return float(self.percent.sum())

    @property
    def se(self) -> Floats:
        """(k,) standard errors in points."""
        return np.asarray(np.sqrt(np.diagonal(self.covariance)))

    def in_order_of(self, other: "Shares") -> "Shares":
        """The same shares in the order of another set; refused when the groups differ."""
        mine, theirs = set(self.groups), set(other.groups)
        if mine != theirs:
            raise GroupsDiffer(
                tuple(g for g in other.groups if g not in mine), tuple(g for g in self.groups if g not in theirs)
            )
        order = [self.groups.index(group) for group in other.groups]
        return Shares(
            other.groups,
            self.percent[order],
            self.covariance[np.ix_(order, order)],
            self.n,
            self.headcount,
            self.unknown,
            self.overlapping,
        )


def _sampling_factor(n: float, asked: float, everyone: float) -> float:
    """(1 - f) / (n - 1) of a sample; 0 of a full count, which has missing answers but no sampling error."""
    if asked >= everyone:
        return 0.0
    return (1 - n / everyone) / (n - 1) if n > 1 else math.nan
