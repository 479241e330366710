"""How well a factor model fits: chi-square, scaled for weights and answers that are not normal, and fit indices."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.comparability.one_factor import GroupMoments, Implied, OneFactorFit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ChiSquare:
    """A chi-square, its degrees of freedom, its scaling factor (1 where it is not scaled) and the p-value.

    `scaled` = value / scaling.
    """

    value: float
    df: int
    scaling: float = 1.0

    @property
    def scaled(self) -> float:
        """The scaled chi-square."""
        return self.value / self.scaling

    @property
    def p_value(self) -> float:
        """The p-value of the scaled chi-square."""
        return p_value(self.scaled, self.df)


@dataclass(frozen=True, slots=True)
class FactorFit:
    r"""Hold the fit of a factor model.

    Parameters
    ----------
    model, baseline
        Chi-square of the model, and of one with means and variances only.
    srmr
        Root mean square of the standardized residuals.
    loglik
        Log likelihood.
    parameters, n, groups
        Number of parameters, rows and groups.
    """

    model: ChiSquare
    baseline: ChiSquare
    srmr: float
    loglik: float
    parameters: int
    n: int
    groups: int

    @property
    def aic(self) -> float:
        """Akaike's criterion, -2 logl + 2 parameters."""
        return -2 * self.loglik + 2 * self.parameters

    @property
    def bic(self) -> float:
        """The Bayesian criterion, -2 logl + log(n) parameters."""
        return -2 * self.loglik + float(np.log(self.n)) * self.parameters

    def cfi(self, kind: str = "robust") -> float:
        """The comparative fit index; `kind` is ``plain``, ``scaled`` or ``robust``."""
        own, base = self._excess(self.model, kind), self._excess(self.baseline, kind)
        worst = max(own, base, 0.0)
        return 1 - max(own, 0.0) / worst if worst > 0 else 1.0

    def tli(self, kind: str = "robust") -> float:
        """The Tucker-Lewis index."""
        own, base = self._excess(self.model, kind), self._excess(self.baseline, kind)
        below = base * self.model.df
        return 1 - own * self.baseline.df / below if below else 1.0

    def rmsea(self, kind: str = "robust") -> float:
        """The root mean square error of approximation."""
        excess = max(self._excess(self.model, kind), 0.0)
        return float(np.sqrt(self.groups * excess / (self.n * self.model.df))) if self.model.df else 0.0

    def rmsea_interval(self, level: float = 0.9) -> tuple[float, float]:
        """The interval of the plain RMSEA, from the noncentral chi-square."""
        from scipy.special import chndtrinc, gammainc

        value, df = self.model.value, self.model.df
        if not df:
            return 0.0, 0.0
        below = float(gammainc(df / 2, value / 2))
        tails = ((1 + level) / 2, (1 - level) / 2)
        ends = [float(chndtrinc(value, df, tail)) if below > tail else 0.0 for tail in tails]
        low, high = (float(np.sqrt(self.groups * end / (self.n * df))) for end in ends)
        return low, high

    @staticmethod
    def _excess(of: ChiSquare, kind: str) -> float:
        if kind == "scaled":
            return of.scaled - of.df
        return of.value - of.df * (of.scaling if kind == "robust" else 1.0)


def measure_fit(
    fit: OneFactorFit, moments: Sequence[GroupMoments], units: Sequence[Ints] | None, information: Floats, meat: Floats
) -> FactorFit:
    r"""Return the fit of a model; scaled where `units` (the PSU of each row of each group) are given.

    The scaling factor is :math:`(tr(A_1^{-1} B_1) - tr(A_0^{-1} B_0)) / df` (Yuan and Bentler), with A the observed
    information, B the sum of the outer products of the weighted scores, 1 the saturated model, 0 this model.
    """
    k, groups = fit.places.items, len(moments)
    df = groups * k * (k + 3) // 2 - fit.places.size
    base_df = groups * k * (k - 1) // 2
    base = sum(each.n * -float(np.linalg.slogdet(_correlation(each.covariance))[1]) for each in moments)
    scaling = base_scaling = 1.0
    if units is not None:
        whole = sum(_trace_of(each, own) for each, own in zip(moments, units, strict=True))
        apart = sum(_trace_apart(each, own) for each, own in zip(moments, units, strict=True))
        base_scaling = (whole - apart) / base_df
        if df:
            scaling = (whole - float(np.trace(np.linalg.solve(information, meat)))) / df
    total = sum(len(each.answers) for each in moments)
    pairs = zip(moments, fit.values, strict=True)
    srmr = sum(each.n / total * _root_residual(each, Implied.of(values)) for each, values in pairs)
    return FactorFit(
        ChiSquare(fit.chi_square, df, scaling),
        ChiSquare(base, base_df, base_scaling),
        srmr,
        fit.loglik,
        fit.places.size,
        total,
        groups,
    )


def p_value(chi_square: float, df: int) -> float:
    """The upper tail of a chi-square; 1 without degrees of freedom."""
    from scipy.special import chdtrc

    return float(chdtrc(df, max(chi_square, 0.0))) if df else 1.0


def summed(values: Floats, unit: Ints) -> Floats:
    """(units, k) the sums of the rows (n, k) of each unit."""
    held, codes = np.unique(unit, return_inverse=True)
    if len(held) == len(unit):
        return values
    return np.stack([np.bincount(codes, column) for column in values.T], axis=1)


def _trace_of(moments: GroupMoments, unit: Ints) -> float:
    """The trace of the saturated model's A^-1 B: quadratic forms of each unit's scores."""
    k = len(moments.means)
    away = moments.answers - moments.means
    lower = np.tril_indices(k)
    products = away[:, lower[0]] * away[:, lower[1]] - moments.covariance[lower]
    of_means = summed(away * moments.weights[:, None], unit)
    of_products = summed(products * moments.weights[:, None], unit)
    inverse = np.linalg.inv(moments.covariance)
    full = np.zeros((len(of_products), k, k))
    full[:, lower[0], lower[1]] = full[:, lower[1], lower[0]] = of_products
    turned = inverse @ full
    squares = np.einsum("nij,nji->", turned, turned) / 2
    return float((np.einsum("ni,ij,nj->", of_means, inverse, of_means) + squares) / moments.n)


def _trace_apart(moments: GroupMoments, unit: Ints) -> float:
    """The same for a model of means and variances only."""
    spread = np.diagonal(moments.covariance)
    z = (moments.answers - moments.means) / np.sqrt(spread)
    of_means = summed(z * moments.weights[:, None], unit)
    of_squares = summed((z**2 - 1) * moments.weights[:, None], unit)
    return float((np.square(of_means).sum() + np.square(of_squares).sum() / 2) / moments.n)


def _correlation(covariance: Floats) -> Floats:
    spread = np.sqrt(np.diagonal(covariance))
    return np.asarray(covariance / np.outer(spread, spread))


def _root_residual(moments: GroupMoments, own: Implied) -> float:
    spread = np.sqrt(np.diagonal(moments.covariance))
    apart = ((moments.covariance - own.covariance) / np.outer(spread, spread))[np.tril_indices(len(spread))]
    return float(np.sqrt((np.concatenate([apart, (moments.means - own.means) / spread]) ** 2).mean()))
