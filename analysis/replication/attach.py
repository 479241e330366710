"""Attach replicate weights of a file to a design, with the constants of each method."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design, Replicates
from analysis.errors import AnalysisError, BadWeights, UnknownChoice

Floats = NDArray[np.float64]
METHODS = ("JK1", "JKn", "BRR", "Fay", "bootstrap", "successive-difference", "other")


class MissingConstant(AnalysisError):
    """Refuse a method whose variance needs a constant that was not given."""

    def __init__(self, method: str, constant: str) -> None:
        self.method, self.constant = method, constant
        super().__init__(f"expected {constant} for replicate weights of the method '{method}', but found none")


class BadReplicateConstants(AnalysisError):
    """Refuse a number of constants that is neither one nor the number of replicates."""

    def __init__(self, expected: int, arrived: int) -> None:
        self.expected, self.arrived = expected, arrived
        super().__init__(f"expected one constant or {expected}, one for each replicate, but got {arrived}")


def attach_replicates(
    design: Design,
    columns: Sequence[str],
    *,
    method: str,
    scale: float | None = None,
    rscales: float | Sequence[float] | None = None,
    rho: float | None = None,
    mse: bool = True,
    combined: bool = True,
    df: int | None = None,
) -> Design:
    r"""Use the replicate weights in `columns` for all variances.

    .. math:: V = s \sum_r s_r (t_r - c)^2

    Parameters
    ----------
    design
        The sample with its full-sample weights.
    columns
        R columns of replicate weights, in order.
    method
        ``JK1``, ``JKn``, ``BRR``, ``Fay``, ``bootstrap``, ``successive-difference``; any other name needs a `scale`.
    scale
        The constant s; by default the method's: (R-1)/R, 1, 1/R, 1/(R (1-rho)^2), 1/(R-1), 4/R.
    rscales
        The constants s_r: one for all or one for each; 1 unless given. ``JKn`` needs them.
    rho
        Fay's factor.
    mse
        Whether deviations are from the full-sample estimate (c) rather than from the mean of the replicates.
    combined
        Whether the columns are weights; otherwise they are factors on the full-sample weights.
    df
        Degrees of freedom; by default the rank of the replicate weights minus 1.

    Raises
    ------
    UnknownColumn, NotNumeric, BadWeights, MissingConstant, BadReplicateConstants

    References
    ----------
    Wolter (2007), Introduction to Variance Estimation, chapters 3 to 5; R package survey, ``svrepdesign``.

    Examples
    --------
    >>> from analysis.estimation import mean
    >>> data = {"y": [1.0, 2.0, 3.0], "w": [1, 1, 1], "r1": [0, 1.5, 1.5], "r2": [1.5, 0, 1.5], "r3": [1.5, 1.5, 0]}
    >>> design = attach_replicates(Design.of(data, weights="w"), ["r1", "r2", "r3"], method="JK1")
    >>> mean(design, "y")[0].se.__round__(4)
    0.5774
    """
    values = np.stack([_checked(name, design.table.numbers(name)) for name in columns], axis=1)
    if not combined:
        values *= design.weights[:, None]
    count = len(columns)
    constants = _constants_of_replicates(method, rscales, count)
    constant = _constant_of_method(method, count, rho) if scale is None else float(scale)
    rank = rank_of(values) - 1 if df is None else df
    return design.replicated(Replicates(values, None, constant, constants, mse, rank, method))


def rank_of(values: Floats) -> int:
    """Rank of a matrix, from its cross product; singular values under 1e-7 of the largest count as zero."""
    gram = values.T @ values if values.shape[0] >= values.shape[1] else values @ values.T
    roots = np.linalg.eigvalsh(gram)
    return int((roots > 1e-14 * max(roots[-1], 0.0)).sum()) if roots[-1] > 0 else 0


def _checked(name: str, weights: Floats) -> Floats:
    if np.isnan(weights).any():
        raise BadWeights(name, "missing ones", int(np.isnan(weights).sum()))
    return weights


def _constants_of_replicates(method: str, rscales: float | Sequence[float] | None, count: int) -> Floats:
    if rscales is None and method == "JKn":
        raise MissingConstant(method, "a constant for each replicate")
    constants = np.atleast_1d(np.asarray(1.0 if rscales is None else rscales, np.float64))
    if len(constants) not in (1, count):
        raise BadReplicateConstants(count, len(constants))
    return np.array(np.broadcast_to(constants, (count,)))


def _constant_of_method(method: str, count: int, rho: float | None) -> float:
    if method not in METHODS:
        raise UnknownChoice("the replication method", METHODS, method)
    if method == "other" or (method == "Fay" and rho is None):
        raise MissingConstant(method, "a scale" if method == "other" else "rho")
    return {
        "JK1": (count - 1) / count,
        "JKn": 1.0,
        "BRR": 1 / count,
        "Fay": 1 / (count * (1 - (rho or 0.0)) ** 2),
        "bootstrap": 1 / (count - 1) if count > 1 else np.nan,
        "successive-difference": 4 / count,
    }[method]
