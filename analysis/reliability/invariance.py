"""Test measurement invariance: whether items mean the same in several groups, such as languages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError
from analysis.frames import Table
from analysis.reliability.answers import answers_of
from analysis.reliability.confirmatory import Moments, Pattern, fit_groups
from analysis.reliability.covariance import TooFewAnswers
from analysis.results import Tabular

Floats = NDArray[np.float64]
# The parameters that each level holds equal between groups.
LEVELS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "configural": frozenset(),
        "metric": frozenset({"loadings"}),
        "scalar": frozenset({"loadings", "intercepts"}),
        "strict": frozenset({"loadings", "intercepts", "residuals"}),
    }
)


class NoInvarianceFit(AnalysisError):
    """Refuse a model that does not converge, or groups too small for it."""

    def __init__(self, expected: str, arrived: str) -> None:
        super().__init__(f"expected {expected}, but {arrived}")


@dataclass(frozen=True, slots=True)
class InvarianceLevel:
    """Hold the fit of one level, and the change from the level before (None for the first).

    `p_value` belongs to `delta_chi_square` on `delta_df`: a small one says that the groups differ in what this level
    holds equal. A `delta_cfi` below -0.01 says so too (Cheung and Rensvold).
    """

    level: str
    chi_square: float
    df: int
    cfi: float
    rmsea: float
    srmr: float
    bic: float
    delta_chi_square: float | None = None
    delta_df: int | None = None
    p_value: float | None = None
    delta_cfi: float | None = None


@dataclass(frozen=True, repr=False, slots=True)
class Invariance(Tabular):
    """The levels from configural to strict, and the complete rows (g,) of each group."""

    levels: tuple[InvarianceLevel, ...]
    n: tuple[int, ...]

    def to_rows(self) -> list[dict[str, Any]]:
        """One flat record for each level."""
        return [{name: getattr(level, name) for name in InvarianceLevel.__slots__} for level in self.levels]


def invariance(answers: Any, groups: Sequence[Any] | NDArray[Any], facets: Sequence[Sequence[int]]) -> Invariance:
    r"""Fit a factor model to all groups, with more and more held equal between them.

    In group g the items have covariance :math:`\Lambda_g \Phi_g \Lambda_g' + \Theta_g` and means
    :math:`\nu_g + \Lambda_g \kappa_g`. ``configural`` holds nothing equal but which item belongs to which factor;
    ``metric`` also the loadings, ``scalar`` also the intercepts, ``strict`` also the residual variances.

    Parameters
    ----------
    answers
        (n, k), NaN = missing; rows with a gap are left out; reversed items turned round beforehand.
    groups
        (n,) group of each row; None or NaN = unknown.
    facets
        Positions of the items of each factor, each item in one of them.

    Raises
    ------
    TooFewAnswers, NoFit

    References
    ----------
    Meredith (1993), Psychometrika 58; Cheung and Rensvold (2002), Structural Equation Modeling 9; indices as in lavaan.

    Examples
    --------
    >>> chance = np.random.default_rng(1)
    >>> answers = chance.normal(size=(400, 1)) + chance.normal(size=(400, 4))
    >>> found = invariance(answers, np.repeat(["en", "es"], 200), [[0, 1, 2, 3]])
    >>> [(level.level, level.df) for level in found.levels]
    [('configural', 4), ('metric', 7), ('scalar', 10), ('strict', 14)]
    """
    answers = answers_of(answers)
    moments = _moments(answers, groups)
    pattern = Pattern.of(facets, answers.shape[1])
    found: list[InvarianceLevel] = []
    for name, equal in LEVELS.items():
        level = _level(name, moments, pattern, equal)
        found.append(_compared(level, found[-1]) if found else level)
    return Invariance(tuple(found), tuple(each.n for each in moments))


def _moments(answers: Floats, groups: Sequence[Any] | NDArray[Any]) -> list[Moments]:
    factor = Table({"groups": groups}).factor("groups").dense()
    codes, names = factor.codes, factor.levels
    complete = ~np.isnan(answers).any(axis=1)
    found = [Moments.of(answers[complete & (codes == k)]) for k in range(len(names))]
    if len(found) < 2:
        raise TooFewAnswers("two or more groups", f"{len(found)}")
    for name, each in zip(names, found, strict=True):
        if each.n <= answers.shape[1] or np.linalg.cond(each.covariance) > 1e12:
            raise NoInvarianceFit(
                f"more complete rows than items in group '{name}', and items that vary", f"it has {each.n} rows"
            )
    return found


def _level(name: str, moments: Sequence[Moments], pattern: Pattern, equal: frozenset[str]) -> InvarianceLevel:
    fit = fit_groups(moments, pattern, equal)
    if fit is None:
        raise NoInvarianceFit("a factor model that settles", f"that of level '{name}' did not")
    total, k, count = sum(each.n for each in moments), len(pattern.free), len(moments)
    df = count * (k * (k + 1) // 2 + k) - fit.parameters
    base = sum(each.n * -float(np.linalg.slogdet(each.correlation)[1]) for each in moments)
    base_df = count * k * (k - 1) // 2
    excess, worst = max(fit.chi_square - df, 0.0), max(fit.chi_square - df, base - base_df, 0.0)
    return InvarianceLevel(
        level=name,
        chi_square=fit.chi_square,
        df=df,
        cfi=1 - excess / worst if worst > 0 else 1.0,
        rmsea=float(np.sqrt(count * excess / (total * df))) if df > 0 else 0.0,
        srmr=fit.srmr,
        bic=-2 * fit.log_likelihood + fit.parameters * float(np.log(total)),
    )


def _compared(level: InvarianceLevel, before: InvarianceLevel) -> InvarianceLevel:
    from scipy.special import chdtrc

    chi_square, df = level.chi_square - before.chi_square, level.df - before.df
    return replace(
        level,
        delta_chi_square=chi_square,
        delta_df=df,
        p_value=float(chdtrc(df, max(chi_square, 0.0))),
        delta_cfi=level.cfi - before.cfi,
    )
