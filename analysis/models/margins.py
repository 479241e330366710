"""Compute predictive margins: the model's mean if everyone were in one group and other answers stayed."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.estimation import mean
from analysis.frames import Factor
from analysis.intervals.interval import t_interval, without_noise
from analysis.models.families import FAMILIES
from analysis.models.outcome import read_outcome
from analysis.models.regression import regress
from analysis.models.terms import ModelMatrix, make_matrix, split_terms
from analysis.results import Estimates

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def predictive_margins(
    design: Design,
    y: str,
    x: str | Sequence[str],
    groups: str,
    *,
    family: str = "linear",
    factors: Collection[str] = (),
    event: Any = None,
    where: Any = None,
    level: float = 0.95,
) -> Estimates:
    r"""Estimate the weighted mean prediction for each level of a column, adjusted for other columns.

    A model of `y` on `x` and `groups` is fitted. For level g, :math:`\hat m_g = \sum w_i \hat\mu_{ig} / \sum w_i`,
    where :math:`\hat\mu_{ig}` is the prediction for row i with its group set to g, over the rows with an outcome. The
    variance has two parts: that of the weighted mean of the predictions, and :math:`d_g' V(\hat\beta) d_g` with
    :math:`d_g = \partial \hat m_g / \partial \beta`.

    Parameters
    ----------
    design, y, x, family, factors, event, where
        As for `regress`; `x` are the terms that groups are adjusted for.
    groups
        Categorical column.
    level
        Confidence level.

    Returns
    -------
    Estimates
        One row for each level of `groups`, in the unit of `y`; shares for ``logistic``. Intervals take the residual
        degrees of freedom of the model.

    Raises
    ------
    BadEvent, BadOutcome, BadTerm, EmptyGroup, NoFit, UnknownChoice, UnknownColumn
        As `regress`.

    References
    ----------
    Graubard and Korn (1999), Biometrics 55; R survey, ``svypredmeans``.

    Examples
    --------
    >>> frame = {"y": [1.0, 2.0, 4.0, 5.5], "age": [20.0, 40.0, 20.0, 45.0], "g": ["a", "a", "b", "b"]}
    >>> [round(row.value, 2) for row in predictive_margins(Design.of(frame), "y", ["age"], "g")]
    [1.57, 4.68]
    """
    terms, own = [*split_terms(design.table, x), groups], [*factors, groups]
    model = regress(design, y, terms, family=family, factors=own, event=event, where=where, level=level)
    used = ~np.isnan(model.fitted)
    levels = design.table.factor(groups).at(np.flatnonzero(used)).dense().levels
    matrices = [_as_if(design, groups, code, levels, terms, own, used) for code in range(len(levels))]
    kind = FAMILIES[family]
    predictions = [kind.mean(matrix.values @ model.coefficients.values) for matrix in matrices]
    w = np.where(used, design.weights, 0.0)
    slopes = np.stack(
        [(w * kind.variance(mu)) @ m.values / w.sum() for mu, m in zip(predictions, matrices, strict=True)]
    )
    columns = {f"{groups}={level}": mu for level, mu in zip(levels, predictions, strict=True)}
    found = mean(design.with_columns(columns), list(columns), where=used, level=level)
    covariance = found.covariance + slopes @ model.coefficients.covariance @ slopes.T
    return _with(found, covariance, model.df, level, read_outcome(design.table, y, family, event).notes)


def _as_if(
    design: Design,
    groups: str,
    code: int,
    levels: tuple[Any, ...],
    terms: Sequence[str],
    factors: Sequence[str],
    used: Mask,
) -> ModelMatrix:
    """Return the columns of the model with everyone in one group."""
    everyone = Factor(np.full(design.rows, code, np.int64), levels)
    return make_matrix(design.table.with_columns({groups: everyone}), terms, factors, keep_levels=(groups,), among=used)


def _with(found: Estimates, covariance: Floats, df: int, level: float, notes: tuple[str, ...]) -> Estimates:
    errors = without_noise(np.sqrt(np.maximum(np.diagonal(covariance), 0.0)), found.values)
    rows = tuple(
        replace(
            row,
            se=float(se),
            df=float(df),
            interval=t_interval(row.value, float(se) or np.nan, df, level),
            notes=(*notes, *row.notes),
        )
        for row, se in zip(found, errors, strict=True)
    )
    return Estimates("margin", rows, covariance, found.df)
