"""Missing answers in a plan: the index by prorating, by complete answers and by imputation; imputed files pooled."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from analysis.plan.entries import EntryKind, EntryTable, mask_of
from analysis.plan.nodes import level, text, texts, whole
from analysis.plan.plan import Entry
from analysis.plan.problems import NotInPlan
from analysis.plan.sample import PlanSample


def _index(sample: PlanSample, entry: Entry) -> list[EntryTable]:
    from analysis.missing import index_sensitivity

    recipe = sample.plan.index
    if recipe is None or entry.value != recipe.name:
        raise NotInPlan(sample.plan.path, f"index: {{name: {entry.value}}}")
    options: dict[str, Any] = dict(entry.options)
    by = options.pop("by", ())
    found = index_sensitivity(sample.labelled(by), recipe, by=by, where=mask_of(sample, entry), **options)
    return [EntryTable(found.to_rows(), notes=found.notes)]


def _pooled(sample: PlanSample, entry: Entry) -> list[EntryTable]:
    from analysis.design import Design
    from analysis.estimation import mean
    from analysis.missing import pool_imputations

    options: dict[str, Any] = dict(entry.options)
    files, by = options.pop("files"), options.pop("by", ())
    design: Design = sample.labelled(by)
    factor, keep = design.table.factor(files), mask_of(sample, entry)
    masks = [factor.codes == code for code in range(len(factor.levels))]
    found = [mean(design, entry.value, by=by, where=m if keep is None else m & keep, **options) for m in masks]
    pooled = pool_imputations(found, **options)
    return [EntryTable(pooled.to_rows(), notes=(pooled.title(),))]


KINDS: Mapping[str, EntryKind] = MappingProxyType(
    {
        "index": EntryKind(text, _index, {"by": texts, "imputations": whole, "seed": whole, "level": level}),
        "mean": EntryKind(text, _pooled, {"by": texts, "files": text, "level": level}, ("files",)),
    }
)
EXAMPLE = "{index: trust, imputations: 20}"
