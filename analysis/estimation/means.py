"""Estimate means, totals and ratios, of everyone or by group, with their joint covariance."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design, gathered
from analysis.errors import AnalysisError, UnknownChoice
from analysis.estimation.deff import Comparison, design_effects
from analysis.estimation.domains import By, Domains, make_domains
from analysis.estimation.linear import Linear, estimated
from analysis.estimation.rows import IntervalOf, intervals_by
from analysis.estimation.sums import Feature, Members, find_all_members, find_members, make_facts, make_sums
from analysis.frames.table import columns_named
from analysis.results import Estimates

Floats = NDArray[np.float64]
Missing = Literal["omit", "propagate"]
MISSING: tuple[Missing, ...] = ("omit", "propagate")


class NoColumn(AnalysisError):
    """Refuse an estimate of no column."""

    def __init__(self) -> None:
        super().__init__("expected at least one column to estimate, but the list of columns is empty; name one")


def mean(
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
    r"""Estimate the weighted mean of one or more columns.

    .. math:: \bar y_d = \sum_{i \in d} w_i y_i / \sum_{i \in d} w_i

    with linearized scores :math:`w_i (y_i - \bar y_d) / \sum_d w` or replicate variance.

    Parameters
    ----------
    design
        The sample.
    y
        Column, or columns; with several, a row missing in any of them is left out of all.
    by
        Column or columns that form the groups.
    where
        Condition, conditions that must all hold, or a boolean array. Filters and groups never drop PSUs.
    missing
        ``omit`` treats the rows with a value as a domain; ``propagate`` gives NaN when a value is missing.
    interval
        ``t`` on the domain's degrees of freedom, or ``normal`` (what R's ``confint`` prints by default).
    level
        Confidence level.
    deff
        Compare with a simple random sample: ``without_replacement`` or ``with_replacement``.

    Returns
    -------
    Estimates
        One row for each group and column; groups vary slowest within a column.

    Raises
    ------
    UnknownColumn, NotNumeric, NoColumn, EmptyGroup, LonelyPsu, UnknownChoice

    References
    ----------
    Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, chapter 5.

    Examples
    --------
    >>> design = Design.of({"y": [1.0, 2.0, 3.0, 6.0], "w": [1, 1, 1, 1]}, weights="w")
    >>> mean(design, "y")[0].value
    3.0
    """
    if deff is None:
        design, where = gathered(design, y, by, where)
    members = find_members(design, make_domains(design, by, where))
    return estimated([_linear("mean", design, y, members, missing, intervals_by(interval, level), deff)])[0]


def total(
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
    r"""Estimate the weighted total :math:`\sum_{i \in d} w_i y_i`; parameters as for `mean`.

    Examples
    --------
    >>> design = Design.of({"y": [1.0, 2.0, 3.0, 6.0], "w": [10, 10, 10, 10]}, weights="w")
    >>> total(design, "y")[0].value
    120.0
    """
    if deff is None:
        design, where = gathered(design, y, by, where)
    members = find_members(design, make_domains(design, by, where))
    return estimated([_linear("total", design, y, members, missing, intervals_by(interval, level), deff)])[0]


def ratio(
    design: Design,
    numerator: str,
    denominator: str,
    *,
    by: By = None,
    where: Any = None,
    missing: Missing = "omit",
    interval: str = "t",
    level: float = 0.95,
) -> Estimates:
    r"""Estimate the ratio of two weighted totals :math:`\sum w_i a_i / \sum w_i b_i`; parameters as for `mean`.

    Linearized scores are :math:`w_i (a_i - r b_i) / \sum w b`.

    Examples
    --------
    >>> design = Design.of({"a": [1.0, 2.0, 3.0], "b": [2.0, 4.0, 6.0]})
    >>> ratio(design, "a", "b")[0].value
    0.5
    """
    design, where = gathered(design, (numerator, denominator), by, where)
    members = find_members(design, make_domains(design, by, where))
    columns, domains, unknown = usable_columns(design, (numerator, denominator), members.domains, missing)
    sums = make_sums(design, columns, domains)

    def statistic(whole: Floats) -> Floats:
        return np.asarray(divide(whole[..., 0, :], whole[..., 1, :]))

    values = statistic(sums.whole)
    denominators = sums.whole[1]

    def scores(by_unit: Floats) -> Floats:
        return np.asarray(divide(by_unit[0] - values * by_unit[1], denominators))

    asked = Linear(
        "ratio",
        make_facts(design, domains, members, sums.sizes()),
        sums,
        statistic,
        scores,
        [f"{numerator}/{denominator}"] * domains.count,
        range(domains.count),
        intervals_by(interval, level),
        unknown=unknown,
    )
    return estimated([asked])[0]


def means(design: Design, asked: Iterable[tuple[str, By]]) -> list[Estimates]:
    """Estimate the mean of each column by its own groups, among the rows with a value of it, in one pass over weights.

    The result equals that of `mean` called for each column, and is computed faster.

    Examples
    --------
    >>> design = Design.of({"y": [1.0, 3.0], "z": [5.0, None], "g": ["a", "b"]})
    >>> [[row.value for row in found] for found in means(design, [("y", None), ("z", None), ("y", "g")])]
    [[2.0], [5.0], [1.0, 3.0]]
    """
    columns = list(asked)
    members = find_all_members(design, (by for _, by in columns))
    interval_of = intervals_by("t", 0.95)
    return estimated(
        _linear("mean", design, y, own, "omit", interval_of, None) for (y, _), own in zip(columns, members, strict=True)
    )


def _linear(
    kind: Literal["mean", "total"],
    design: Design,
    y: str | Sequence[str],
    members: Members,
    missing: Missing,
    interval_of: IntervalOf,
    deff: Comparison | None,
) -> Linear:
    names = columns_named(y)
    columns, domains, unknown = usable_columns(design, names, members.domains, missing)
    sums = make_sums(design, [None, *columns], domains)
    counts = domains.count

    def statistic(whole: Floats) -> Floats:
        parts = whole[..., 1:, :] if kind == "total" else divide(whole[..., 1:, :], whole[..., :1, :])
        return np.asarray(parts.reshape(*whole.shape[:-2], len(names) * counts))

    values = statistic(sums.whole)

    def scores(by_unit: Floats) -> Floats:
        parts = by_unit[1:]
        if kind == "mean":
            centres = values.reshape(len(names), 1, counts)
            parts = divide(parts - centres * by_unit[:1], sums.whole[0])
        return np.concatenate(list(parts), axis=1)

    def effects(covariance: Floats) -> Floats:
        assert deff is not None
        return design_effects(kind, design.weights, domains, columns, covariance, deff)

    facts = make_facts(design, domains, members, sums.sizes())
    if kind == "total":
        unknown = unknown | (facts.n == 0)  # the total of answers that no one gave is not zero
    return Linear(
        kind,
        facts,
        sums,
        statistic,
        scores,
        [name for name in names for _ in range(counts)],
        list(range(counts)) * len(names),
        interval_of,
        effects if deff else None,
        np.tile(unknown, len(names)),
    )


def usable_columns(
    design: Design, names: Sequence[str], domains: Domains, missing: Missing
) -> tuple[list[Feature], Domains, NDArray[np.bool_]]:
    """Return columns without gaps, the domains of complete rows, and which domains a gap makes unknown."""
    check_missing(missing)
    if not names:
        raise NoColumn()
    values = [design.table.numbers(name) for name in names]
    known = ~np.isnan(values[0])
    for other in values[1:]:
        known &= ~np.isnan(other)
    filled: list[Feature] = list(values) if known.all() else [np.where(known, x, 0.0) for x in values]
    unknown = np.zeros(domains.count, bool)
    if missing == "propagate":
        gaps = domains.codes[~known]
        unknown[gaps[gaps >= 0]] = True
    return filled, domains.narrowed(known), unknown


def check_missing(missing: str) -> None:
    """Refuse a treatment of missing values that does not exist."""
    if missing not in MISSING:
        raise UnknownChoice("the treatment of missing values", MISSING, missing)


def divide(numerator: Floats, denominator: Floats) -> Floats:
    """Divide, with NaN where the denominator is 0, because a group without a value has no mean."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(denominator == 0, np.nan, numerator / denominator))
