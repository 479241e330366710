"""Estimate quantiles of everyone or by group, with intervals. `quantile_rules` defines a quantile."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design, LazyDesign, check_weights_not_negative
from analysis.errors import EmptyGroup, UnknownChoice
from analysis.estimation.domains import By, Domains, make_domains
from analysis.estimation.engine_values import distribution_of, shares_in_engine
from analysis.estimation.means import mean
from analysis.estimation.quantile_rules import RULES, Steps, checked_probability, quantile_of
from analysis.estimation.sums import find_members
from analysis.intervals.interval import Interval, critical_value
from analysis.intervals.shares import share_interval
from analysis.results import Estimate, Estimates

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
_METHODS = {
    **{name: f"Woodruff {name}" for name in ("mean", "beta", "xlogit", "asin")},
    "score": "score",
    "replicates": "replicates",
}
INTERVALS = tuple(_METHODS)


class NeedsReplicates(UnknownChoice):
    """Refuse an interval that needs another kind of design."""

    def __init__(self, arrived: str, replicated: bool) -> None:
        choices = [x for x in INTERVALS if x != ("score" if replicated else "replicates")]
        super().__init__(
            f"the interval of a quantile {'with' if replicated else 'without'} replicates", choices, arrived
        )


def quantile(
    design: Design,
    y: str,
    p: float | Iterable[float] = 0.5,
    *,
    by: By = None,
    where: Any = None,
    rule: str = "math",
    interval: str = "mean",
    level: float = 0.95,
) -> Estimates:
    r"""Estimate quantiles of a column within each group. Rows without a value leave the estimate, not the design.

    Woodruff's interval: with :math:`\hat F = \hat F(\hat q)` and its design variance, an interval for the share at or
    below the quantile is turned back into values, :math:`[\hat q(F_{low}), \hat q(F_{high})]`; the standard error is
    its length over twice the t quantile.

    Parameters
    ----------
    design, by, where, level
        As for `analysis.mean`.
    y
        Numeric column.
    p
        Probability or probabilities 0..1; 0.5 is the median.
    rule
        Definition of the quantile: ``math``, ``school``, ``shahvaish`` or ``hf1`` .. ``hf9``; see `weighted_quantile`.
    interval
        How the share is bounded: ``mean`` (t), ``beta``, ``xlogit`` or ``asin``; or ``score``, which inverts the score
        test; or ``replicates``, symmetric from the quantiles under each replicate weight. A bound of the share outside
        0..1 gives a NaN bound.

    Returns
    -------
    Estimates
        Rows by probability, and within it by group; terms read ``y at 0.5``. The covariance joins the standard errors
        with the correlation of the shares at or below the quantiles.

    Raises
    ------
    UnknownColumn, NotNumeric, UnknownChoice, BadProbability, EmptyGroup, LonelyPsu

    References
    ----------
    Woodruff (1952), JASA 47; Francisco and Fuller (1991), Annals of Statistics 19; R survey 4.5, `svyquantile`.

    Examples
    --------
    >>> design = Design.of({"y": [1.0, 2.0, 3.0, 6.0, 9.0]})
    >>> quantile(design, "y")[0].value
    3.0
    """
    probabilities = tuple(checked_probability(x) for x in _listed(p))
    _check_choices(probabilities, rule, interval)
    asked, filtered = design, where
    design, where, is_apart = distribution_of(asked, y, by, where, rule, interval)
    _check(design, interval)
    values = design.table.numbers(y)
    domains = make_domains(design, by, where).narrowed(~np.isnan(values))
    if not (domains.codes >= 0).any():
        raise EmptyGroup(f"column '{y}'")
    groups = _sorted_groups(values, design.weights, domains)
    found = np.array([[quantile_of(group, x, rule) for group in groups] for x in probabilities])
    names = [f"at or below {k}" for k in range(len(found))]
    if is_apart:
        assert isinstance(asked, LazyDesign)
        counted, inside = shares_in_engine(asked, y, names, found, domains.groups, by, filtered)
    else:
        counted, inside = design.with_columns(_at_or_below(names, values, domains, found)), where
    shares = _shares(counted, names, by, inside, level)
    task = _Task(design, values, domains, groups, rule, interval, level)
    covariance, bounds = _uncertainty(task, found, probabilities, shares)
    terms = [f"{y} at {x:g}" for x in probabilities for _ in groups]
    errors = np.sqrt(np.diagonal(covariance))
    rows = [
        _row(*parts, level, _METHODS[interval])
        for parts in zip(shares, terms, found.ravel(), errors, bounds, strict=True)
    ]
    return Estimates("quantile", tuple(rows), covariance, asked.df, shares.orders)


def _listed(p: Any) -> Iterable[object]:
    return p if isinstance(p, Iterable) and not isinstance(p, str) else (p,)


def _check_choices(probabilities: tuple[float, ...], rule: str, interval: str) -> None:
    if not probabilities:
        raise EmptyGroup("the probabilities of a quantile")
    if rule not in RULES:
        raise UnknownChoice("the quantile rule", RULES, rule)
    if interval not in INTERVALS:
        raise UnknownChoice("the interval of a quantile", INTERVALS, interval)


def _check(design: Design, interval: str) -> None:
    check_weights_not_negative(design.weights, "a quantile")
    replicated = design.replicates is not None
    if interval == ("score" if replicated else "replicates"):
        raise NeedsReplicates(interval, replicated)


@dataclass(frozen=True, eq=False, slots=True)
class _Task:
    """Hold the shared input of the interval methods."""

    design: Design
    values: Floats
    domains: Domains
    groups: tuple[Steps | None, ...]
    rule: str
    interval: str
    level: float

    def back(self, group: int, share: float) -> float:
        """Return the value at a share of a group's weight."""
        return quantile_of(self.groups[group], share, self.rule)


