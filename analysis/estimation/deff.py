"""Compute design effects: the variance of a design over that of a simple random sample of the same size."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.design import check_weights_not_negative
from analysis.errors import BadWeights, UnknownChoice
from analysis.estimation.domains import Domains
from analysis.estimation.sums import Feature

Floats = NDArray[np.float64]
Comparison = Literal["without_replacement", "with_replacement"]
COMPARISONS = ("without_replacement", "with_replacement")


@dataclass(frozen=True, slots=True)
class Kish:
    """Hold the cost of unequal weights.

    Parameters
    ----------
    n
        Rows with a weight other than 0; a linear calibration can leave negative ones.
    total, squares
        Sum of the weights and of their squares.
    n_effective
        Kish's effective sample size, total^2 / squares.
    design_effect
        n / n_effective, which is 1 + cv2.
    cv2
        Squared coefficient of variation of the weights.
    largest
        Largest weight over the mean weight.
    """

    n: int
    total: float
    squares: float
    n_effective: float
    design_effect: float
    cv2: float
    largest: float


def kish(weights: ArrayLike) -> Kish:
    r"""Compute Kish's approximation: :math:`n_{eff} = (\sum w)^2 / \sum w^2`.

    Raises
    ------
    BadWeights
        No positive weight, or a missing one.

    References
    ----------
    Kish (1965), Survey Sampling, section 11.7.

    Examples
    --------
    >>> kish([1.0, 1.0, 2.0]).n_effective
    2.6666666666666665
    """
    held = np.ma.filled(np.ma.asarray(weights, np.float64), np.nan)
    if missing := int((~np.isfinite(held)).sum()):
        raise BadWeights("weights", "missing or infinite ones", missing)
    if not (held > 0).any():
        raise BadWeights("weights", "none above zero", 0)
    n, total, squares = int((held != 0).sum()), float(held.sum()), float((held**2).sum())
    effective = total**2 / squares
    effect = n / effective
    return Kish(n, total, squares, effective, effect, effect - 1, float(held.max()) * n / total)


def design_effects(
    kind: str,
    weights: Floats,
    domains: Domains,
    columns: Sequence[Feature],
    covariance: Floats,
    comparison: Comparison,
) -> Floats:
    """Return (k,) design effects of means or totals in the order of the estimates.

    The simple random sample has the domain's n rows and, without replacement, N = sum of weights::

        V_srs(mean) = S^2 / n (1 - n / N),  V_srs(total) = N^2 V_srs(mean),  S^2 = sum w (y - mean)^2 / N * n / (n - 1)
    """
    simple = np.concatenate([simple_variance(kind, weights, domains, column, comparison) for column in columns])
    return against(covariance, simple)


def against(covariance: Floats, simple: Floats) -> Floats:
    """Return (k,) variances over those of a simple random sample; NaN where that has none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.diagonal(covariance) / simple)


def simple_variance(kind: str, weights: Floats, domains: Domains, column: Feature, comparison: Comparison) -> Floats:
    """Return (D,) variance of the mean or total in a simple random sample of each domain's size."""
    if comparison not in COMPARISONS:
        raise UnknownChoice("the design effect's comparison", COMPARISONS, comparison)
    assert column is not None
    check_weights_not_negative(weights, "a design effect")
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
