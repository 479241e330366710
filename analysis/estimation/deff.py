"""Design effects: the variance of a design against that of a simple random sample of the same size."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis.errors import UnknownChoice
from analysis.estimation.domains import Domains
from analysis.estimation.sums import Feature

Floats = NDArray[np.float64]
Comparison = Literal["without_replacement", "with_replacement"]
COMPARISONS = ("without_replacement", "with_replacement")


def kish_effective_n(weights: Floats) -> float:
    r"""Kish's effective sample size :math:`(\sum w)^2 / \sum w^2`.

    Examples
    --------
    >>> kish_effective_n(np.array([1.0, 1.0, 2.0]))
    2.6666666666666665
    """
    return float(weights.sum() ** 2 / (weights**2).sum())


def kish_design_effect(weights: Floats) -> float:
    """Kish's design effect of unequal weights: n / effective n, over the rows with a positive weight.

    Examples
    --------
    >>> kish_design_effect(np.array([2.0, 2.0]))
    1.0
    """
    return float((weights > 0).sum() / kish_effective_n(weights))


def design_effects(
    kind: str,
    weights: Floats,
    domains: Domains,
    columns: Sequence[Feature],
    covariance: Floats,
    comparison: Comparison,
) -> Floats:
    """(k,) design effects of means or totals in the order of the estimates.

    The simple random sample has the domain's n rows and, without replacement, N = sum of weights::

        V_srs(mean) = S^2 / n (1 - n / N),  V_srs(total) = N^2 V_srs(mean),  S^2 = sum w (y - mean)^2 / N * n / (n - 1)
    """
    if comparison not in COMPARISONS:
        raise UnknownChoice("the design effect's comparison", COMPARISONS, comparison)
    simple = np.concatenate([_simple_variance(kind, weights, domains, column, comparison) for column in columns])
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.diagonal(covariance) / simple)


def _simple_variance(
    kind: str, weights: Floats, domains: Domains, column: Feature, comparison: Comparison
) -> Floats:
    assert column is not None
    codes, size = domains.codes + 1, domains.count + 1
    population = np.bincount(codes, weights=weights, minlength=size)
    n = np.bincount(codes, weights=weights > 0, minlength=size)
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = np.bincount(codes, weights=weights * column, minlength=size) / population
        spread = np.bincount(codes, weights=weights * (column - centre[codes]) ** 2, minlength=size) / population
        variance = spread * n / (n - 1) / n
        if comparison == "without_replacement":
            variance = variance * (1 - n / population)
    return (variance * (population**2 if kind == "total" else 1.0))[1:]
