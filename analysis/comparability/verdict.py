"""Whether an index may be compared between groups, except for which items, and what those items do to its gaps."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.comparability.dif import BadItems
from analysis.comparability.measurement import FactorModel, ModelDifference, NoFactorFit, compare_models, factor_model
from analysis.design import Design
from analysis.results import Tabular

Floats = NDArray[np.float64]
SCALAR = ("loadings", "intercepts")
STEPS = {"metric": ("loadings",), "scalar": SCALAR}
WORST_CFI = -0.01  # Cheung and Rensvold's limit of the change of CFI
WORST_P = 0.05  # a worse CFI alone may be chance in a small sample


@dataclass(frozen=True, slots=True)
class FreedItem:
    """Hold the change from freeing an item's loading and intercept: the difference, and the freer model's CFI."""

    item: str
    difference: ModelDifference
    cfi: float


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class ItemSearch(Tabular):
    """The items, that which differs most first."""

    rows: tuple[FreedItem, ...]

    def to_rows(self) -> list[dict[str, Any]]:
        """One record for each item."""
        return [
            {
                "item": row.item,
                "chi_square": row.difference.chi_square,
                "df": row.difference.df,
                "p": row.difference.p_value,
                "cfi": row.cfi,
            }
            for row in self.rows
        ]


@dataclass(frozen=True, slots=True)
class GapEffect:
    """Hold the effect of items that are not comparable on the gap between a group and the first one.

    All in points of the index: the gap, the part that comes from the items, its standard error, the gap without it.
    """

    group: str
    against: str
    gap: float
    effect: float
    se: float
    without: float


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Comparability(Tabular):
    """Hold the verdict on the items of an index between groups.

    Parameters
    ----------
    verdict
        ``comparable``, ``comparable except`` or ``not comparable``.
    freed
        The items that differ, the one that differs most first.
    steps
        Name and difference from the model before: ``metric``, ``scalar``, and the scalar model with the freed items
        (against the configural model).
    model
        The model on which the verdict rests.
    effects
        The effect on the gaps; empty where groups are not comparable.
    """

    verdict: str
    freed: tuple[str, ...]
    steps: tuple[tuple[str, ModelDifference], ...]
    model: FactorModel
    effects: tuple[GapEffect, ...]

    @property
    def sentence(self) -> str:
        """The verdict in one sentence."""
        groups = ", ".join(self.model.groups)
        if self.verdict == "comparable":
            return f"The index is comparable between {groups}."
        if self.verdict == "not comparable":
            return f"The index is not comparable between {groups}."
        return f"The index is comparable between {groups}, except {', '.join(self.freed)}."

    def title(self) -> str:
        """The verdict, and the fit of its model."""
        return f"{self.sentence} {self.model.title()}"

    def to_rows(self) -> list[dict[str, Any]]:
        """One record for each step."""
        return [
            {
                "step": name,
                "chi_square": d.chi_square,
                "df": d.df,
                "p": d.p_value,
                "delta_cfi": d.delta_cfi_robust,
                "delta_rmsea": d.delta_rmsea_robust,
                "delta_srmr": d.delta_srmr,
            }
            for name, d in self.steps
        ]

    def effect_rows(self) -> list[dict[str, Any]]:
        """One record for each gap."""
        return [
            {"group": e.group, "against": e.against, "gap": e.gap, "effect": e.effect, "se": e.se, "without": e.without}
            for e in self.effects
        ]


def search_items(
    design: Design,
    items: Sequence[str],
    groups: str,
    *,
    freed: Sequence[str] = (),
    levels: Sequence[Any] | None = None,
    where: Any = None,
) -> ItemSearch:
    """Free each item in turn from the scalar model, to find the one that groups understand differently.

    An item is left out where the model without it does not settle.

    Parameters
    ----------
    design, items, groups, levels, where
        As for `factor_model`. The marker is the first item that stays equal, so the first item is tested too.
    freed
        Items that are free already.

    Raises
    ------
    BadItems, NoFactorFit, UnknownChoice, UnknownColumn

    References
    ----------
    Byrne, Shavelson and Muthén (1989), Psychological Bulletin 105.

    Examples
    --------
    >>> chance = np.random.default_rng(1)
    >>> answers = chance.normal(size=(600, 1)) + chance.normal(size=(600, 4))
    >>> answers[300:, 2] += 1
    >>> rows = dict(zip("abcd", answers.T))
    >>> design = Design.of({**rows, "lang": np.repeat(["en", "es"], 300)})
    >>> search_items(design, "abcd", "lang").rows[0].item
    'c'
    """
    common: dict[str, Any] = {"levels": levels, "where": where}
    stricter = _scalar(design, items, groups, freed, common)
    found = []
    for item in items:
        if item not in freed:
            with suppress(NoFactorFit):
                model = _scalar(design, items, groups, (*freed, item), common)
                found.append(FreedItem(item, compare_models(model, stricter), model.fit.cfi()))
    return ItemSearch(tuple(sorted(found, key=lambda row: -row.difference.chi_square)))


def comparability(
    design: Design,
    items: Sequence[str],
    groups: str,
    *,
    low: float,
    high: float,
    levels: Sequence[Any] | None = None,
    where: Any = None,
) -> Comparability:
    r"""Judge whether the mean of items, on 0 to 100 points, may be compared between groups.

    Groups differ where a stricter model has a robust CFI lower by more than 0.01 and a scaled difference with p < 0.05.
    Where the scalar model differs, the item that differs most is freed until the model does not differ from the
    configural one; at least half of the items, and two, stay equal. With the freed items F of k,
    the effect on the gap of group g is :math:`100 / (high - low) / k \sum_F (\nu_g - \nu_1) +
    (\lambda_g - \lambda_1) \kappa_g`: the difference that people of equal trust would show.

    Parameters
    ----------
    design, items, groups, levels, where
        As for `factor_model`.
    low, high
        Lowest and highest answer of the items.

    Raises
    ------
    BadItems, NoFactorFit, UnknownChoice, UnknownColumn

    References
    ----------
    Cheung and Rensvold (2002), Structural Equation Modeling 9; Steenkamp and Baumgartner (1998), Journal of Consumer
    Research 25; Nye and Drasgow (2011), Journal of Applied Psychology 96.

    Examples
    --------
    >>> chance = np.random.default_rng(1)
    >>> answers = chance.normal(size=(600, 1)) + chance.normal(size=(600, 4))
    >>> answers[300:, 2] += 1
    >>> rows = dict(zip("abcd", answers.T))
    >>> design = Design.of({**rows, "lang": np.repeat(["en", "es"], 300)})
    >>> found = comparability(design, "abcd", "lang", low=-5, high=5)
    >>> found.sentence, round(found.effects[0].effect, 1)
    ('The index is comparable between en, es, except c.', 2.7)
    """
    if not high > low:
        raise BadItems("a highest answer above the lowest", (low, high))
    common: dict[str, Any] = {"levels": levels, "where": where}
    free = factor_model(design, items, groups, **common)
    if len(free.groups) < 2:
        raise BadItems("two or more groups", list(free.groups))
    metric, scalar = (factor_model(design, items, groups, equal=equal, **common) for equal in STEPS.values())
    steps = [("metric", compare_models(free, metric)), ("scalar", compare_models(metric, scalar))]
    model, against_free = scalar, compare_models(free, scalar)
    freed: tuple[str, ...] = ()
    differs = any(map(_differs, (*(step for _, step in steps), against_free)))
    while differs and len(items) - len(freed) - 1 >= max(2, len(items) / 2):
        worst = search_items(design, items, groups, freed=freed, **common).rows[:1]
        if not worst:
            break
        freed = (*freed, worst[0].item)
        model = _scalar(design, items, groups, freed, common)
        against_free = compare_models(free, model)
        differs = _differs(against_free)
    if freed:
        steps.append((f"without {', '.join(freed)}", against_free))
    verdict = "not comparable" if differs else "comparable except" if freed else "comparable"
    effects = () if differs else _effects(design, model, freed, groups, 100 / (high - low), where)
    return Comparability(verdict, freed, tuple(steps), model, effects)


def _differs(step: ModelDifference) -> bool:
    return step.delta_cfi_robust < WORST_CFI and step.p_value < WORST_P


def _scalar(
    design: Design, items: Sequence[str], groups: str, freed: Sequence[str], common: dict[str, Any]
) -> FactorModel:
    """The scalar model with some items free; the marker is the first item that is not."""
    free = [f"{block}:{item}" for item in freed for block in ("loading", "intercept")]
    marker = next((item for item in items if item not in freed), None)
    return factor_model(design, items, groups, equal=SCALAR, free=free, marker=marker, **common)


def _effects(
    design: Design, model: FactorModel, freed: tuple[str, ...], groups: str, points: float, where: Any
) -> tuple[GapEffect, ...]:
    k = len(model.items)
    places = [model.items.index(item) for item in freed]
    solution = model.solution
    means = [_mean_of(design, model.items, groups, group, where) * points for group in model.groups]
    found = []
    for g in range(1, len(model.groups)):
        own, first = solution.values[g], solution.values[0]
        at = np.array(places, np.int64)
        bends = own[at] - first[at]
        effect = float((own[2 * k + 1 + at] - first[2 * k + 1 + at] + bends * own[-1]).sum()) * points / k
        slopes = np.zeros(solution.places.at.shape)
        slopes[[g, 0], 2 * k + 1 + at[:, None]] = [1.0, -1.0]
        slopes[[g, 0], at[:, None]] = [own[-1], -own[-1]]
        slopes[g, -1] = bends.sum()
        slope: Floats = solution.places.gathered(slopes) * points / k
        variance = float(slope @ model.covariance @ slope)
        se = max(variance, 0.0) ** 0.5
        gap = means[g] - means[0]
        found.append(GapEffect(model.groups[g], model.groups[0], gap, effect, se, gap - effect))
    return tuple(found)


def _mean_of(design: Design, items: Sequence[str], groups: str, group: str, where: Any) -> float:
    """The weighted mean of the mean of the items over complete rows of a group."""
    from analysis.frames.conditions import rows_where

    values = np.mean([design.table.numbers(name) for name in items], axis=0)
    factor = design.table.factor(groups)
    code = [str(level) for level in factor.levels].index(group)
    keep = rows_where(design.table, where)
    used = ~np.isnan(values) & (factor.codes == code) & (True if keep is None else keep)
    return float(np.average(values[used], weights=design.weights[used]))
