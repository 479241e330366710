"""All tests of goodness of fit at once: Pearson's with two corrections, Wald's, and its adjusted form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.estimation import share
from analysis.frames.conditions import rows_where
from analysis.hypotheses.goodness import shares_of
from analysis.hypotheses.result import Test
from analysis.results import Estimates

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class FitTests:
    """Hold the tests of one set of shares.

    Parameters
    ----------
    shares
        Estimated shares of the levels.
    expected
        (k,) shares of the population.
    pearson
        Pearson's statistic on the n rows.
    mean_deff, cv2_deff
        Mean of the generalized design effects, and their squared coefficient of variation.
    tests
        ``first_order``, ``second_order`` (chi-squares), ``F`` (the second order as an F), ``wald``, ``adjusted_wald``.
    """

    shares: Estimates
    expected: Floats
    pearson: float
    mean_deff: float
    cv2_deff: float
    tests: Mapping[str, Test]


def fit_tests(design: Design, y: str, shares: Mapping[Any, float], *, where: Any = None) -> FitTests:
    r"""Test whether the shares of a column's levels are given ones, by the tests of Rao and Scott and of Wald.

    :math:`X^2 = n \sum (\hat q - p)^2 / p`; design effects are the eigenvalues of :math:`n P_0^{-1} V` without the last
    level, :math:`P_0 = diag(p) - pp'`. First order: X²/mean on k - 1; second order: X²/(mean (1 + a²)) on
    (k - 1)/(1 + a²); F: X²/mean/(k - 1) on these and their product with the design's df; Wald: d'V⁻¹d/(k - 1) on
    (k - 1, df); adjusted: d'V⁻¹d (df - k + 2)/(df (k - 1)) on (k - 1, df - k + 2).

    Parameters
    ----------
    design, where
        As for `analysis.mean`.
    y
        Categorical column; rows without a value are left out.
    shares
        Level -> share of the population, above 0.

    Raises
    ------
    BadExpectedShares, UnknownColumn

    References
    ----------
    Rao and Scott (1981), JASA 76; Thomas and Rao (1987), JASA 82; Korn and Graubard (1990), American Statistician 44.

    Examples
    --------
    >>> found = fit_tests(Design.of({"sex": ["F"] * 30 + ["M"] * 20}), "sex", {"F": 0.5, "M": 0.5})
    >>> round(found.tests["first_order"].p_value, 3)
    0.153
    """
    estimates = share(design, y, where=where)
    names = [row.term.removeprefix(f"{y}=") for row in estimates]
    p = shares_of(y, names, shares)
    n, df, k = estimates[0].n, _df(design, y, where), len(p)
    apart = (estimates.values - p)[:-1]
    v = estimates.covariance[:-1, :-1]
    pearson = float(n * ((estimates.values - p) ** 2 / p).sum())
    inner = np.diag(p[:-1]) - np.outer(p[:-1], p[:-1])
    effects = np.linalg.eigvals(n * np.linalg.solve(inner, v)).real
    mean = float(effects.mean())
    spread = float(((effects - mean) ** 2).mean() / mean**2)
    wald = float(apart @ np.linalg.solve(v, apart)) if np.linalg.matrix_rank(v) == k - 1 else np.nan
    return FitTests(estimates, p, pearson, mean, spread, _tests(y, n, df, k, pearson / mean, spread, wald))


def _tests(y: str, n: int, df: int, k: int, scaled: float, spread: float, wald: float) -> dict[str, Test]:
    from scipy.special import chdtrc, fdtrc

    q, second = k - 1, (k - 1) / (1 + spread)

    def chi_square(name: str, statistic: float, own: float) -> Test:
        return Test(f"goodness of fit of {y}, {name}", statistic, own, np.nan, float(chdtrc(own, statistic)), n)

    def f(name: str, statistic: float, own: float, below: float) -> Test:
        p = float(fdtrc(own, below, statistic)) if below > 0 else np.nan
        return Test(f"goodness of fit of {y}, {name}", statistic, own, below, p, n)

    return {
        "first_order": chi_square("first order", scaled, q),
        "second_order": chi_square("second order", scaled / (1 + spread), second),
        "F": f("F", scaled / q, second, second * df),
        "wald": f("Wald", wald / q, q, df),
        "adjusted_wald": f("adjusted Wald", wald * (df - k + 2) / (df * q) if df else np.nan, q, df - k + 2),
    }


def _df(design: Design, y: str, where: Any) -> int:
    keep = rows_where(design.table, where)
    used = ~design.table.factor(y).missing & (design.weights > 0) & (True if keep is None else keep)
    held = np.bincount(design.psu, weights=used, minlength=design.psus) > 0
    return int(design.domain_df(held[:, None])[0])
