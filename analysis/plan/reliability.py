"""Reliability and invariance in a plan: one row of a table for each kind, with its keys and the function it calls."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import listed
from analysis.frames.conditions import rows_where
from analysis.index import FacetRecipe
from analysis.plan.conditions import condition
from analysis.plan.nodes import Node, Reader, fields, flag, level, several, text, texts, whole
from analysis.plan.plan import ReliabilityPlan
from analysis.plan.sample import PlanSample

Floats = NDArray[np.float64]
Rows = list[dict[str, Any]]


@dataclass(frozen=True, eq=False, slots=True)
class Items:
    """The answers (n, k) of items, NaN = missing, with their names, design weights if wanted, and facets by place."""

    names: tuple[str, ...]
    answers: Floats
    weights: Floats | None
    facets: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class ReliabilityTables:
    """The figures of all items together, and one row for each item; empty where a kind has none."""

    whole: Rows
    items: Rows


@dataclass(frozen=True, slots=True)
class ReliabilityKind:
    """Define one kind: its further keys, its required ones, and the function from items and options to tables."""

    options: Mapping[str, Reader]
    run: Callable[..., ReliabilityTables]
    required: tuple[str, ...] = ()


def _alpha(items: Items, **options: Any) -> ReliabilityTables:
    from analysis.reliability import reliability

    found = reliability(items.answers, weights=items.weights, names=items.names, **options)
    interval = found.interval
    whole = {
        "alpha": found.alpha,
        "low": interval.low,
        "high": interval.high,
        "level": interval.level,
        "interval": interval.method,
        "standardized": found.standardised_alpha,
        "average_r": found.average_r,
        "lambda2": found.lambda2,
        "lambda6": found.lambda6,
        "n": found.n,
    }
    own = [{"item": i.name, "item_rest_r": i.item_rest_r, "alpha_if_dropped": i.alpha_if_dropped} for i in found.items]
    return ReliabilityTables([whole], own)


def _ordinal(items: Items) -> ReliabilityTables:
    from analysis.reliability import ordinal_alpha

    found = ordinal_alpha(items.answers, items.weights)
    rows = [
        {"item": name, **dict(zip(items.names, row, strict=True))}
        for name, row in zip(items.names, found.correlations.tolist(), strict=True)
    ]
    return ReliabilityTables([{"ordinal_alpha": found.alpha, "n": found.n}], rows)


def _omega(items: Items) -> ReliabilityTables:
    from analysis.reliability import omega

    found = omega(items.answers, items.weights)
    fit = {name: getattr(found, name) for name in ("omega", "chi_square", "df", "cfi", "tli", "rmsea", "srmr", "n")}
    parts = zip(items.names, found.loadings, found.residuals, strict=True)
    return ReliabilityTables([fit], [{"item": name, "loading": x, "residual": rest} for name, x, rest in parts])


def _hierarchical(items: Items, factors: int = 3) -> ReliabilityTables:
    from analysis.reliability import hierarchical_omega

    found = hierarchical_omega(items.answers, factors, items.weights)
    whole = {"omega_hierarchical": found.hierarchical, "omega_total": found.total, "factors": factors, "n": found.n}
    general = zip(items.names, found.general.tolist(), strict=True)
    return ReliabilityTables([whole], [{"item": name, "general_loading": x} for name, x in general])


def _invariance(items: Items, groups: NDArray[Any]) -> ReliabilityTables:
    from analysis.reliability import invariance

    return ReliabilityTables(invariance(items.answers, groups, items.facets).to_rows(), [])


KINDS: Mapping[str, ReliabilityKind] = MappingProxyType(
    {
        "alpha": ReliabilityKind({"weighted": flag, "level": level}, _alpha),
        "ordinal_alpha": ReliabilityKind({"weighted": flag}, _ordinal),
        "omega": ReliabilityKind({"weighted": flag}, _omega),
        "hierarchical_omega": ReliabilityKind({"weighted": flag, "factors": whole}, _hierarchical),
        "invariance": ReliabilityKind({"between": text}, _invariance, ("between",)),
    }
)
COMMON: Mapping[str, Reader] = MappingProxyType({"where": several(condition), "title": text})


def reliability_of(node: Node) -> ReliabilityPlan | None:
    """One figure, such as ``{alpha: [a1, a2, a3]}`` or ``{invariance: trust, between: language}``."""
    named = [kind for kind in KINDS if kind in node.names()]
    if len(named) != 1:
        node.refuse(f"one kind of reliability, one of {listed(KINDS)}, such as {{alpha: [a1, a2, a3]}}")
        return None
    before, kind = len(node.problems), KINDS[named[0]]
    found = fields(node, {named[0]: texts, **COMMON, **kind.options}, kind.required)
    if len(node.problems) > before:
        return None
    where = tuple(x for x in found.pop("where", ()) if x is not None)
    return ReliabilityPlan(named[0], found.pop(named[0]), found, where, found.pop("title", "") or "")


def answer_reliability(sample: PlanSample, wanted: ReliabilityPlan) -> ReliabilityTables:
    """Compute the figures of one entry; items of the plan's index are turned round and lose their missing codes."""
    options = dict(wanted.options)
    kept = rows_where(sample.design.table, sample.conditions(wanted.where))
    rows = np.ones(sample.design.rows, bool) if kept is None else kept
    parts = [items_of(sample, name) for name in wanted.names]
    names = tuple(name for part in parts for name in part)
    ends = np.cumsum([len(part) for part in parts]).tolist()
    facets = [tuple(range(end - len(part), end)) for part, end in zip(parts, ends, strict=True)]
    of_facets = all(len(facet) > 1 for facet in facets)
    items = Items(
        names,
        np.column_stack([_answers(sample, name)[rows] for name in names]),
        sample.design.weights[rows] if options.pop("weighted", False) else None,
        tuple(facets) if of_facets else (tuple(range(len(names))),),
    )
    if "between" in options:
        factor = sample.labelled((options["between"],)).table.factor(options.pop("between")).at(np.flatnonzero(rows))
        labels = np.array([*map(str, factor.levels), None], object)
        options["groups"] = labels[factor.codes]
    return KINDS[wanted.kind].run(items, **options)


def items_of(sample: PlanSample, name: str) -> Sequence[str]:
    """Return the items that a name means: of the index, of one of its facets, or the column itself."""
    recipe = sample.plan.index
    if recipe is not None:
        if name == recipe.name:
            return [item for facet in recipe.facets for item in facet.items]
        found = next((facet for facet in recipe.facets if facet.name == name), None)
        if found is not None:
            return found.items
    return [name]


def _answers(sample: PlanSample, item: str) -> Floats:
    recipe = sample.plan.index
    facet = next((x for x in (recipe.facets if recipe else ()) if item in x.items), None)
    return sample.design.table.numbers(item) if facet is None else turned_answers(sample, facet, item)


def turned_answers(sample: PlanSample, facet: FacetRecipe, item: str) -> Floats:
    """Return the answers (n,) to an item, turned round if it is reversed, without its missing codes."""
    values = sample.design.table.numbers(item)
    low, high = facet.scale(item)
    values = np.where(np.isin(values, facet.codes), np.nan, values)
    return np.asarray(low + high - values if item in facet.reversed_items else values)
