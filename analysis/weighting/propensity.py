"""Estimate response propensities by a logistic regression on variables known of everyone drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.errors import AnalysisError
from analysis.frames import combined
from analysis.weighting.margins import MissingMarginValue, sums_by

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
STEPS = 30  # a regression with a finite solution needs fewer; without one each step adds about 1
PRECISION = 1e-10


class NotYesOrNo(AnalysisError):
    """Refuse a column of response with other values than 0 and 1."""

    def __init__(self, column: str, example: object) -> None:
        self.column, self.example = column, example
        super().__init__(f"expected 1 (responded) or 0 in column '{column}', but found {example!r}")


class NoPropensity(AnalysisError):
    """Refuse a level or value that predicts response with certainty, because no finite regression fits."""

    def __init__(self, term: str) -> None:
        self.term = term
        super().__init__(
            f"expected respondents and nonrespondents at each value of the predictors, but '{term}' separates them; "
            "merge levels or drop it"
        )


@dataclass(frozen=True, eq=False, slots=True)
class Propensity:
    """A fitted response propensity.

    Parameters
    ----------
    terms
        (p,) names of the coefficients; ``column`` + ``level`` against the column's first level.
    coefficients
        (p,) on the logit scale.
    values
        (n,) propensity of each row.
    """

    terms: tuple[str, ...]
    coefficients: Floats
    values: Floats


def response_propensity(
    design: Design, responded: str, predictors: Sequence[str], *, weighted: bool = True
) -> Propensity:
    r"""Fit :math:`\mathrm{logit}\, p_i = x_i' \beta` to who responded among all that were drawn.

    Parameters
    ----------
    design
        Everyone drawn, with base weights.
    responded
        Column of 1 and 0.
    predictors
        Columns known of everyone; numbers enter as they are, categories with their first level as the base.
    weighted
        Whether the fit uses the weights.

    Raises
    ------
    NotYesOrNo, MissingMarginValue, NoPropensity

    References
    ----------
    Little (1986), International Statistical Review 54, 139-157.

    Examples
    --------
    >>> design = Design.of({"answered": [1, 0, 1, 1, 1, 0], "area": ["N", "N", "N", "N", "S", "S"]})
    >>> response_propensity(design, "answered", ["area"]).values.round(3)
    array([0.75, 0.75, 0.75, 0.75, 0.5 , 0.5 ])
    """
    answered = read_responded(design, responded)
    terms, matrix, codes = _predictors(design, predictors)
    weights = design.weights if weighted else np.ones(design.rows)
    trials = sums_by(codes, weights, len(matrix))
    successes = sums_by(codes, weights * answered, len(matrix))
    coefficients = _fit(terms, matrix, trials, successes)
    return Propensity(terms, coefficients, _curve(matrix @ coefficients)[codes])


def read_responded(design: Design, column: str) -> Mask:
    """(n,) who responded."""
    values = design.table.numbers(column)
    wrong = (values != 0) & (values != 1)
    if wrong.any():
        raise NotYesOrNo(column, float(values[np.argmax(wrong)]))
    return np.asarray(values == 1, np.bool_)


def _curve(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -700, 700))))


def _fit(terms: tuple[str, ...], matrix: Floats, trials: Floats, successes: Floats) -> Floats:
    """Newton's method on the cells; it ends at the maximum of the likelihood or at a refusal."""
    place = np.zeros(matrix.shape[1])
    for _ in range(STEPS):
        p = _curve(matrix @ place)
        information = matrix.T @ ((trials * p * (1 - p))[:, None] * matrix)
        move = np.linalg.lstsq(information, matrix.T @ (successes - trials * p), rcond=None)[0]
        place = place + move
        if np.abs(move).max() <= PRECISION * max(1.0, float(np.abs(place).max())):
            return place
    raise NoPropensity(terms[int(np.argmax(np.abs(place)))])


def _predictors(design: Design, names: Sequence[str]) -> tuple[tuple[str, ...], Floats, NDArray[np.int64]]:
    """Terms, (C, p) regressors of the distinct rows, and the (n,) distinct row of each row."""
    numeric = [name for name in names if design.table.is_numeric(name)]
    if numeric:
        codes, rows = np.arange(design.rows), np.arange(design.rows)
    else:
        factors = [design.table.factor(name) for name in names]
        _check_known(names, [factor.missing for factor in factors])
        cells = combined([factor.codes for factor in factors], [len(factor.levels) for factor in factors])
        codes, rows = cells.codes, cells.rows
    terms, columns = ["(Intercept)"], [np.ones(len(rows))]
    for name in names:
        own_terms, own_columns = _numeric(design, name, rows) if name in numeric else _categorical(design, name, rows)
        terms += own_terms
        columns += own_columns
    return tuple(terms), np.stack(columns, axis=1), codes


def _numeric(design: Design, name: str, rows: NDArray[np.int64]) -> tuple[list[str], list[Floats]]:
    values = design.table.numbers(name)
    _check_known([name], [np.isnan(values)])
    return [name], [values[rows]]


def _categorical(design: Design, name: str, rows: NDArray[np.int64]) -> tuple[list[str], list[Floats]]:
    factor = design.table.factor(name).dense()
    _check_known([name], [factor.missing])
    codes = factor.codes[rows]
    others = range(1, len(factor.levels))
    return [f"{name}{factor.levels[k]}" for k in others], [(codes == k).astype(np.float64) for k in others]


def _check_known(names: Sequence[str], missing: Sequence[Mask]) -> None:
    for name, gaps in zip(names, missing, strict=True):
        if gaps.any():
            raise MissingMarginValue(name, int(gaps.sum()))
