"""Convert opened responses to samples, and a survey to the plan of its report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.frames import Factor, Table
from analysis.index import FacetRecipe, IndexRecipe
from analysis.release import off_scale_column
from analysis.report import ItemPlan, ReportPlan, Sample, SharePlan
from analysis.report.study import BASE_WEIGHT
from app.questionnaire.definition import DONT_KNOW, Index, Item, Share, SharePart, Survey
from app.questionnaire.packing import Column, layout_of, unpack_all
from app.questionnaire.rules import AllOf, AnyOf, Atom, Not, Rule, items_named_in
from app.records.ballots import Opened, ResponseKind
from app.records.population import PopulationShare
from app.services.ballots.response_flags import SUSPICIOUS
from app.services.reports.households import CAP, HOUSEHOLD, household_weights
from app.services.reports.targets import OVERLAPPING, find_errors
from app.services.reports.targets import to_targets as to_targets
from app.services.waves.crowds import OTHER

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

ADDRESS_SAMPLE = "address-sample"
UNSTATED = ""  # the part of the city of answers that lost theirs in a small crowd
LARGEST_SCALE = 11  # an item with more options is a list, not a scale


def source_id(source: str) -> str:
    """Return a sample source as reports name it: ``address sample`` -> ``address-sample``."""
    return source.strip().lower().replace(" ", "-")


# --- responses -> samples


def to_samples(
    survey: Survey,
    opened: Opened,
    frames: Mapping[str, Mapping[str, float]],
    invited: Mapping[str, Mapping[str, int]],
    *,
    is_random: bool = False,
) -> list[Sample]:
    """Return the responses by sample source; `frames` and `invited` count addresses and codes by source and stratum.

    With `is_random`, the protocol of the survey round declares how the addresses were drawn at random.
    """
    named = [source_id(kind.source) for kind in opened.kinds]
    numbers, indices = unpack_all(survey, opened.codes), np.array(opened.kind_indices, np.int64)
    is_scattered = OTHER in named and bool(invited.get(ADDRESS_SAMPLE))
    samples = []
    for source in sorted(set(named)):
        in_source = np.array([name == source for name in named])[indices]
        table = _table(survey, opened.kinds, indices[in_source], numbers[in_source])
        drawn = is_random and source == ADDRESS_SAMPLE
        sample = _sample(source, table, drawn, frames.get(source, {}), invited.get(source, {}))
        samples.append(replace(sample, scattered=is_scattered and source in (ADDRESS_SAMPLE, OTHER)))
    return samples


def _sample(source: str, table: Table, drawn: bool, frame: Mapping[str, float], invited: Mapping[str, int]) -> Sample:
    """Return a sample. Address counts are used only if they are known for each stratum that answered.

    Otherwise the sample names the strata without a count, because all answers then begin with the same weight.
    """
    strata = [str(stratum) for stratum in table.factor("stratum").levels]
    unlisted = tuple(name for name in strata if name != UNSTATED and name not in frame) if invited else ()
    counts = {} if unlisted else _with_unstated({**frame}, table)
    known = {name: counts[name] for name in strata if name in counts}
    cap = CAP if source == ADDRESS_SAMPLE and HOUSEHOLD in table else 0
    if cap:
        table = table.with_columns({BASE_WEIGHT: household_weights(table.numbers(HOUSEHOLD))})
    return Sample(source, table, drawn, known, dict(invited), unlisted, cap)


def _with_unstated(frame: dict[str, float], table: Table) -> dict[str, float]:
    """Return address counts in which answers without their part of the city stand for their share of all parts."""
    factor = table.factor("stratum")
    if not frame or UNSTATED not in factor.levels or UNSTATED in frame:
        return frame
    part = float((factor.codes == factor.levels.index(UNSTATED)).mean())
    if part >= 1:
        return {UNSTATED: sum(frame.values())}
    return {name: count * (1 - part) for name, count in frame.items()} | {UNSTATED: part * sum(frame.values())}


def to_table(survey: Survey, opened: Opened) -> Table:
    """Return one row for each response: item numbers, choices as 0 and 1, groups as factors, shares as two columns."""
    return _table(survey, opened.kinds, np.array(opened.kind_indices, np.int64), unpack_all(survey, opened.codes))


def _table(
    survey: Survey, kinds: Sequence[ResponseKind], indices: NDArray[np.int64], numbers: NDArray[np.int16]
) -> Table:
    columns: dict[str, Any] = {
        "agency": _factor([kind.agency for kind in kinds], indices),
        "stratum": _factor([kind.stratum for kind in kinds], indices),
        "doubted": np.array([float(not SUSPICIOUS.isdisjoint(kind.flags.split())) for kind in kinds])[indices],
    }
    columns |= _item_columns(survey, numbers)
    for item in survey.key_variables:
        columns |= _group_columns(item, columns)
    for share in survey.shares:
        columns |= _share_columns(share, columns, len(indices))
    return Table(columns)


def _factor(names: Sequence[str], indices: NDArray[np.int64]) -> Factor:
    levels = tuple(sorted(set(names)))
    codes = np.array([levels.index(name) for name in names], np.int64)
    return Factor(codes[indices], levels).dense()


def _item_columns(survey: Survey, numbers: NDArray[np.int16]) -> dict[str, Floats]:
    """Return the columns of items; those with several answers are 0 and 1, or missing.

    The reason for a missing answer has its own column, for data sets.
    """
    columns = layout_of(survey).columns
    by_column = np.ascontiguousarray(numbers.T).astype(np.float64)
    off_scale: dict[str, Floats] = {}
    for column, values in zip(columns, by_column, strict=True):
        if column.option is not None:
            off_scale.setdefault(off_scale_column(column.item), np.where(values < 0, values, np.nan))
            values[values < 0] = np.nan
    return {column.name: values for column, values in zip(columns, by_column, strict=True)} | off_scale


def _group_columns(item: Item, columns: Mapping[str, Any]) -> dict[str, Factor]:
    """Return a factor of the levels, or where several can be chosen, a factor of yes and no for each."""
    assert item.key_variable is not None
    if not item.kind.takes_several:
        levels = tuple(str(option.code) for option in item.options)
        codes = np.full(len(columns[item.code]), -1, np.int64)
        for index, option in enumerate(item.options):
            codes[columns[item.code] == option.code] = index
        return {item.key_variable: Factor(codes, levels)}
    return {
        group_column(item, option.code): _yes_or_no(columns[Column(item.code, option.code).name])
        for option in item.options
    }


def group_column(item: Item, code: int) -> str:
    return f"{item.key_variable}_{code}"


def _yes_or_no(values: Floats) -> Factor:
    return Factor(np.select([values == 1, values == 0], [0, 1], -1).astype(np.int64), OVERLAPPING)


def _share_columns(share: Share, columns: Mapping[str, Any], rows: int) -> dict[str, Floats]:
    met, base = np.zeros(rows), np.zeros(rows)
    for part in share.parts:
        times = _times(part, columns, rows)
        counts = holds(part.base, columns)
        base += counts * times
        met += (counts & holds(part.met, columns)) * times
    return {f"{share.id}:met": met, f"{share.id}:base": base}


def _times(part: SharePart, columns: Mapping[str, Any], rows: int) -> Floats:
    """Return how many times it happened; 1 where that was not answered."""
    if part.times is None:
        return np.ones(rows)
    answered = columns[part.times]
    return np.where(answered > 0, answered, 1.0)


def holds(rule: Rule, columns: Mapping[str, Any]) -> Mask:
    """Return an (n,) mask of rows where a rule holds: `questionnaire.rules.evaluate` for whole columns."""
    match rule:
        case Atom():
            return np.asarray(_chosen(rule, columns) >= rule.at_least)
        case AllOf(rules):
            return np.asarray(np.logical_and.reduce([holds(each, columns) for each in rules]), np.bool_)
        case AnyOf(rules):
            return np.asarray(np.logical_or.reduce([holds(each, columns) for each in rules]), np.bool_)
        case Not(inner):
            return ~holds(inner, columns)


def _chosen(atom: Atom, columns: Mapping[str, Any]) -> NDArray[Any]:
    if atom.item in columns:
        return np.isin(columns[atom.item], atom.codes).astype(int)
    return np.asarray(sum((columns.get(f"{atom.item}_{code}", np.zeros(1)) == 1).astype(int) for code in atom.codes))


# --- survey -> plan


def to_plan(wave: str, survey: Survey, agencies: Sequence[str], population: Sequence[PopulationShare]) -> ReportPlan:
    """Return the contents of a report about a wave of this survey."""
    headline = headline_of(survey)
    groups = groups_of(survey)
    return ReportPlan(
        wave=wave,
        agencies=tuple(agencies),
        headline=to_recipe(headline, survey),
        indices=tuple(to_recipe(index, survey) for index in survey.indices if index is not headline),
        institutions=tuple(code for code in _institutions(survey)),
        items=tuple(_item_plan(item, survey) for item in survey.items.values() if _is_reported(item)),
        shares=tuple(SharePlan(share.id, _is_sensitive(share, survey)) for share in survey.shares),
        groups=groups,
        targets=to_targets(population, groups),
        target_errors=find_errors(population, groups),
        language_group="language" if "language" in groups else None,
    )


def headline_of(survey: Survey) -> Index:
    """Return the index that stands first in a report: the one about the rated agency, or else the first."""
    return next((index for index in survey.indices if index.rated), survey.indices[0])


def to_recipe(index: Index, survey: Survey) -> IndexRecipe:
    facets = tuple(
        FacetRecipe(
            facet.id,
            facet.items,
            reversed_items=tuple(code for code in facet.items if survey.items[code].reversed),
            low={code: float(survey.items[code].options[0].code) for code in facet.items},
            high={code: float(survey.items[code].options[-1].code) for code in facet.items},
            minimum_answered=facet.minimum_answered,
        )
        for facet in index.facets
    )
    return IndexRecipe(index.id, facets, index.minimum_facets)


def groups_of(survey: Survey) -> dict[str, tuple[str, ...]]:
    """Return the levels of each group; where several can be chosen, each option is a group of yes and no."""
    groups: dict[str, tuple[str, ...]] = {}
    for item in survey.key_variables:
        if item.kind.takes_several:
            groups |= {group_column(item, option.code): OVERLAPPING for option in item.options}
        elif item.key_variable:
            groups[item.key_variable] = tuple(str(option.code) for option in item.options)
    return groups


def _institutions(survey: Survey) -> Iterable[str]:
    """Yield the items from 0 to 10: trust in an institution as a whole."""
    for item in survey.items.values():
        codes = [option.code for option in item.options]
        if item.scale is not None and codes == list(range(LARGEST_SCALE)):
            yield item.code


def _is_reported(item: Item) -> bool:
    """Return whether an item is reported as such. Background and follow-up questions are shown elsewhere."""
    return (
        item.code != HOUSEHOLD
        and item.key_variable is None
        and item.parent is None
        and item.kind.report.counted(item) is not None
    )


def _item_plan(item: Item, survey: Survey) -> ItemPlan:
    rated = {code for index in survey.indices if index.rated for facet in index.facets for code in facet.items}
    section = next(section for section in survey.sections if section.id == item.section)
    counted = item.kind.report.counted(item)
    assert counted is not None, "only items that a report counts have a plan"
    return ItemPlan(
        item.code,
        counted,
        tuple(option.code for option in item.options),
        rated=item.code in rated,
        sensitive=item.sensitive or section.sensitive,
        dont_know=any(option.code == DONT_KNOW for option in item.choices) and not item.kind.takes_several,
    )


def _is_sensitive(share: Share, survey: Survey) -> bool:
    sensitive = {code for section in survey.sections if section.sensitive for code in section.items}
    return any(name in sensitive for part in share.parts for name in items_named_in(part.base))
