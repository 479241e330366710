"""Shares and counts of the levels of a categorical column."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design, gathered
from analysis.errors import EmptyGroup, listed
from analysis.estimation.deff import Comparison, against, simple_variance
from analysis.estimation.domains import By, Domains, make_domains
from analysis.estimation.linear import Linear, estimated
from analysis.estimation.means import Missing, NoColumn, check_missing, divide
from analysis.estimation.rows import SYMMETRIC, IntervalOf, intervals_by
from analysis.estimation.sums import Members, find_all_members, find_members, make_facts, make_sums
from analysis.frames import Factor, crossed
from analysis.frames.table import columns_named
from analysis.intervals.interval import Interval
from analysis.intervals.shares import share_interval
from analysis.results import Estimates

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
ROUNDING = 1e-9  # how far a sum of weights may carry a share beyond 0 or 1


def share(
    design: Design,
    y: str | Sequence[str],
    *,
    by: By = None,
    where: Any = None,
    missing: Missing = "omit",
    interval: str = "logit",
    level: float = 0.95,
    deff: Comparison | None = None,
) -> Estimates:
    r"""Share of each level of a column, within each group.

    .. math:: \hat p_{dl} = \sum_{i \in d, y_i = l} w_i / \sum_{i \in d} w_i

    Parameters
    ----------
    design, by, where, missing, level, deff
        As for `analysis.mean`.
    y
        Categorical column, or several to be crossed. Levels without a row keep their share of zero.
    interval
        ``logit`` (default), ``korn_graubard``, ``wilson`` or another of `analysis.intervals.share_interval`; ``t`` and
        ``normal`` are symmetric. A share of exactly 0 or 1 has no variance: its interval is ``korn_graubard``'s from n,
        except with ``t`` and ``normal``.

    Returns
    -------
    Estimates
        Rows by group, and within it by level; terms read ``column=level``.

    Raises
    ------
    UnknownColumn, EmptyGroup, LonelyPsu, UnknownChoice

    References
    ----------
    Korn and Graubard (1999), Analysis of Health Surveys, section 2.5.

    Examples
    --------
    >>> design = Design.of({"vote": ["yes", "no", "yes", "yes"]})
    >>> [(row.term, row.value) for row in share(design, "vote")]
    [('vote=no', 0.25), ('vote=yes', 0.75)]
    """
    design, where = (
        gathered(design, (), (*columns_named(y), *columns_named(by)), where) if deff is None else (design, where)
    )
    check_levels(design, y)
    members = find_members(design, make_domains(design, by, where))
    return estimated([_levels("share", design, y, members, missing, _share_intervals(interval, level), deff)])[0]


def shares(design: Design, asked: Iterable[tuple[str, By]]) -> list[Estimates]:
    """The shares of each column's levels by its own groups; the same as `share` one after the other, only quicker.

    Examples
    --------
    >>> design = Design.of({"vote": ["yes", "no"], "sex": ["F", "F"]})
    >>> [[row.value for row in found] for found in shares(design, [("vote", None), ("vote", "sex")])]
    [[0.5, 0.5], [0.5, 0.5]]
    """
    interval_of = _share_intervals("logit", 0.95)
    columns = list(asked)
    members = find_all_members(design, (by for _, by in columns))
    return estimated(
        _levels("share", design, y, own, "omit", interval_of, None)
        for (y, _), own in zip(columns, members, strict=True)
    )


def count(
    design: Design,
    y: str | Sequence[str],
    *,
    by: By = None,
    where: Any = None,
    missing: Missing = "omit",
    interval: str = "t",
    level: float = 0.95,
    deff: Comparison | None = None,
) -> Estimates:
    """Weighted count of each level of a column, within each group; parameters as for `share`.

    Examples
    --------
    >>> design = Design.of({"vote": ["yes", "no", "yes"], "w": [10, 20, 30]}, weights="w")
    >>> [row.value for row in count(design, "vote")]
    [20.0, 40.0]
    """
    design, where = (
        gathered(design, (), (*columns_named(y), *columns_named(by)), where) if deff is None else (design, where)
    )
    check_levels(design, y)
    members = find_members(design, make_domains(design, by, where))
    return estimated([_levels("count", design, y, members, missing, intervals_by(interval, level), deff)])[0]


def _levels(
    kind: Literal["share", "count"],
    design: Design,
    y: str | Sequence[str],
    members: Members,
    missing: Missing,
    interval_of: IntervalOf,
    deff: Comparison | None,
) -> Linear:
    check_missing(missing)
    factor = _factor(design, y)
    domains = members.domains.narrowed(~factor.missing)
    cells = _cells(domains, factor)
    sums = make_sums(design, [None], cells)
    shape = (domains.count, len(factor.levels))

    def statistic(whole: Floats) -> Floats:
        counts = whole[..., 0, :].reshape(*whole.shape[:-2], *shape)
        parts = counts if kind == "count" else divide(counts, counts.sum(axis=-1, keepdims=True))
        return np.asarray(parts.reshape(*whole.shape[:-2], shape[0] * shape[1]))

    values = statistic(sums.whole)

    def scores(by_unit: Floats) -> Floats:
        counts = by_unit[0].reshape(by_unit.shape[1], *shape)
        if kind == "share":
            size = sums.whole[0].reshape(shape).sum(axis=1)
            inside = counts.sum(axis=2, keepdims=True)
            counts = divide(counts - values.reshape(shape) * inside, size[:, None])
        return np.asarray(counts.reshape(len(counts), shape[0] * shape[1]))

    def effects(covariance: Floats) -> Floats:
        assert deff is not None
        kind_of_mean = "mean" if kind == "share" else "total"
        return against(covariance, _simple_variance(kind_of_mean, design, domains, factor, deff))

    sizes = sums.sizes()
    return Linear(
        kind,
        make_facts(design, domains, members, None if sizes is None else sizes.reshape(3, *shape).sum(axis=2)),
        sums,
        statistic,
        scores,
        [f"{_joined(y)}={_joined(level)}" for _ in range(shape[0]) for level in factor.levels],
        [group for group in range(shape[0]) for _ in range(shape[1])],
        interval_of,
        effects if deff else None,
        _unknown_groups(members.domains, domains, shape[1]) if missing == "propagate" else None,
    )


def _factor(design: Design, y: str | Sequence[str]) -> Factor:
    names = columns_named(y)
    if not names:
        raise NoColumn()
    factors = [design.table.factor(name) for name in names]
    return factors[0] if len(factors) == 1 else crossed(factors)


def check_levels(design: Design, y: str | Sequence[str]) -> None:
    """Refuse a column without a value. `shares` returns nothing of it, because a report goes on without it."""
    if not _factor(design, y).levels:
        names = columns_named(y)
        raise EmptyGroup(f"column {listed(names)}" if len(names) == 1 else f"all of the columns {listed(names)}")


def _joined(parts: Any) -> str:
    return " × ".join(map(str, parts)) if isinstance(parts, (tuple, list)) else str(parts)


def _simple_variance(kind: str, design: Design, domains: Domains, factor: Factor, comparison: Comparison) -> Floats:
    found = np.zeros((domains.count, len(factor.levels)))
    for level in range(len(factor.levels)):
        here = (factor.codes == level).astype(np.float64)
        found[:, level] = simple_variance(kind, design.weights, domains, here, comparison)
    return found.ravel()


def _cells(domains: Domains, factor: Factor) -> Domains:
    width = len(factor.levels)
    codes = factor.codes
    if domains.count > 1:
        codes = np.where(domains.codes < 0, -1, domains.codes * width + codes)
    elif not domains.everyone:
        codes = np.where(domains.codes < 0, -1, codes)
    groups = tuple((*group, ("level", level)) for group in domains.groups for level in factor.levels)
    return Domains(codes, groups)


def _unknown_groups(members: Domains, domains: Domains, width: int) -> Mask:
    gaps = np.bincount(members.codes[domains.codes != members.codes], minlength=members.count) > 0
    return np.repeat(gaps, width)


def _share_intervals(method: str, level: float) -> IntervalOf:
    if method in SYMMETRIC:
        return intervals_by(method, level)

    def interval_of(value: float, se: float, df: float, n: int) -> Interval:
        share = min(max(value, 0.0), 1.0) if abs(value - 0.5) <= 0.5 + ROUNDING else value
        own = "korn_graubard" if share in (0, 1) and se == 0 else method
        return share_interval(own, share, se**2, df, n, level)

    return interval_of
