"""Factor models of several groups under weights, the differences between nested ones, and the item that differs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.comparability.dif import BadItems
from analysis.comparability.fit import FactorFit, measure_fit, p_value, summed
from analysis.comparability.group_rows import find_group_rows
from analysis.comparability.one_factor import (
    BLOCKS,
    SHARED,
    GroupMoments,
    OneFactorFit,
    Places,
    fit_one_factor,
    with_marker,
)
from analysis.design import Design, check_weights_not_negative
from analysis.errors import AnalysisError, UnknownChoice
from analysis.results import Tabular

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
EQUAL = ("loadings", "intercepts", "residuals")
FREE = {"loading": "loading", "intercept": "intercept", "residual": "residual_variance"}


class NoFactorFit(AnalysisError):
    """Refuse a factor model that does not settle, or groups too small for it."""

    def __init__(self, expected: str, arrived: str) -> None:
        super().__init__(f"expected {expected}, but {arrived}")


@dataclass(frozen=True, slots=True)
class FactorParameter:
    """A parameter of one group: its block, its item ("" for the factor), value, standard error, standardized value."""

    group: str
    block: str
    item: str
    value: float
    se: float
    standardized: float


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class FactorModel(Tabular):
    """Hold a factor model of several groups.

    Parameters
    ----------
    items, groups
        The items, and the groups; the first group's latent mean is 0.
    parameters
        All parameters, group by group.
    fit
        Chi-square and fit indices.
    n
        (g,) complete rows of each group.
    solution, covariance
        The fit, and the covariance (size, size) of its parameters.
    """

    items: tuple[str, ...]
    groups: tuple[str, ...]
    parameters: tuple[FactorParameter, ...]
    fit: FactorFit
    n: tuple[int, ...]
    solution: OneFactorFit
    covariance: Floats

    def title(self) -> str:
        """The groups and the fit."""
        fit = self.fit
        return (
            f"factor model of {len(self.items)} items in {len(self.groups)} groups; chi-square {fit.model.scaled:.2f} "
            f"on {fit.model.df} df, CFI {fit.cfi():.3f}, RMSEA {fit.rmsea():.3f}, SRMR {fit.srmr:.3f}"
        )

    def to_rows(self) -> list[dict[str, Any]]:
        """One record for each parameter."""
        return [
            {
                "group": each.group,
                "parameter": each.block,
                "item": each.item,
                "estimate": each.value,
                "se": each.se,
                "standardized": each.standardized,
            }
            for each in self.parameters
        ]


def factor_model(
    design: Design,
    items: Sequence[str],
    groups: str | None = None,
    *,
    equal: Collection[str] = (),
    free: Collection[str] = (),
    levels: Sequence[Any] | None = None,
    marker: str | None = None,
    robust: bool = True,
    where: Any = None,
) -> FactorModel:
    r"""Fit a factor model with one factor to several groups, by weighted maximum likelihood.

    In group g the items have covariance :math:`\phi_g \lambda_g \lambda_g' + diag(\theta_g)` and means
    :math:`\nu_g + \lambda_g \kappa_g`. The loading of the marker is 1; the latent mean is 0 in the first group, and in
    the others unless intercepts are equal. Weights are scaled to sum to the rows of all groups.

    Parameters
    ----------
    design
        The sample; scores are summed over its PSUs.
    items
        Three or more numeric columns, reversed ones turned round. Rows with a missing item are left out.
    groups
        Column of groups, such as languages; None = one group.
    equal
        Parts that all groups share: ``loadings`` (metric), with ``intercepts`` (scalar), with ``residuals`` (strict).
    free
        Exceptions, such as ``intercept:y4``, ``loading:y4`` or ``residual:y4``.
    levels
        The groups to use, the reference first; all unless given.
    marker
        The item whose loading is 1; the first unless given.
    robust
        Sandwich standard errors :math:`A^{-1} B A^{-1}` and a scaled chi-square (MLR); else those of the expected
        information.
    where
        Filter, as for `analysis.mean`.

    Raises
    ------
    BadItems, UnknownChoice, NoFactorFit, NegativeWeights, UnknownColumn

    References
    ----------
    Jöreskog (1971), Psychometrika 36; Yuan and Bentler (2000), Sociological Methodology 30; Asparouhov (2005),
    Structural Equation Modeling 12. Fit indices as in lavaan.

    Examples
    --------
    >>> chance = np.random.default_rng(1)
    >>> answers = chance.normal(size=(400, 1)) + chance.normal(size=(400, 4))
    >>> rows = {f"y{k}": column for k, column in enumerate(answers.T, 1)}
    >>> design = Design.of({**rows, "lang": np.repeat(["en", "es"], 200)})
    >>> found = factor_model(design, ["y1", "y2", "y3", "y4"], "lang", equal=["loadings", "intercepts"])
    >>> found.fit.model.df, found.fit.cfi() > 0.95
    (10, True)
    """
    check_weights_not_negative(design.weights, "a factor model")
    names = tuple(items)
    first = names[0] if marker is None and names else marker
    if len(set(names)) < max(3, len(names)) or first not in names:
        raise BadItems("three or more different items with the marker among them", list(names))
    for each in equal:
        if each not in EQUAL:
            raise UnknownChoice("what groups share", EQUAL, each)
    moments, units, found = _moments(design, names, groups, levels, where)
    solution = _fitted(moments, frozenset(equal), _exceptions(free, names), names.index(str(first)))
    if solution is None:
        raise NoFactorFit("a factor model that settles", "this one did not")
    return _model(solution, moments, units, names, found, robust)


def _fitted(
    moments: list[GroupMoments], equal: frozenset[str], free: set[tuple[str, int]], marker: int
) -> OneFactorFit | None:
    """The fit; one that does not settle starts again from that with another marker, which has the same likelihood."""
    k = len(moments[0].means)
    free = free - {("loading", marker)}
    places = Places.of(k, len(moments), equal, free, marker)
    found = fit_one_factor(moments, places)
    for other in range(k):
        if found is not None:
            break
        if other != marker and ("loading", other) not in free:
            of_other = fit_one_factor(moments, Places.of(k, len(moments), equal, free, other))
            found = of_other and fit_one_factor(moments, places, with_marker(of_other.values, marker))
    return found


def _exceptions(free: Collection[str], items: tuple[str, ...]) -> set[tuple[str, int]]:
    found = set()
    for each in free:
        block, _, item = each.partition(":")
        if block not in FREE or item not in items:
            raise UnknownChoice("an exception", [f"{name}:{item}" for name in FREE for item in items], each)
        found.add((FREE[block], items.index(item)))
    return found


def _moments(
    design: Design, items: tuple[str, ...], groups: str | None, levels: Sequence[Any] | None, where: Any
) -> tuple[list[GroupMoments], list[Ints], tuple[str, ...]]:
    answers, masks = find_group_rows(design, items, groups, levels, where)
    kept = [mask.nonzero()[0] for mask in masks.values()]
    scale = (
        sum(map(len, kept)) / sum(float(design.weights[rows].sum()) for rows in kept) if any(map(len, kept)) else 1.0
    )
    for name, rows in zip(masks, kept, strict=True):
        if len(rows) <= len(items) or np.linalg.cond(np.cov(answers[rows].T)) > 1e12:
            raise NoFactorFit(
                f"more complete rows than items in group '{name}', and items that vary", f"it has {len(rows)} rows"
            )
    moments = [GroupMoments.of(answers[rows], design.weights[rows] * scale) for rows in kept]
    return moments, [design.psu[rows] for rows in kept], tuple(masks)


def _model(
    solution: OneFactorFit,
    moments: list[GroupMoments],
    units: list[Ints],
    items: tuple[str, ...],
    groups: tuple[str, ...],
    robust: bool,
) -> FactorModel:
    if robust:
        information = solution.observed(moments)
        scores = summed(np.concatenate(solution.scores(moments)), np.concatenate(units))
        meat = scores.T @ scores
        inverse = np.linalg.inv(information)
        covariance = inverse @ meat @ inverse
        fit = measure_fit(solution, moments, units, information, meat)
    else:
        information = solution.expected(moments)
        covariance = np.linalg.inv(information)
        fit = measure_fit(solution, moments, None, information, information)
    rows = tuple(len(each.answers) for each in moments)
    return FactorModel(items, groups, _parameters(solution, covariance, items, groups), fit, rows, solution, covariance)


def _parameters(
    solution: OneFactorFit, covariance: Floats, items: tuple[str, ...], groups: tuple[str, ...]
) -> tuple[FactorParameter, ...]:
    errors = np.append(np.sqrt(np.maximum(np.diagonal(covariance), 0.0)), 0.0)
    k = len(items)
    names = [(block, item) for block in BLOCKS for item in (items if block in SHARED else ("",))]
    found = []
    for group, at, values in zip(groups, solution.places.at, solution.values, strict=True):
        loadings, residuals, variance = values[:k], values[k : 2 * k], values[2 * k]
        spread = np.sqrt(loadings**2 * variance + residuals)
        root = float(np.sqrt(variance)) if variance > 0 else float("nan")
        standard = [loadings * root / spread, residuals / spread**2, [1.0], values[2 * k + 1 : -1] / spread]
        figures = zip(names, values, errors[at], np.concatenate([*standard, [values[-1] / root]]), strict=True)
        found += [FactorParameter(group, *name, float(v), float(se), float(s)) for name, v, se, s in figures]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class ModelDifference:
    """Hold the difference of nested models: chi-square (scaled), degrees of freedom, p, and changes of fit indices.

    Changes are those of the stricter model minus the freer one.
    """

    chi_square: float
    df: int
    p_value: float
    delta_cfi: float
    delta_cfi_robust: float
    delta_rmsea: float
    delta_rmsea_robust: float
    delta_srmr: float


def compare_models(freer: FactorModel, stricter: FactorModel) -> ModelDifference:
    r"""Compare two nested factor models.

    :math:`c_d = (df_0 c_0 - df_1 c_1) / (df_0 - df_1)`, the scaled difference is :math:`(X_0 - X_1) / c_d`, 0 the
    stricter model.

    Raises
    ------
    NoFactorFit
        Where the stricter model has no more degrees of freedom.

    References
    ----------
    Satorra and Bentler (2001), Psychometrika 66.

    Examples
    --------
    >>> chance = np.random.default_rng(1)
    >>> answers = chance.normal(size=(90, 1)) + chance.normal(size=(90, 3))
    >>> design = Design.of({**dict(zip("abc", answers.T)), "g": np.repeat(["x", "y"], 45)})
    >>> freer, stricter = (factor_model(design, "abc", "g", equal=e) for e in ([], ["loadings"]))
    >>> compare_models(freer, stricter).df
    2
    """
    one, two = freer.fit, stricter.fit
    df = two.model.df - one.model.df
    if df < 1:
        raise NoFactorFit("a stricter model with more degrees of freedom than the freer one", f"it has {df} more")
    scaling = (two.model.df * two.model.scaling - one.model.df * one.model.scaling) / df
    chi_square = (two.model.value - one.model.value) / scaling
    return ModelDifference(
        chi_square,
        df,
        p_value(chi_square, df),
        two.cfi("plain") - one.cfi("plain"),
        two.cfi() - one.cfi(),
        two.rmsea("plain") - one.rmsea("plain"),
        two.rmsea() - one.rmsea(),
        two.srmr - one.srmr,
    )
