"""Describe the errors of population totals that are estimates themselves, such as those of a census survey."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analysis.errors import UnknownChoice
from analysis.weighting.greg import scaled_inverse
from analysis.weighting.margins import BoundMargin

Floats = NDArray[np.float64]
TargetErrors = Mapping[str, Mapping[str, float]]


def target_root(margins: Sequence[BoundMargin], errors: TargetErrors) -> Floats:
    """Return (p, q) L with L L' = the covariance of the p totals of all margins; q is 0 without errors.

    Each level with an error varies by itself. The size of the population stays, so other levels take up what one
    gains or loses: a level whose error is NaN, which follows from the others as "no" from "yes", or else all levels
    that are named, each by its share (counts that are divided by their sum). A level that is not named stays. Errors of
    different margins count as independent, because statistical offices do not publish their covariance.

    Parameters
    ----------
    margins
        The margins in their order.
    errors
        Margin -> level -> standard error as a part of the population.

    Raises
    ------
    UnknownChoice
        When there is no such margin, or no such level in it.

    References
    ----------
    US Census Bureau (2020), Understanding and Using American Community Survey Data, chapter 8; Dever and Valliant
    (2010), Survey Methodology 36, 45-56.

    Examples
    --------
    >>> margin = BoundMargin("owner", ("yes", "no"), np.array([0, 1]), np.array([30.0, 70.0]))
    >>> target_root([margin], {"owner": {"yes": 0.02, "no": float("nan")}})
    array([[ 2.],
           [-2.]])
    """
    _check("a margin with errors", [margin.name for margin in margins], errors)
    rows = sum(len(margin.levels) for margin in margins)
    columns, start = [], 0
    for margin in margins:
        for moved in _moves(margin, errors.get(margin.name, {})):
            columns.append(np.zeros(rows))
            columns[-1][start : start + len(moved)] = moved
        start += len(margin.levels)
    return np.stack(columns, axis=1) if columns else np.zeros((rows, 0))


def target_moves(indicators: sparse.csr_array, sums: Floats, root: Floats) -> Floats:
    r"""Return (C, q) by which part each column of `root` changes the weights of each cell.

    Raked weights are :math:`w_i = d_i \exp(x_i' \lambda)`. Another target T + t changes them by the part
    :math:`x_i' \delta` with :math:`\sum_i w_i x_i x_i' \delta = t`.

    Parameters
    ----------
    indicators
        (C, p) which levels a cell belongs to.
    sums
        (C,) sums of the raked weights.
    root
        (p, q) changes of the totals.
    """
    gram = (indicators.T @ (sparse.diags_array(sums) @ indicators)).toarray()
    return np.asarray(indicators @ (scaled_inverse(gram) @ root))


def _moves(margin: BoundMargin, errors: Mapping[str, float]) -> Sequence[Floats]:
    """Return (L,) changes of the totals of a margin, one for the error of each level."""
    _check(f"the level of '{margin.name}' with an error", margin.levels, errors)
    named = np.array([level in errors for level in margin.levels])
    own = np.array([errors.get(level, 0.0) for level in margin.levels])
    taking = np.where(np.isnan(own) if np.isnan(own).any() else named, margin.totals, 0.0)
    taken = taking / max(taking.sum(), np.finfo(float).tiny)
    moves = margin.totals.sum() * np.nan_to_num(own)[:, None] * (np.eye(len(own)) - taken)
    return [move for move, error in zip(moves, own, strict=True) if error > 0]


def _check(what: str, known: Sequence[str], named: Iterable[str]) -> None:
    for each in named:
        if each not in known:
            raise UnknownChoice(what, known, each)