def _sorted_groups(values: Floats, weights: Floats, domains: Domains) -> tuple[Steps | None, ...]:
    """Return the distribution of each domain, from one sort of the rows."""
    rows = np.flatnonzero((domains.codes >= 0) & (weights > 0))
    order = rows[np.lexsort((values[rows], domains.codes[rows]))]
    edges = np.searchsorted(domains.codes[order], np.arange(domains.count + 1))
    parts = [order[start:stop] for start, stop in pairwise(edges)]
    return tuple(Steps.of_sorted(values[part], weights[part]) if len(part) else None for part in parts)


def _at_or_below(names: list[str], values: Floats, domains: Domains, found: Floats) -> dict[str, Floats]:
    """Return columns: 1 where a row's value is at or below the quantile of its group, else 0."""
    limits = np.column_stack([found, np.full(len(found), np.nan)])
    return {
        name: np.where(np.isnan(values), np.nan, values <= limit[domains.codes])
        for name, limit in zip(names, limits, strict=True)
    }


def _shares(design: Design, names: list[str], by: By, where: Any, level: float) -> Estimates:
    """Return the means of columns of 0 and 1, with their joint covariance; df of rows with a value."""
    shares = mean(design, names, by=by, where=where, level=level)
    domains = make_domains(design, by, where).narrowed(~np.isnan(design.table.numbers(names[0])))
    df = np.tile(find_members(design, domains).df, len(names))
    return replace(shares, rows=tuple(replace(row, df=float(x)) for row, x in zip(shares, df, strict=True)))


Bounds = tuple[float, float]


