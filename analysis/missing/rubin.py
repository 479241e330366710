r"""Pool the estimates of several imputed files by Rubin's rules, with the degrees of freedom of Barnard and Rubin."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError
from analysis.intervals.interval import t_interval
from analysis.results import Estimates, Tabular

Floats = NDArray[np.float64]


class BadImputations(AnalysisError):
    """Estimates of imputed files that cannot be pooled."""

    def __init__(self, expected: str, arrived: object) -> None:
        self.arrived = arrived
        super().__init__(f"expected {expected}, but got {arrived}")


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Pooled(Tabular):
    """Hold pooled estimates and the parts of their variance.

    Parameters
    ----------
    estimates
        The pooled estimates; intervals take the degrees of freedom of Barnard and Rubin.
    within, between
        (k,) mean variance of the files, and variance between them.
    relative_increase
        (k,) r = (1 + 1/m) between / within.
    share_of_missing
        (k,) lambda = (1 + 1/m) between / total.
    missing_information
        (k,) fraction of missing information, (r + 2 / (df + 3)) / (1 + r).
    """

    estimates: Estimates
    within: Floats
    between: Floats
    relative_increase: Floats
    share_of_missing: Floats
    missing_information: Floats

    def title(self) -> str:
        """The number of estimates and how they were pooled."""
        return f"{self.estimates.title()}, pooled over imputations"

    def to_rows(self) -> list[dict[str, Any]]:
        """One record for each estimate, with the fraction of missing information."""
        figures = zip(self.estimates.to_rows(), self.missing_information.tolist(), strict=True)
        return [{**row, "missing_information": share} for row, share in figures]


def pool_imputations(found: Sequence[Estimates], *, df_complete: float | None = None, level: float = 0.95) -> Pooled:
    r"""Pool the estimates of m imputed files.

    The estimate is the mean of the m estimates; its covariance is T = U + (1 + 1/m) B, with U the mean covariance and B
    the covariance between files. With :math:`\lambda = (1 + 1/m) b / t` and the degrees of freedom of complete data
    :math:`\nu`, df is 1 / (1/old + 1/observed), old = :math:`(m - 1) / \lambda^2`, observed =
    :math:`\nu (\nu + 1) / (\nu + 3) (1 - \lambda)`.

    Parameters
    ----------
    found
        The same estimates from each file, made by the same design: what `mean`, `total`, `share` and others return, or
        the coefficients of `regress`.
    df_complete
        Degrees of freedom without missing answers; those of the first file's design unless given. `math.inf` gives
        Rubin's own degrees of freedom.
    level
        Confidence level.

    Raises
    ------
    BadImputations
        Fewer than two files, or files with other estimates than the first.

    References
    ----------
    Rubin (1987), Multiple Imputation for Nonresponse in Surveys; Barnard and Rubin (1999), Biometrika 86.

    Examples
    --------
    >>> from analysis import Design, mean
    >>> files = [{"y": [1.0, 2.0, 3.0, filled]} for filled in (2.0, 4.0)]
    >>> pooled = pool_imputations([mean(Design.of(file), "y") for file in files])
    >>> round(pooled.estimates[0].value, 3), round(float(pooled.between[0]), 3)
    (2.25, 0.125)
    """
    _check(found)
    m = len(found)
    values = np.array([each.values for each in found])
    within = np.mean([each.covariance for each in found], axis=0)
    apart = values - values.mean(axis=0)
    between = apart.T @ apart / (m - 1)
    total = within + (1 + 1 / m) * between
    u, b, t = np.diagonal(within), np.diagonal(between), np.diagonal(total)
    increase, share = _parts((1 + 1 / m) * b, u), _parts((1 + 1 / m) * b, t)
    df = _degrees(share, m, found[0].df if df_complete is None else df_complete)
    missing = (increase + 2 / (df + 3)) / (1 + increase)
    rows = tuple(
        replace(
            row, value=float(q), se=math.sqrt(v), df=float(own), interval=t_interval(float(q), math.sqrt(v), own, level)
        )
        for row, q, v, own in zip(found[0], values.mean(axis=0), t, df, strict=True)
    )
    estimates = replace(found[0], rows=rows, covariance=total)
    return Pooled(estimates, u, b, increase, share, missing)


def _check(found: Sequence[Estimates]) -> None:
    if len(found) < 2:
        raise BadImputations("the estimates of two or more imputed files", len(found))
    names = [[(row.group, row.term) for row in each] for each in found]
    for k, each in enumerate(names, 1):
        if each != names[0]:
            raise BadImputations("the same estimates from each imputed file", f"others from file {k}")


def _parts(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _degrees(share: Floats, m: int, complete: float) -> Floats:
    with np.errstate(divide="ignore"):
        old = (m - 1) / share**2
        if math.isinf(complete):
            return np.asarray(old)
        observed = (complete + 1) / (complete + 3) * complete * (1 - share)
        return np.asarray(1 / (1 / old + 1 / observed))
