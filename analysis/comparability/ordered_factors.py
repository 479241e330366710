"""Factor models of ordered answers in several groups: thresholds and polychoric correlations, by weighted squares."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.comparability.dif import BadItems
from analysis.comparability.fit import p_value
from analysis.comparability.group_rows import find_group_rows
from analysis.comparability.measurement import NoFactorFit
from analysis.comparability.ordered_moments import OrderedMoments
from analysis.design import Design, check_weights_not_negative
from analysis.errors import UnknownChoice
from analysis.results import Tabular

Floats = NDArray[np.float64]
Numbers = NDArray[Any]  # complex while a slope is taken by a complex step
STEPS = ("configural", "metric", "scalar")
TINY = 1e-30


@dataclass(frozen=True, slots=True)
class AdjustedChiSquare:
    """A chi-square of weighted squares, its degrees of freedom, and the mean and variance that it has by chance.

    Parameters
    ----------
    value, df
        The weighted squares, and the degrees of freedom.
    mean, square
        Traces of UG and of (UG)², G the covariance of the statistics: mean, and half of the variance, of `value`.
    """

    value: float
    df: int
    mean: float
    square: float

    @property
    def scaled(self) -> float:
        """Scaled and shifted to the mean and variance of a chi-square."""
        factor = float(np.sqrt(self.df / self.square)) if self.df else 1.0
        return self.value * factor + self.df - factor * self.mean if self.df else 0.0

    @property
    def p_value(self) -> float:
        """The p-value of the scaled chi-square."""
        return p_value(self.scaled, self.df)


@dataclass(frozen=True, slots=True)
class OrdinalParameter:
    """A parameter of one group: its block, its item, the level of a threshold or 0, value and standard error."""

    group: str
    block: str
    item: str
    level: int
    value: float
    se: float


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class OrdinalFactorModel(Tabular):
    """Hold a factor model of ordered answers.

    Parameters
    ----------
    step, items, groups
        ``configural``, ``metric`` or ``scalar``; the items; the groups, the reference first.
    parameters
        All parameters, group by group.
    model, baseline
        Chi-square of the model, and of one without correlations.
    srmr
        Root mean square of the residual correlations.
    n
        (g,) complete rows of each group.
    left
        (m, m) the matrix U of the chi-square; `covariance` (m, m) that of the statistics.
    """

    step: str
    items: tuple[str, ...]
    groups: tuple[str, ...]
    parameters: tuple[OrdinalParameter, ...]
    model: AdjustedChiSquare
    baseline: AdjustedChiSquare
    srmr: float
    n: tuple[int, ...]
    left: Floats
    covariance: Floats

    @property
    def cfi(self) -> float:
        """The comparative fit index, of scaled chi-squares."""
        own = max(self.model.scaled - self.model.df, 0.0)
        worst = max(own, self.baseline.scaled - self.baseline.df)
        return 1 - own / worst if worst > 0 else 1.0

    @property
    def rmsea(self) -> float:
        """The root mean square error of approximation, of the scaled chi-square."""
        own = max(self.model.scaled - self.model.df, 0.0)
        return float(np.sqrt(len(self.groups) * own / (sum(self.n) * self.model.df))) if self.model.df else 0.0

    def title(self) -> str:
        """The groups and the fit."""
        return (
            f"{self.step} factor model of {len(self.items)} ordered items in {len(self.groups)} groups; chi-square "
            f"{self.model.scaled:.2f} on {self.model.df} df, CFI {self.cfi:.3f}, RMSEA {self.rmsea:.3f}, "
            f"SRMR {self.srmr:.3f}"
        )

    def to_rows(self) -> list[dict[str, Any]]:
        """One record for each parameter."""
        return [
            {
                "group": each.group,
                "parameter": each.block,
                "item": each.item,
                "level": each.level,
                "estimate": each.value,
                "se": each.se,
            }
            for each in self.parameters
        ]


def ordinal_factor_model(
    design: Design,
    items: Sequence[str],
    groups: str | None = None,
    *,
    step: str = "configural",
    levels: Sequence[Any] | None = None,
    where: Any = None,
) -> OrdinalFactorModel:
    r"""Fit a factor model with one factor to ordered answers of several groups, by diagonally weighted squares.

    A latent normal stands behind each item. With loadings λ (the first is 1), factor variance ψ and mean κ,
    thresholds τ, intercepts ν and scales Δ (1 over the latent normal's standard deviation), a group's correlations are
    :math:`\Delta_i \Delta_j \lambda_i \lambda_j \psi` and its thresholds :math:`\Delta_i (\tau_i - \nu_i - \lambda_i
    \kappa)`. ``configural`` leaves τ, λ and ψ to each group (Δ = 1, ν = κ = 0); ``metric`` holds τ and λ equal and
    leaves ν, Δ and ψ to the other groups; ``scalar`` holds ν = 0 too and leaves κ to them. The squares have the inverse
    variances of the statistics as weights; standard errors and the chi-square, which is scaled and shifted, count the
    full covariance under weights and PSUs (WLSMV).

    Parameters
    ----------
    design
        The sample.
    items
        Three or more columns of ordered answers, reversed ones turned round. Rows with a missing item are left out.
    groups
        Column of groups, such as languages; None = one group.
    step
        ``configural``, ``metric`` (items with three or more answers) or ``scalar``.
    levels
        The groups to use, the reference first; all unless given.
    where
        Filter, as for `analysis.mean`.

    Raises
    ------
    BadItems, UnknownChoice, NoFactorFit, NegativeWeights, UnknownColumn

    References
    ----------
    Muthén (1984), Psychometrika 49; Asparouhov and Muthén (2010), Simple second order chi-square correction; Wu and
    Estabrook (2016), Psychometrika 81.

    Examples
    --------
    >>> chance = np.random.default_rng(1)
    >>> latent = chance.normal(size=(600, 1)) + chance.normal(size=(600, 4))
    >>> rows = dict(zip("abcd", np.digitize(latent, [-1.0, 0.5]).T))
    >>> design = Design.of({**rows, "lang": np.repeat(["en", "es"], 300)})
    >>> found = ordinal_factor_model(design, "abcd", "lang", step="scalar")
    >>> found.model.df, found.cfi > 0.95
    (10, True)
    """
    if step not in STEPS:
        raise UnknownChoice("the step of a factor model", STEPS, step)
    check_weights_not_negative(design.weights, "a factor model")
    names = tuple(items)
    if len(set(names)) < max(3, len(names)):
        raise BadItems("three or more different items", list(names))
    moments, sizes, found = _moments(design, names, groups, levels, where)
    if step == "metric" and min(moments[0].levels) < 3:
        raise BadItems("items with three or more answers for the metric step", f"{min(moments[0].levels)} answers")
    return _fitted(_Layout.of(moments[0].levels, len(moments), step), moments, names, found, sizes, step)


def compare_ordinal(freer: OrdinalFactorModel, stricter: OrdinalFactorModel) -> AdjustedChiSquare:
    r"""Test whether a stricter model of ordered answers fits worse than a freer one.

    The difference of weighted squares, scaled and shifted by the traces of :math:`(U_0 - U_1) G`.

    Raises
    ------
    NoFactorFit
        Where the stricter model has no more degrees of freedom, or the statistics differ.

    References
    ----------
    Satorra (2000), Scaled and adjusted restricted tests; Asparouhov and Muthén (2006), Robust chi square difference
    testing.

    Examples
    --------
    >>> chance = np.random.default_rng(1)
    >>> latent = chance.normal(size=(600, 1)) + chance.normal(size=(600, 3))
    >>> rows = dict(zip("abc", np.digitize(latent, [-1.0, 0.5]).T))
    >>> design = Design.of({**rows, "lang": np.repeat(["en", "es"], 300)})
    >>> one, two = (ordinal_factor_model(design, "abc", "lang", step=s) for s in ("configural", "scalar"))
    >>> compare_ordinal(one, two).df
    4
    """
    df = stricter.model.df - freer.model.df
    if df < 1 or stricter.covariance.shape != freer.covariance.shape:
        raise NoFactorFit("a stricter model of the same answers with more degrees of freedom", f"it has {df} more")
    apart = (stricter.left - freer.left) @ freer.covariance
    return AdjustedChiSquare(
        max(stricter.model.value - freer.model.value, 0.0), df, float(np.trace(apart)), float(np.trace(apart @ apart))
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Layout:
    """Where each group's parameters stand: loadings, variance, mean, intercepts, scales, thresholds; -1 = `fixed`."""

    levels: tuple[int, ...]
    at: NDArray[np.int64]
    fixed: Floats
    size: int

    @classmethod
    def of(cls, levels: tuple[int, ...], groups: int, step: str) -> "_Layout":
        k, cuts = len(levels), sum(levels) - len(levels)
        own = np.zeros((groups, 3 * k + 2 + cuts), bool)
        shared = np.zeros(own.shape[1], bool)
        loadings, thresholds = np.arange(1, k), np.arange(3 * k + 2, own.shape[1])
        own[:, k] = True
        own[0, [*loadings, *thresholds]] = True
        if step == "configural":
            own[:, [*loadings, *thresholds]] = True
        else:
            shared[[*loadings, *thresholds]] = True
            own[1:, 2 * k + 2 : 3 * k + 2] = True
            own[1:, [k + 1] if step == "scalar" else list(range(k + 2, 2 * k + 2))] = True
        at = np.full(own.shape, -1)
        at[own] = np.arange(own.sum())
        at = np.where(shared[None, :] & ~own, at[:1], at)
        fixed = np.zeros(own.shape)
        fixed[:, [0, *range(2 * k + 2, 3 * k + 2)]] = 1.0
        return cls(levels, at, fixed, int(own.sum()))

    @property
    def names(self) -> list[tuple[str, int, int]]:
        """Block, item (-1 for the factor) and level of each column."""
        k = len(self.levels)
        rows = [("loading", i, 0) for i in range(k)] + [("latent_variance", -1, 0), ("latent_mean", -1, 0)]
        rows += [(block, i, 0) for block in ("intercept", "scale") for i in range(k)]
        return rows + [("threshold", i, c) for i, size in enumerate(self.levels) for c in range(1, size)]

    def unpacked(self, point: Numbers) -> Numbers:
        return np.where(self.at >= 0, point[self.at], self.fixed)

    def implied(self, point: Numbers) -> Numbers:
        """The statistics of all groups, one after the other."""
        return np.concatenate([self._of_group(row) for row in self.unpacked(point)])

    def _of_group(self, row: Numbers) -> Numbers:
        k = len(self.levels)
        loadings, variance, mean = row[:k], row[k], row[k + 1]
        intercepts, scales = row[k + 2 : 2 * k + 2], row[2 * k + 2 : 3 * k + 2]
        item = np.repeat(np.arange(k), np.array(self.levels) - 1)
        thresholds = scales[item] * (row[3 * k + 2 :] - intercepts[item] - loadings[item] * mean)
        i, j = np.array(list(combinations(range(k), 2))).T
        return np.concatenate([thresholds, scales[i] * scales[j] * loadings[i] * loadings[j] * variance])

    def slopes(self, point: Floats) -> Floats:
        """(m, size) slopes of the statistics, by complex steps."""
        steps = np.eye(self.size) * TINY * 1j
        return np.stack([self.implied(point + step).imag / TINY for step in steps], axis=1)

    def start(self, moments: Sequence[OrderedMoments]) -> Floats:
        """Loadings of 1, the mean correlation as variance, observed thresholds, all scales 1."""
        k, values = len(self.levels), self.fixed.copy()
        values[:, :k] = values[:, 2 * k + 2 : 3 * k + 2] = 1.0
        for row, each in zip(values, moments, strict=True):
            cuts = sum(self.levels) - k
            row[k], row[3 * k + 2 :] = max(float(each.values[cuts:].mean()), 0.1), each.values[:cuts]
        point = np.zeros(self.size)
        held = self.at[::-1] >= 0
        point[self.at[::-1][held]] = values[::-1][held]
        return point


def _fitted(
    layout: _Layout,
    moments: Sequence[OrderedMoments],
    items: tuple[str, ...],
    groups: tuple[str, ...],
    sizes: tuple[int, ...],
    step: str,
) -> OrdinalFactorModel:
    from scipy.linalg import block_diag
    from scipy.optimize import least_squares

    values = np.concatenate([each.values for each in moments])
    covariance = np.asarray(block_diag(*(each.covariance for each in moments)))
    weights = 1 / np.diagonal(covariance)
    root = np.sqrt(weights)

    def misfit(point: Floats) -> Floats:
        return np.asarray(root * (layout.implied(point) - values), np.float64)

    def steepness(point: Floats) -> Floats:
        return np.asarray(root[:, None] * layout.slopes(point), np.float64)

    found = least_squares(
        misfit,
        layout.start(moments),
        steepness,
        method="lm",
        xtol=1e-13,
        ftol=1e-14,
        gtol=1e-12,
        max_nfev=500,
    )
    point = np.asarray(found.x, np.float64)
    slopes = layout.slopes(point)
    inner = slopes.T @ (slopes * weights[:, None])
    if not found.success or np.linalg.cond(inner) > 1e13:
        raise NoFactorFit("a factor model that settles", "this one did not")
    taken = np.linalg.solve(inner, (slopes * weights[:, None]).T)
    left = np.diag(weights) - weights[:, None] * slopes @ taken
    errors = np.sqrt(np.maximum(np.diagonal(taken @ covariance @ taken.T), 0.0))
    residual = layout.implied(point) - values
    pair = np.concatenate([np.arange(len(each.values)) >= sum(each.levels) - len(items) for each in moments])
    base = np.diag(np.where(pair, weights, 0.0))
    split = np.split(residual, np.cumsum([len(each.values) for each in moments])[:-1])
    srmr = sum(
        each.n * float(np.sqrt((own[sum(each.levels) - len(items) :] ** 2).sum() / (len(items) * (len(items) + 1) / 2)))
        for each, own in zip(moments, split, strict=True)
    ) / sum(each.n for each in moments)
    return OrdinalFactorModel(
        step,
        items,
        groups,
        _parameters(layout, point, errors, items, groups),
        _chi_square(residual, weights, left, covariance, len(values) - layout.size),
        _chi_square(np.where(pair, values, 0.0), weights, base, covariance, int(pair.sum())),
        srmr,
        sizes,
        left,
        covariance,
    )


def _chi_square(residual: Floats, weights: Floats, left: Floats, covariance: Floats, df: int) -> AdjustedChiSquare:
    product = left @ covariance
    squares = float((weights * residual**2).sum())
    return AdjustedChiSquare(squares, df, float(np.trace(product)), float(np.trace(product @ product)))


def _parameters(
    layout: _Layout, point: Floats, errors: Floats, items: tuple[str, ...], groups: tuple[str, ...]
) -> tuple[OrdinalParameter, ...]:
    own = np.append(errors, 0.0)
    return tuple(
        OrdinalParameter(group, block, items[item] if item >= 0 else "", level, float(value), float(own[place]))
        for group, row, at in zip(groups, layout.unpacked(point), layout.at, strict=True)
        for (block, item, level), value, place in zip(layout.names, row, at, strict=True)
    )


def _moments(
    design: Design, items: tuple[str, ...], groups: str | None, levels: Sequence[Any] | None, where: Any
) -> tuple[list[OrderedMoments], tuple[int, ...], tuple[str, ...]]:
    answers, masks = find_group_rows(design, items, groups, levels, where)
    rows = np.logical_or.reduce(list(masks.values()))
    known = [np.unique(column[rows]) for column in answers.T]
    codes = np.stack([np.searchsorted(own, column) for own, column in zip(known, answers.T, strict=True)], axis=1)
    scale = rows.sum() / design.weights[rows].sum() if rows.any() else 1.0
    for name, mask in masks.items():
        for item, own, column in zip(items, known, codes.T, strict=True):
            if len(own) < 2 or len(np.unique(column[mask])) < len(own):
                raise NoFactorFit(
                    f"each of two or more answers to '{item}' in group '{name}' (merge rare answers)", "some are absent"
                )
    moments = [
        OrderedMoments.of(codes[mask], design.weights[mask] * scale, design.psu[mask]) for mask in masks.values()
    ]
    return moments, tuple(int(mask.sum()) for mask in masks.values()), tuple(masks)
