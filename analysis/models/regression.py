"""Fit linear, logistic and Poisson regression with the design's variance."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.design import MOST_LEVERAGE, Design, check_weights_not_negative
from analysis.errors import AnalysisError, EmptyGroup, UnknownChoice, listed
from analysis.frames.conditions import rows_where
from analysis.intervals.interval import t_interval
from analysis.models.families import FAMILIES, Family, check_outcome
from analysis.models.fitting import Fit, fit
from analysis.models.outcome import read_outcome
from analysis.models.terms import ModelMatrix, known_rows, make_matrix, products
from analysis.results import Estimate, Estimates, Tabular

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
ROUNDING = 1e-12  # of the outcome: residuals below this are no more than the arithmetic leaves


class UnknownTerm(AnalysisError):
    """Refuse a test of a term that the model does not have."""

    def __init__(self, asked: Sequence[str], terms: Sequence[str]) -> None:
        self.asked, self.terms = tuple(asked), tuple(terms)
        super().__init__(f"expected terms of the model, which are {listed(terms)}, but got {listed(asked) or 'none'}")


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Regression(Tabular):
    """Hold a fitted model.

    Parameters
    ----------
    coefficients
        One estimate for each column of the model, with their covariance.
    df
        Residual degrees of freedom: those of the design, plus one, minus the number of coefficients.
    fitted
        (n,) fitted means; NaN for rows that were left out.
    deviance
        Sum of the unit deviances with weights scaled to mean 1.
    terms
        The term each coefficient belongs to.
    """

    coefficients: Estimates
    df: int
    fitted: Floats
    deviance: float
    terms: tuple[str, ...]

    @property
    def statistics(self) -> Floats:
        """(p,) coefficient / standard error; NaN without a standard error."""
        errors = self.coefficients.se
        values, unknown = self.coefficients.values, np.full(len(errors), np.nan)
        return np.asarray(np.divide(values, errors, out=unknown, where=errors > 0))

    @property
    def p_values(self) -> Floats:
        """(p,) two-sided p of each coefficient on `df`; NaN without degrees of freedom."""
        from scipy.special import stdtr

        if self.df <= 0:
            return np.full(len(self.terms), np.nan)
        return np.asarray(2 * stdtr(self.df, -np.abs(self.statistics)))

    def title(self) -> str:
        """The number of coefficients, how their intervals were made, and the degrees of freedom left."""
        return f"regression: {self.coefficients.title().partition(': ')[2].partition(', design')[0]}, df {self.df:,}"

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one flat record for each coefficient, with its t statistic and p."""
        figures = zip(self.coefficients.to_rows(), self.statistics.tolist(), self.p_values.tolist(), strict=True)
        return [{**row, "t": t, "p": p} for row, t, p in figures]

    def term_test(self, columns: str | Sequence[str]) -> "WaldTest":
        """Wald test that all coefficients of some terms are zero: F = b' V^-1 b / q on (q, df).

        Parameters
        ----------
        columns
            Terms as in `terms` or as they were given to `regress`: ``age``, ``factor(race)``, ``age:sex`` (in either
            order), and ``age*sex`` for both and their product; or names of single coefficients, such as ``race=b``.

        Returns
        -------
        WaldTest
            F and p are NaN where a coefficient has no standard error.

        Raises
        ------
        UnknownTerm
            A term that the model does not have, or none at all.
        """
        from scipy.special import fdtrc

        asked = [columns] if isinstance(columns, str) else list(columns)
        found = {name: self._places(name) for name in asked}
        if not asked or not all(found.values()):
            raise UnknownTerm([x for x in asked if not found[x]], list(dict.fromkeys(self.terms)))
        places = sorted({place for each in found.values() for place in each})
        if not (self.coefficients.se[places] > 0).all():
            return WaldTest(float("nan"), len(places), self.df, float("nan"))
        b = self.coefficients.values[places]
        v = self.coefficients.covariance[np.ix_(places, places)]
        f = float(b @ np.linalg.pinv(v, hermitian=True) @ b) / len(places)
        p = float(fdtrc(len(places), self.df, f)) if self.df > 0 else float("nan")
        return WaldTest(f, len(places), self.df, p)

    def _places(self, name: str) -> list[int]:
        """Return the coefficients that a name means: of a term, of a term as it was written, or a single one."""
        if name in self.terms:
            return [k for k, term in enumerate(self.terms) if term == name]
        single = [k for k, row in enumerate(self.coefficients) if row.term == name]
        wanted = set() if single else set(products(name))
        places = [k for k, term in enumerate(self.terms) if wanted & set(products(term))]
        known = {product for k in places for product in products(self.terms[k])}
        return single or (places if wanted <= known else [])


