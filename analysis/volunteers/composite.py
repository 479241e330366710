r"""Combine an estimate of an address sample with one of an open link, by their variances and the open link's bias.

:math:`k = V_p / (b^2 + V_n + V_p)`, estimate (1 - k) p + k n, mean squared error
:math:`V_p (b^2 + V_n) / (b^2 + V_n + V_p)`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.errors import AnalysisError
from analysis.results import Tabular

Floats = NDArray[np.float64]
ASSUMPTION = "the mean squared error is a plug-in: it does not count the error of the estimated bias"


class BadSources(AnalysisError):
    """Estimates that cannot be combined."""

    def __init__(self, expected: str, arrived: object) -> None:
        self.arrived = arrived
        super().__init__(f"expected {expected}, but got {arrived}")


@dataclass(frozen=True, repr=False, slots=True)
class Composite(Tabular):
    """Hold a combined estimate.

    Parameters
    ----------
    value, mse
        The estimate and its mean squared error, a plug-in.
    weight_open_link
        Weight k of the open link, 0..1.
    bias_squared
        The squared bias of the open link that was used.
    gain, most_gain
        Variance of the address sample over `mse`, and the largest gain that any size of the open link gives.
    """

    value: float
    mse: float
    weight_open_link: float
    bias_squared: float
    gain: float
    most_gain: float

    def title(self) -> str:
        """The weight of the open link, and the assumption."""
        return f"combined estimate, weight of the open link {self.weight_open_link:.3f}; {ASSUMPTION}"

    def to_rows(self) -> list[dict[str, Any]]:
        """One record."""
        return [
            {
                "estimate": self.value,
                "mse": self.mse,
                "weight_open_link": self.weight_open_link,
                "bias_squared": self.bias_squared,
                "gain": self.gain,
                "most_gain": self.most_gain,
                "assumption": ASSUMPTION,
            }
        ]


def combine_sources(
    address_sample: float,
    variance: float,
    open_link: float,
    variance_open_link: float,
    *,
    bias: float | None = None,
    bias_squared: float | None = None,
) -> Composite:
    r"""Combine two independent estimates of one figure, of which the second may be biased.

    Parameters
    ----------
    address_sample, variance
        The estimate of the address sample, and its variance above 0.
    open_link, variance_open_link
        The same of the open link.
    bias, bias_squared
        The bias of the open link, or its square; estimated as :math:`\max(0, difference^2 - V_p - V_n)` without either.

    Raises
    ------
    BadSources

    References
    ----------
    Elliott and Haviland (2007), Survey Methodology 33.

    Examples
    --------
    >>> round(combine_sources(52, 1.44, 55, 0.16, bias=2).value, 4)
    52.7714
    """
    _check(variance, variance_open_link)
    square = bias**2 if bias is not None else bias_squared
    if square is None:
        square = max(0.0, (open_link - address_sample) ** 2 - variance - variance_open_link)
    if not square >= 0:
        raise BadSources("a squared bias of 0 or more", square)
    whole = square + variance_open_link + variance
    k = variance / whole
    mse = variance * (square + variance_open_link) / whole
    gain = variance / mse if mse > 0 else math.inf
    most = 1 + variance / square if square > 0 else math.inf
    return Composite((1 - k) * address_sample + k * open_link, mse, k, square, gain, most)


def combine_pooled(
    address_sample: Sequence[float],
    variances: Sequence[float],
    open_link: Sequence[float],
    variances_open_link: Sequence[float],
) -> tuple[Composite, ...]:
    """Combine several figures with one squared bias, the mean over them of difference² - V_p - V_n, at least 0.

    Parameters
    ----------
    address_sample, variances, open_link, variances_open_link
        (k,) figures in one unit.

    Raises
    ------
    BadSources

    References
    ----------
    Elliott and Haviland (2007), Survey Methodology 33.

    Examples
    --------
    >>> [round(each.value, 2) for each in combine_pooled([52, 47], [1.4, 1.2], [55, 47.5], [0.16, 0.14])]
    [52.89, 47.13]
    """
    columns = [np.asarray(x, np.float64) for x in (address_sample, variances, open_link, variances_open_link)]
    if len({column.shape for column in columns}) > 1 or columns[0].ndim != 1 or not len(columns[0]):
        raise BadSources("one figure, and one variance, of both sources for each position", "other lengths")
    p, vp, n, vn = columns
    square = max(0.0, float(((n - p) ** 2 - vp - vn).mean()))
    figures = zip(p.tolist(), vp.tolist(), n.tolist(), vn.tolist(), strict=True)
    return tuple(combine_sources(*each, bias_squared=square) for each in figures)


@dataclass(frozen=True, slots=True)
class DataDefect:
    """The correlation between taking part and the answer, and the simple random sample with the same error."""

    correlation: float
    effective_n: float


def data_defect(open_link: float, benchmark: float, *, sd: float, n: float, population: float) -> DataDefect:
    r"""Compute the data defect correlation of an open link whose true figure is known.

    :math:`\rho = difference / (sd \sqrt{(1 - f) / f})`, f = n/N; the effective n is :math:`f / (1 - f) / \rho^2`.

    Parameters
    ----------
    open_link, benchmark
        The open link's figure and the true one.
    sd
        Standard deviation of the answers in the population.
    n, population
        Answers, and people.

    Raises
    ------
    BadSources

    References
    ----------
    Meng (2018), Annals of Applied Statistics 12.

    Examples
    --------
    >>> round(data_defect(55, 52, sd=24, n=430, population=20000).effective_n, 6)
    64.0
    """
    if not (sd > 0 and 0 < n < population):
        raise BadSources("a standard deviation above 0, and fewer answers than people", (sd, n, population))
    f = n / population
    rho = (open_link - benchmark) / (sd * math.sqrt((1 - f) / f))
    return DataDefect(rho, f / (1 - f) / rho**2 if rho else math.inf)


def blend_weights(reference: ArrayLike, open_link: ArrayLike) -> tuple[Floats, Floats, float]:
    r"""Blend the weights of both samples into one file, in proportion to their effective sizes.

    :math:`\kappa` = Kish n of the reference sample over both; weights :math:`\kappa d` and
    :math:`(1 - \kappa) w \sum d / \sum w`.

    Parameters
    ----------
    reference
        (n_B,) weights d of the address sample.
    open_link
        (n_A,) weights w = 1 / probability of the open link.

    Returns
    -------
    Weights of the address sample, weights of the open link, and kappa.

    Raises
    ------
    BadSources

    References
    ----------
    Robbins, Ghosh-Dastidar and Ramchand (2021), Journal of Survey Statistics and Methodology 9.

    Examples
    --------
    >>> own, other, kappa = blend_weights([10.0, 10.0, 10.0], [5.0])
    >>> own.tolist(), other.tolist(), kappa
    ([7.5, 7.5, 7.5], [7.5], 0.75)
    """
    d, w = np.asarray(reference, np.float64), np.asarray(open_link, np.float64)
    for each in (d, w):
        if each.ndim != 1 or not (each >= 0).all() or not each.sum() > 0:
            raise BadSources("weights of 0 or more, with a sum above 0", "others")
    sizes = [float(each.sum() ** 2 / (each @ each)) for each in (d, w)]
    kappa = sizes[0] / sum(sizes)
    return kappa * d, (1 - kappa) * w * float(d.sum() / w.sum()), kappa


def _check(*variances: float) -> None:
    for each in variances:
        if not (math.isfinite(each) and each > 0):
            raise BadSources("variances above 0", each)
