"""Iteratively reweighted least squares: the coefficients that solve the weighted estimating equations."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError
from analysis.models.families import Family

Floats = NDArray[np.float64]
ROUNDS = 50
TOLERANCE = 1e-13
FAR = 30.0  # a linear predictor beyond which a share is 0 or 1 to thirteen digits


class NoFit(AnalysisError):
    """The data do not determine the coefficients."""

    def __init__(self, why: str) -> None:
        super().__init__(f"expected data that determine every coefficient, but {why}")


FOLLOWS = "one column of the model follows from the others; leave it out"
SEPARATED = (
    "the columns predict the outcome of some rows without error (perfect separation), as where one group holds only "
    "one outcome; merge levels or leave a column out"
)


@dataclass(frozen=True, eq=False, slots=True)
class Fit:
    """Coefficients, the working weights of the last round, and the deviance."""

    beta: Floats
    working: Floats
    deviance: float


def fit(family: Family, x: Floats, y: Floats, w: Floats) -> Fit:
    """Solve sum w (y - mu) x = 0, until no coefficient moves any more.

    Parameters
    ----------
    family
        Link and variance.
    x, y, w
        (n, p) columns, (n,) outcome and (n,) weights of 0 or more.

    Raises
    ------
    NoFit
        Columns that follow from others, or separated outcomes.
    """
    inside = w > 0
    if np.linalg.matrix_rank(x[inside]) < x.shape[1]:
        raise NoFit(FOLLOWS)
    mu = family.start(np.where(inside, y, 0.5))
    eta, beta = family.link(mu), np.full(x.shape[1], np.inf)
    for _ in range(ROUNDS):
        v = np.where(inside, family.variance(mu), 1.0)
        if (v[inside] <= 0).any() or not np.isfinite(v).all():
            break
        before, beta = beta, _least_squares(x, np.where(inside, eta + (y - mu) / v, 0.0), w * v)
        eta = x @ beta
        mu = family.mean(eta)
        if np.all(np.abs(beta - before) <= TOLERANCE * (np.abs(beta) + np.abs(beta).max())):
            return Fit(beta, w * v, float((w * np.where(inside, family.deviance(y, mu), 0.0)).sum()))
    raise NoFit(SEPARATED)


def _least_squares(x: Floats, z: Floats, w: Floats) -> Floats:
    root = np.sqrt(w)
    beta, _, rank, _ = np.linalg.lstsq(x * root[:, None], z * root, rcond=None)
    if rank < x.shape[1]:
        raise NoFit(SEPARATED)
    return np.asarray(beta, np.float64)
