"""Whether items mean the same in several groups, in a plan."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from analysis.design import Design
from analysis.plan.entries import EntryKind, EntryTable, mask_of
from analysis.plan.nodes import choice, number, text, texts
from analysis.plan.plan import Entry
from analysis.plan.problems import NotInPlan
from analysis.plan.reliability import items_of, turned_answers
from analysis.plan.sample import PlanSample


def _turned(sample: PlanSample, names: Sequence[str], between: str) -> tuple[Design, list[str]]:
    """The design with the items of an index or facet turned round, and their names."""
    items = [item for name in names for item in items_of(sample, name)]
    recipe = sample.plan.index
    facets = {item: facet for facet in (recipe.facets if recipe else ()) for item in facet.items}
    columns = {item: turned_answers(sample, facets[item], item) for item in items if item in facets}
    return sample.labelled([between]).with_columns(columns), items


def _comparable(sample: PlanSample, entry: Entry) -> list[EntryTable]:
    from analysis.comparability import comparability

    options: dict[str, Any] = dict(entry.options)
    between = options.pop("between")
    design, items = _turned(sample, entry.value, between)
    options |= dict(zip(("low", "high"), _scale(sample, items, options), strict=True))
    levels = options.pop("levels", None)
    found = comparability(design, items, between, where=mask_of(sample, entry), levels=levels, **options)
    fit = EntryTable(found.model.to_rows(), "its model", (found.model.title(),))
    steps = EntryTable(found.to_rows(), "steps", (found.sentence,))
    effects = EntryTable(found.effect_rows(), "effect on gaps", ("points from 0 to 100, not percent",))
    return [steps, *([effects] if found.effects else []), fit]


def _scale(sample: PlanSample, items: Sequence[str], options: Mapping[str, Any]) -> tuple[float, float]:
    """The lowest and highest answer: stated, or those of the index."""
    recipe = sample.plan.index
    for facet in recipe.facets if recipe else ():
        if items[0] in facet.items:
            low, high = facet.scale(items[0])
            return options.get("low", low), options.get("high", high)
    if not {"low", "high"} <= set(options):
        raise NotInPlan(sample.plan.path, "low", "high")
    return options["low"], options["high"]


def _dif(sample: PlanSample, entry: Entry) -> list[EntryTable]:
    from analysis.comparability import item_dif

    between, match = entry.options["between"], entry.options.get("match", "rest")
    design, items = _turned(sample, entry.value, between)
    where = mask_of(sample, entry)
    found = [item_dif(design, item, items, between, match=match, where=where) for item in items]
    rows = [
        {**row, "nagelkerke": share, "n": each.n}
        for each in found
        for row, share in zip(each.to_rows(), np.diff(each.nagelkerke, prepend=0.0)[[1, 2, 2]].tolist(), strict=True)
    ]
    note = "uniform: one group answers higher at equal scores; non_uniform: the item separates people otherwise"
    return [EntryTable(rows, notes=(note, "nagelkerke: the share of variation that the group, or its product, adds"))]


KINDS: Mapping[str, EntryKind] = MappingProxyType(
    {
        "comparable": EntryKind(
            texts,
            _comparable,
            {"between": text, "levels": texts, "low": number, "high": number},
            ("between",),
        ),
        "dif": EntryKind(texts, _dif, {"between": text, "match": choice("rest", "total")}, ("between",)),
    }
)
EXAMPLE = "{comparable: trust, between: language}"
