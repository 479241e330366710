"""Units drawn with unequal probabilities and without replacement: the variance of their totals.

With inclusion probabilities pi and expanded totals t = score / pi of the units of one stratum:

===================  ==========================================================================================
brewer               n/(n-1) sum (1 - pi_i)(t_i - mean)^2
horvitz_thompson     sum_ij c_ij t_i t_j,  c_ij = 1 - pi_i pi_j / pi_ij,  c_ii = 1 - pi_i
yates_grundy         -1/2 sum_ij c_ij (t_i - t_j)^2
===================  ==========================================================================================

Joint probabilities pi_ij are known, or follow from the pi by Overton, pi_ij = pi_i pi_j (n-1) / (n - (pi_i + pi_j)/2),
or by Hartley and Rao, c_ij = 1 - (n - pi_i - pi_j + sum pi^2/n) / (n-1), the sum over the population.
"""

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.errors import AnalysisError, UnknownChoice

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Method = Literal["brewer", "overton", "hartley_rao", "joint"]
Form = Literal["horvitz_thompson", "yates_grundy"]
METHODS: tuple[Method, ...] = ("brewer", "overton", "hartley_rao", "joint")
FORMS: tuple[Form, ...] = ("horvitz_thompson", "yates_grundy")


class BadInclusion(AnalysisError):
    """Inclusion probabilities that cannot be."""

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(f"expected {expected}, but got {found}")


@dataclass(frozen=True, eq=False, slots=True)
class Inclusion:
    """How the totals of units drawn with unequal probabilities vary.

    Parameters
    ----------
    method
        ``brewer``, or where the joint probabilities come from.
    free
        (U,) Brewer's factors (1 - pi) n/(n-1); None with joint probabilities.
    joint
        (U, U) the c_ij, 0 between strata; None for ``brewer``.
    form
        Variance from the c_ij.
    """

    method: Method
    free: Floats | None
    joint: Floats | None
    form: Form

    def at(self, units: Ints) -> "Inclusion":
        """The same for units in another order."""
        free = None if self.free is None else self.free[units]
        joint = None if self.joint is None else self.joint[np.ix_(units, units)]
        return replace(self, free=free, joint=joint)

    def covariance(self, totals: Floats, stratum: Ints) -> Floats:
        """(k, k) covariance of the column sums of (U, k) expanded totals."""
        if self.joint is None:
            assert self.free is not None
            counts = np.bincount(stratum)
            means = np.stack([np.bincount(stratum, weights=x) for x in totals.T], axis=1) / counts[:, None]
            scaled = (totals - means[stratum]) * np.sqrt(self.free)[:, None]
            return np.asarray(scaled.T @ scaled)
        crossed = totals.T @ self.joint @ totals
        if self.form == "horvitz_thompson":
            return np.asarray((crossed + crossed.T) / 2)
        own = totals.T @ (self.joint.sum(axis=1)[:, None] * totals)
        return np.asarray((crossed + crossed.T) / 2 - own)


def make_inclusion(
    probabilities: Floats,
    stratum: Ints,
    method: str,
    *,
    joint: Any = None,
    population_squares: float | None = None,
    form: str = "horvitz_thompson",
) -> Inclusion:
    """The inclusion of units from their probabilities; parameters as of `Design.with_inclusion`."""
    if method not in METHODS:
        raise UnknownChoice("the method for unequal probabilities", METHODS, method)
    if form not in FORMS:
        raise UnknownChoice("the variance from joint probabilities", FORMS, form)
    _check(probabilities, method, joint, population_squares)
    n = np.bincount(stratum)[stratum].astype(np.float64)
    if method == "brewer":
        return Inclusion("brewer", (1 - probabilities) * n / np.maximum(n - 1, 1), None, "horvitz_thompson")
    if method == "joint":
        matrix = _of_joint(probabilities, joint)
    else:
        pairs = probabilities[:, None] + probabilities[None, :]
        kept = n[:, None] - pairs / 2 if method == "overton" else n[:, None] - pairs + float(population_squares or 0.0)
        matrix = 1 - kept / np.maximum(n - 1, 1)[:, None]
    matrix = np.where(stratum[:, None] == stratum[None, :], matrix, 0.0)
    np.fill_diagonal(matrix, 1 - probabilities)
    return Inclusion(method, None, matrix, form)


def _of_joint(probabilities: Floats, joint: ArrayLike) -> Floats:
    matrix = np.asarray(joint, np.float64)
    size = len(probabilities)
    if matrix.shape != (size, size):
        raise BadInclusion(f"joint probabilities of {size} x {size} units", f"an array of shape {matrix.shape}")
    if not (matrix[~np.eye(size, dtype=bool)] > 0).all():
        raise BadInclusion("joint probabilities above 0", "one of 0 or less; such a pair can never be drawn together")
    return 1 - np.outer(probabilities, probabilities) / matrix


def _check(probabilities: Floats, method: str, joint: Any, squares: float | None) -> None:
    if not ((probabilities > 0) & (probabilities <= 1)).all():
        wrong = probabilities[~((probabilities > 0) & (probabilities <= 1))][0]
        raise BadInclusion("inclusion probabilities above 0 and up to 1", f"{wrong:g}")
    if method == "joint" and joint is None:
        raise BadInclusion("the matrix of joint probabilities as `joint`", "none")
    if method == "hartley_rao" and not (squares is not None and squares > 0):
        raise BadInclusion("the population's sum of squared probabilities over n as `population_squares`", f"{squares}")