def _uncertainty(
    task: _Task, found: Floats, probabilities: tuple[float, ...], shares: Estimates
) -> tuple[Floats, list[Bounds]]:
    """Return (k, k) covariance of the quantiles and the bounds of each, in the order of `shares`."""
    if task.interval == "replicates":
        covariance = _replicate_covariance(task, found, probabilities)
        return covariance, _symmetric_bounds(found.ravel(), covariance, shares, task.level)
    width = len(task.groups)
    bounds = [
        _score_bounds(task, k % width, probabilities[k // width], share)
        if task.interval == "score"
        else _woodruff_bounds(task, k % width, share)
        for k, share in enumerate(shares)
    ]
    lengths = np.array([high - low for low, high in bounds])
    critical = np.array([critical_value(task.level, share.df) for share in shares])
    return _joined(lengths / (2 * critical), shares.covariance), bounds


def _joined(errors: Floats, covariance: Floats) -> Floats:
    """Return the covariance with these standard errors and the correlation of the shares."""
    spread = np.sqrt(np.diagonal(covariance))
    with np.errstate(divide="ignore", invalid="ignore"):
        correlation = np.nan_to_num(covariance / np.outer(spread, spread))
    np.fill_diagonal(correlation, 1.0)
    return np.asarray(correlation * np.outer(errors, errors))


def _woodruff_bounds(task: _Task, group: int, share: Estimate) -> Bounds:
    if share.value == 1 and share.df > 0 and task.interval == "mean":  # the quantile is the largest value there is
        return task.back(group, 1.0), task.back(group, 1.0)
    inside = share_interval(task.interval, min(share.value, 1.0), share.se**2, share.df, share.n, task.level)
    low = task.back(group, inside.low) if inside.low >= 0 else math.nan
    high = task.back(group, inside.high) if inside.high <= 1 else math.nan
    return low, high


def _symmetric_bounds(found: Floats, covariance: Floats, shares: Estimates, level: float) -> list[Bounds]:
    half = np.sqrt(np.diagonal(covariance)) * [critical_value(level, share.df) for share in shares]
    return list(zip((found - half).tolist(), (found + half).tolist(), strict=True))


def _replicate_covariance(task: _Task, found: Floats, probabilities: tuple[float, ...]) -> Floats:
    design = task.design
    assert design.replicates is not None
    estimates = [
        [quantile_of(group, p, task.rule) for p in probabilities for group in groups]
        for block in design.replicates.blocks(design.base_weights)
        for groups in (_sorted_groups(task.values, weights, task.domains) for weights in block.T)
    ]
    return design.replicates.covariance(np.array(estimates), found.ravel())


def _score_bounds(task: _Task, group: int, p: float, share: Estimate) -> Bounds:
    """Find where the score test of "the quantile is theta" changes its verdict.

    As in R, the bounds follow from the unweighted share of rows at or below that place.
    """
    rows = task.values[task.domains.codes == group]
    steps = task.groups[group]
    if steps is None or not share.df > 0:
        return math.nan, math.nan
    critical = critical_value(task.level, share.df)
    quarter = float(np.subtract(*np.percentile(rows, [75, 25]))) / 100
    inner = np.unique(rows)
    inner = inner[(inner > rows.min() + quarter) & (inner < rows.max() - quarter)]
    places = np.concatenate([[rows.min() + quarter], inner])
    score = _score(task, group, p)
    low, high = (_last_place(places, score, limit) for limit in (critical, -critical))
    return task.back(group, float((rows <= low).mean())), task.back(group, float((rows <= high).mean()))


def _score(task: _Task, group: int, p: float) -> Callable[[float], float]:
    """Return the share above a place, minus 1 - p, in standard errors."""
    inside = task.domains.codes == group

    def score(place: float) -> float:
        above = (task.values > place).astype(np.float64)
        row = mean(task.design.with_columns({"above": above}), "above", where=inside)[0]
        return (row.value - (1 - p)) / row.se if row.se > 0 else math.copysign(math.inf, row.value - (1 - p))

    return score


def _last_place(places: Floats, score: Callable[[float], float], limit: float) -> float:
    """Return the step at which a falling step function passes a limit, on the side nearer to the limit."""

    def distance(place: float) -> float:
        return score(place) - limit

    first, last = 0, len(places) - 1
    if not distance(float(places[first])) >= 0 >= distance(float(places[last])):
        return math.nan
    while last - first > 1:
        middle = (first + last) // 2
        first, last = (middle, last) if distance(float(places[middle])) >= 0 else (first, middle)
    before, after = float(places[first]), float(places[last])
    return before if abs(distance(before)) < abs(distance(after)) else after


def _row(share: Estimate, term: str, value: float, se: float, bounds: Bounds, level: float, method: str) -> Estimate:
    """Return the share's group, n and df with the quantile's own figures."""
    return replace(share, term=term, value=float(value), se=float(se), interval=Interval(*bounds, level, method))