@dataclass(frozen=True, slots=True)
class WaldTest:
    """F statistic, its two degrees of freedom and the p-value; NaN without degrees of freedom."""

    f: float
    df: int
    df_residual: int
    p_value: float


def regress(
    design: Design,
    y: str,
    x: str | Sequence[str],
    *,
    family: str = "linear",
    factors: Collection[str] = (),
    event: Any = None,
    where: Any = None,
    level: float = 0.95,
) -> Regression:
    r"""Fit a regression of `y` on columns, with the design's variance.

    Solves :math:`\sum w_i (y_i - \mu_i) x_i = 0`; the covariance is that of the linearized scores
    :math:`w_i (y_i - \mu_i) x_i' A^{-1}`, :math:`A = \sum w_i v(\mu_i) x_i x_i'`. A design that corrects leverage
    (`Design.with_leverage`) divides them by :math:`1 - w_i v(\mu_i) x_i' A^{-1} x_i` (HC3).

    Parameters
    ----------
    design
        The sample.
    y
        Numeric column; 0 and 1 or two levels of text for ``logistic``, counts for ``poisson``.
    x
        Terms: numbers enter as they are, text, ``factor(x)`` and `factors` as contrasts with their first level;
        ``a:b`` is a product and ``a*b`` stands for both variables and their product.
    family
        ``linear``, ``logistic`` or ``poisson``, each with its canonical link.
    event
        The level of `y` that counts as 1 in a ``logistic`` regression. Without it, text of two levels counts the second
        one, as R does; the notes of the coefficients name it.
    where
        Filter, as for `analysis.mean`. Rows with a missing value are left out in the same way.

    Raises
    ------
    UnknownChoice, UnknownColumn, EmptyGroup, BadTerm
        A name that does not exist, or a term that cannot be read.
    BadOutcome
        An outcome outside 0..1 (logistic) or below 0 (Poisson).
    BadEvent, EventWithoutUse
        Text with other than two levels and no `event`, or an `event` that the outcome does not hold.
    NoFit
        Columns that follow from others, or an outcome that the columns predict without error.
    NegativeWeights
        Weights below 0.

    References
    ----------
    Binder (1983), International Statistical Review 51; Long and Ervin (2000), American Statistician 54, on HC3.

    Examples
    --------
    >>> design = Design.of({"y": [1.0, 3.0, 5.0, 7.0], "x": [0.0, 1.0, 2.0, 3.0]})
    >>> [round(row.value, 6) for row in regress(design, "y", ["x"]).coefficients]
    [1.0, 2.0]
    """
    if family not in FAMILIES:
        raise UnknownChoice("the family of a regression", FAMILIES, family)
    check_weights_not_negative(design.weights, "a regression")
    outcome = read_outcome(design.table, y, family, event)
    target, keep = outcome.values, rows_where(design.table, where)
    used = known_rows(design.table, x, factors) & ~np.isnan(target) & (True if keep is None else keep)
    if not (used & (design.weights > 0)).any():
        raise EmptyGroup(f"'{y}' and the columns of its model")
    matrix = make_matrix(design.table, x, factors, among=used & (design.weights > 0))
    used &= matrix.known
    check_outcome(y, family, target, used)
    model = _Model(FAMILIES[family], matrix, np.where(used, target, 0.0), used)
    found = fit(model.family, matrix.values, model.y, np.where(used, design.weights, 0.0))
    covariance = model.covariance_without_noise(design, found)
    df = _residual_df(design, used, len(found.beta))
    rows = _rows(matrix, found.beta, covariance, df, used, design.weights, level, outcome.notes)
    return Regression(
        Estimates("coefficient", rows, covariance, design.df),
        df,
        np.where(used, model.family.mean(matrix.values @ found.beta), np.nan),
        found.deviance / float(design.weights.mean()),
        matrix.terms,
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Model:
    """Hold the input of a fit: the family, the columns, the outcome and the rows in use."""

    family: Family
    matrix: ModelMatrix
    y: Floats
    used: Mask

    def covariance_without_noise(self, design: Design, found: Fit) -> Floats:
        """Return (p, p) the covariance, with 0 for coefficients whose standard error is rounding.

        Residuals that are rounding beside the outcome would give each coefficient a certain error; one that is no
        larger holds no information, as with a constant outcome, or one that the columns give exactly.
        """
        covariance = self.covariance(design, found)
        x, w = self.matrix.values, np.where(self.used, design.weights, 0.0)
        influence = np.linalg.norm((x * w[:, None]) @ np.linalg.inv(x.T @ (x * found.working[:, None])), axis=0)
        size = max(_size(self.y, w), _size(self.family.mean(x @ found.beta), w))
        known = np.sqrt(np.maximum(np.diagonal(covariance), 0.0)) > ROUNDING * size * influence
        return np.where(np.isnan(covariance) | np.outer(known, known), covariance, 0.0)

    def covariance(self, design: Design, found: Fit) -> Floats:
        """Return (p, p) covariance of the coefficients, linearized or from refits under each replicate."""
        if design.replicates is not None:
            refits = [
                fit(self.family, self.matrix.values, self.y, np.where(self.used, weights, 0.0)).beta
                for block in design.replicates.blocks(design.base_weights)
                for weights in block.T
            ]
            return design.replicates.covariance(np.array(refits), found.beta)
        x = self.matrix.values
        w = np.where(self.used, design.weights, 0.0)
        root = np.linalg.inv(np.linalg.qr(x * np.sqrt(found.working)[:, None], mode="r"))
        bread = root @ root.T  # keeps the digits that the inverse of x'wx loses, as with years without a center
        errors = w * (self.y - self.family.mean(x @ found.beta))
        if design.corrects_leverage:
            errors = errors / (1 - np.clip(found.working * ((x @ bread) * x).sum(axis=1), 0.0, MOST_LEVERAGE))
        return design.covariance(design.unit_scores(x * errors[:, None] @ bread))


def _size(values: Floats, w: Floats) -> float:
    """Return the weighted root mean square of values (n,)."""
    return float(np.sqrt(w @ np.where(w != 0, values, 0.0) ** 2 / w.sum()))


def _residual_df(design: Design, used: Mask, coefficients: int) -> int:
    held = np.bincount(design.psu, weights=used & (design.weights > 0), minlength=design.psus) > 0
    return int(design.domain_df(held[:, None])[0]) + 1 - coefficients


def _rows(
    matrix: ModelMatrix,
    beta: Floats,
    covariance: Floats,
    df: int,
    used: Mask,
    weights: Floats,
    level: float,
    notes: tuple[str, ...],
) -> tuple[Estimate, ...]:
    from analysis.estimation.deff import kish

    errors = np.sqrt(np.maximum(np.diagonal(covariance), 0.0))
    n, effective = int(used.sum()), kish(weights[used]).n_effective
    return tuple(
        Estimate(
            (),
            name,
            float(b),
            float(se),
            t_interval(float(b), float(se) or np.nan, df, level),
            df,
            n,
            effective,
            notes=notes if se > 0 or df <= 0 else (*notes, "no information about the uncertainty"),
        )
        for name, b, se in zip(matrix.names, beta, errors, strict=True)
    )
