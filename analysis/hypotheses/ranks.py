"""Rank tests: whether groups have one distribution, by scores of the estimated population ranks."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.errors import UnknownChoice
from analysis.hypotheses.independence import OneLevel
from analysis.hypotheses.means import used_levels
from analysis.hypotheses.result import Test
from analysis.models import regress

Floats = NDArray[np.float64]


def _normal_scores(ranks: Floats) -> Floats:
    from scipy.special import ndtri

    return np.asarray(ndtri(ranks))


SCORES: Mapping[str, Callable[[Floats], Floats]] = MappingProxyType(
    {
        "wilcoxon": lambda ranks: ranks,
        "kruskal_wallis": lambda ranks: ranks,
        "median": lambda ranks: (ranks > 0.5).astype(np.float64),
        "van_der_waerden": _normal_scores,
    }
)
SCORE = "rank score"
TIES = ("middle", "r")


def rank_test(
    design: Design, y: str, groups: str, *, test: str = "wilcoxon", ties: str = "middle", where: Any = None
) -> Test:
    r"""Test whether the distribution of `y` is the same in all groups.

    The population's ranks are estimated by :math:`R_i = (\sum_{y_j < y_i} w_j + \frac12 \sum_{y_j = y_i} w_j) / \hat
    N`. Scores of the ranks are regressed on the groups: with two groups t is the coefficient over its standard error,
    with more the Wald F of all coefficients.

    Parameters
    ----------
    design, where
        As for `analysis.mean`.
    y
        Numeric or ordered column of numbers.
    groups
        Categorical column.
    test
        ``wilcoxon`` and ``kruskal_wallis`` take the ranks, ``median`` whether they exceed one half, ``van_der_waerden``
        their normal quantiles.
    ties
        ``middle``: tied rows have the rank above; ``r``: the plain mean of their running sums, as in R, where the order
        of the rows matters if their weights differ.

    Returns
    -------
    Test
        t on `df` for two groups, with the difference of the mean scores; F on (`df`, `df_residual`) for more.

    Raises
    ------
    UnknownChoice, UnknownColumn, NotNumeric, OneLevel, OneRowGroup

    References
    ----------
    Lumley and Scott (2013), Biometrika 100; R survey, ``svyranktest``.

    Examples
    --------
    >>> design = Design.of({"y": [1.0, 2.0, 3.0, 7.0, 8.0, 2.5], "g": ["a", "a", "a", "b", "b", "b"]})
    >>> round(rank_test(design, "y", "g").p_value, 3)
    0.105
    """
    if test not in SCORES:
        raise UnknownChoice("the rank test", SCORES, test)
    if ties not in TIES:
        raise UnknownChoice("the ranks of ties", TIES, ties)
    factor = used_levels(design, y, groups, where)
    if len(factor.levels) < 2:
        raise OneLevel(groups, len(factor.levels))
    scores = np.full(design.rows, np.nan)
    used = factor.codes >= 0
    scores[used] = SCORES[test](population_ranks(design.table.numbers(y)[used], design.weights[used], ties))
    model = regress(design.with_columns({SCORE: scores, groups: factor}), SCORE, [groups])
    name = f"{test.replace('_', ' ')} test of {y} by {groups}"
    n = model.coefficients[0].n
    if len(factor.levels) > 2:
        wald = model.term_test([groups])
        return Test(name, wald.f, wald.df, wald.df_residual, wald.p_value, n)
    row, t, p = model.coefficients[1], float(model.statistics[1]), float(model.p_values[1])
    return Test(name, t, model.df, np.nan, p, n, row.value, row.se, row.interval)


def population_ranks(y: Floats, weights: Floats, ties: str = "middle") -> Floats:
    """(n,) estimated ranks in the population, 0..1; tied values share the mean of theirs.

    Examples
    --------
    >>> population_ranks(np.array([5.0, 1.0, 5.0]), np.array([1.0, 2.0, 1.0]))
    array([0.75, 0.25, 0.75])
    """
    _, places = np.unique(y, return_inverse=True)
    if ties == "r":
        order = np.argsort(y, kind="stable")
        middle = np.empty(len(y))
        middle[order] = np.cumsum(weights[order]) - weights[order] / 2
        return np.asarray((np.bincount(places, weights=middle) / np.bincount(places))[places] / weights.sum())
    sums = np.bincount(places, weights=weights)
    return np.asarray((np.cumsum(sums) - sums / 2)[places] / weights.sum())
