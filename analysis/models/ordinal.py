"""Ordinal regression (proportional odds) with the design's variance."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design, check_weights_not_negative
from analysis.errors import EmptyGroup
from analysis.estimation.deff import kish
from analysis.frames import Factor
from analysis.frames.conditions import rows_where
from analysis.intervals.interval import t_interval
from analysis.models.fitting import FOLLOWS, SEPARATED, NoFit
from analysis.models.regression import Regression
from analysis.models.terms import known_rows, make_matrix
from analysis.results import Estimate, Estimates

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ROUNDS = 100
EDGE = 1e6  # a cut that no answer lies beyond


@dataclass(frozen=True, eq=False, slots=True)
class CumulativeModel:
    """Answers as codes (n,), columns (n, p) without an intercept, weights (n,), and the number of categories."""

    codes: Ints
    x: Floats
    w: Floats
    categories: int

    def start(self) -> Floats:
        """Return the parameters without any slope: the logits of the cumulative shares."""
        below = np.cumsum(np.bincount(self.codes, self.w, self.categories))[:-1] / self.w.sum()
        return np.concatenate([np.zeros(self.x.shape[1]), np.log(below / (1 - below))])

    def _ends(self, parameters: Floats) -> tuple[Floats, Floats]:
        """Return the upper and lower end of each answer on the logit scale."""
        p = self.x.shape[1]
        cuts = np.concatenate([[-EDGE], parameters[p:], [EDGE]])
        line = self.x @ parameters[:p]
        return cuts[self.codes + 1] - line, cuts[self.codes] - line

    def _shares(self, parameters: Floats) -> tuple[Floats, Floats, Floats]:
        from scipy.special import expit

        upper, lower = (expit(end) for end in self._ends(parameters))
        return np.asarray(upper), np.asarray(lower), np.asarray(upper - lower)

    def loglik(self, parameters: Floats) -> float:
        """The weighted log likelihood; minus infinity where cuts cross."""
        share = self._shares(parameters)[2]
        return float(self.w @ np.log(share)) if (share > 0).all() else -np.inf

    def derivatives(self, parameters: Floats) -> tuple[Floats, Floats]:
        """Return the weighted scores (n, k), and minus the Hessian (k, k), of the log likelihood."""
        upper, lower, share = self._shares(parameters)
        high, low = upper * (1 - upper), lower * (1 - lower)
        cuts = np.eye(self.categories + 1)[:, 1:-1]
        of_upper = np.column_stack([-self.x, cuts[self.codes + 1]])
        of_lower = np.column_stack([-self.x, cuts[self.codes]])
        scores = (high / share)[:, None] * of_upper - (low / share)[:, None] * of_lower
        uu = high * (1 - 2 * upper) / share - (high / share) ** 2
        ll = -low * (1 - 2 * lower) / share - (low / share) ** 2
        ul = high * low / share**2
        cross = of_upper.T @ (of_lower * (self.w * ul)[:, None])
        squares = [m.T @ (m * (self.w * part)[:, None]) for m, part in ((of_upper, uu), (of_lower, ll))]
        return scores * self.w[:, None], -(squares[0] + squares[1] + cross + cross.T)

    def fit(self) -> Floats:
        """Return the parameters that maximize the log likelihood, by Newton steps that never lower it."""
        found = self.start()
        best = self.loglik(found)
        for _ in range(ROUNDS):
            scores, information = self.derivatives(found)
            step = np.linalg.solve(information, scores.sum(axis=0))
            size = 1.0
            while (now := self.loglik(found + size * step)) < best - 1e-9 * abs(best) and size > 1e-6:
                size /= 2
            found, best = found + size * step, now
            if np.abs(step).max() <= 1e-11 * (1 + np.abs(found).max()):
                return found
        raise NoFit(SEPARATED)


def regress_ordinal(
    design: Design,
    y: str,
    x: str | Sequence[str],
    *,
    factors: Collection[str] = (),
    where: Any = None,
    level: float = 0.95,
) -> Regression:
    r"""Fit a proportional odds regression of ordered answers, with the design's variance.

    logit P(y <= j) = cut_j - x'b, so that a larger b goes with higher answers. The covariance is that of the weighted
    scores through the inverse Hessian, in the design; tests have the design's degrees of freedom minus the slopes.

    Parameters
    ----------
    design, x, factors, where
        As for `regress`.
    y
        Column of ordered answers: numbers, or text whose levels stand in their order.
    level
        Confidence level.

    Returns
    -------
    Regression
        Slopes first, then the cuts, named ``1|2``; `fitted` is the expected place of the answer (1, 2, ...); `deviance`
        is minus twice the log likelihood with weights scaled to mean 1.

    Raises
    ------
    EmptyGroup, NoFit, NegativeWeights, UnknownColumn, BadTerm

    References
    ----------
    McCullagh (1980), JRSS B 42; Binder (1983), International Statistical Review 51; R survey, ``svyolr``.

    Examples
    --------
    >>> rows = {"trust": [1, 2, 2, 3, 1, 3, 3, 2], "age": [20.0, 30.0, 50.0, 60.0, 40.0, 35.0, 70.0, 45.0]}
    >>> found = regress_ordinal(Design.of(rows), "trust", "age")
    >>> [row.term for row in found.coefficients], found.coefficients[0].value > 0
    (['age', '1|2', '2|3'], True)
    """
    check_weights_not_negative(design.weights, "a regression")
    answers = design.table.factor(y)
    keep = rows_where(design.table, where)
    used = (
        known_rows(design.table, x, factors)
        & ~answers.missing
        & (design.weights > 0)
        & (True if keep is None else keep)
    )
    if not used.any():
        raise EmptyGroup(f"'{y}' and the columns of its model")
    matrix = make_matrix(design.table, x, factors, among=used)
    codes, levels = _answers_of(answers, used)
    if len(levels) < 2 or np.linalg.matrix_rank(matrix.values[used]) < matrix.values.shape[1]:
        raise NoFit(FOLLOWS if len(levels) > 1 else f"'{y}' holds one answer only")
    model = CumulativeModel(codes, matrix.values[used, 1:], design.weights[used], len(levels))
    found = model.fit()
    covariance = _covariance(design, model, found, used)
    slopes = matrix.values.shape[1] - 1
    df = _df(design, used) - slopes
    cuts = tuple(f"{a}|{b}" for a, b in pairwise(levels))
    rows = _rows((*matrix.names[1:], *cuts), found, covariance, df, design.weights[used], level)
    return Regression(
        Estimates("coefficient", rows, covariance, design.df),
        df,
        _expected(model, found, used),
        -2 * model.loglik(found) / float(model.w.mean()),
        (*matrix.terms[1:], *cuts),
    )


def _answers_of(answers: Factor, used: NDArray[np.bool_]) -> tuple[Ints, list[str]]:
    held, codes = np.unique(answers.codes[used], return_inverse=True)
    levels = [answers.levels[code] for code in held]
    return codes, [f"{level:g}" if isinstance(level, float) else str(level) for level in levels]


def _covariance(design: Design, model: CumulativeModel, found: Floats, used: NDArray[np.bool_]) -> Floats:
    if design.replicates is not None:
        weights = (w for block in design.replicates.blocks(design.base_weights) for w in block.T)
        refits = [CumulativeModel(model.codes, model.x, w[used], model.categories).fit() for w in weights]
        return design.replicates.covariance(np.array(refits), found)
    scores, information = model.derivatives(found)
    influence = np.zeros((design.rows, len(found)))
    influence[used] = scores @ np.linalg.inv(information)
    return design.covariance(design.unit_scores(influence))


def _df(design: Design, used: NDArray[np.bool_]) -> int:
    held = np.bincount(design.psu, weights=used, minlength=design.psus) > 0
    return int(design.domain_df(held[:, None])[0])


def _expected(model: CumulativeModel, found: Floats, used: NDArray[np.bool_]) -> Floats:
    from scipy.special import expit

    p = model.x.shape[1]
    below = expit(found[None, p:] - (model.x @ found[:p])[:, None])
    result = np.full(len(used), np.nan)
    result[used] = model.categories - below.sum(axis=1)
    return result


def _rows(
    names: Sequence[str], found: Floats, covariance: Floats, df: int, weights: Floats, level: float
) -> tuple[Estimate, ...]:
    errors, effective = np.sqrt(np.maximum(np.diagonal(covariance), 0.0)), kish(weights).n_effective
    return tuple(
        Estimate((), name, float(b), float(se), t_interval(float(b), float(se), df, level), df, len(weights), effective)
        for name, b, se in zip(names, found, errors, strict=True)
    )
