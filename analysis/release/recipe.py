"""Draft a data set: weight as for the report, lay out the columns, pass all to the gate."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure import DraftMicrodata
from analysis.disclosure.microdata import DraftSource, Variable
from analysis.disclosure.microdata.variables import AGENCY, SOURCE
from analysis.index import IndexRecipe
from analysis.release.columns import agencies, answers, chosen_options, key_codes, option_columns
from analysis.release.keys import population_shares, tells_of
from analysis.release.plan import KeyPlan, ReleasePlan
from analysis.report import ItemPlan, Sample, weigh
from analysis.report.study import Study

Column = NDArray[Any]


def draft_release(samples: Sequence[Sample], plan: ReleasePlan, *, data: str) -> DraftMicrodata:
    """Draft the data set of a wave with true answers, for `analysis.disclosure.release`.

    Parameters
    ----------
    samples
        The wave's answers by sample source.
    plan
        The plan of the data set.
    data
        Name of the state of the answers, as in the wave's reports.
    """
    studies = [weigh(sample, plan.report) for sample in samples]
    parts = [_columns(study, code, plan) for code, study in enumerate(studies, 1)]
    return DraftMicrodata(
        wave=plan.report.wave,
        data=data,
        variables=tuple(_variables(plan, studies)),
        columns={name: np.concatenate([part[name] for part in parts]) for name in parts[0]},
        sources=tuple(_sources(studies)),
        targets={key.name: shares for key in plan.keys if (shares := population_shares(key, plan.report.targets))},
        marked=plan.marked,
    )


def _sources(studies: Sequence[Study]) -> Iterator[DraftSource]:
    start = 0
    for code, study in enumerate(studies, 1):
        stop = start + study.design.rows
        people = sum(study.sample.frame.values()) or None
        yield DraftSource(code, study.source, slice(start, stop), study.design, people)
        start = stop


def _columns(study: Study, code: int, plan: ReleasePlan) -> dict[str, Column]:
    table = study.design.table
    columns: dict[str, Column] = {SOURCE: np.full(table.rows, code, np.int16)}
    if plan.report.agencies:
        columns[AGENCY] = agencies(table, plan.report.agencies)
    columns |= {key.name: key_codes(table, key) for key in plan.keys}
    for item in plan.report.items:
        columns |= chosen_options(table, item) if item.kind == "multiple" else {item.code: answers(table, item.code)}
    return columns | {recipe.name: table.numbers(recipe.name) for recipe in _indices(plan)}


def _indices(plan: ReleasePlan) -> tuple[IndexRecipe, ...]:
    return (plan.report.headline, *plan.report.indices)


def _variables(plan: ReleasePlan, studies: Sequence[Study]) -> Iterator[Variable]:
    sources = {code: study.source for code, study in enumerate(studies, 1)}
    yield Variable(SOURCE, "key", tuple(sources), labels=sources)
    if plan.report.agencies:
        names = dict(enumerate(plan.report.agencies, 1))
        yield Variable(AGENCY, "item", tuple(names), labels=names)
    yield from (_key(key) for key in plan.keys)
    for item in plan.report.items:
        yield from _options(item, plan) if item.kind == "multiple" else [_item(item, plan)]
    for recipe in _indices(plan):
        yield Variable(recipe.name, "index", made_of=recipe.items)


def _key(key: KeyPlan) -> Variable:
    codes = key.codes if key.several is None else (*key.codes, key.several)
    return Variable(key.name, "key", codes, steps=key.steps, labels=key.labels, tells=tells_of(key))


def _item(item: ItemPlan, plan: ReleasePlan) -> Variable:
    harmless = plan.harmless.get(item.code, frozenset())
    visible = item.code in plan.visible
    shows = _columns_before(item, plan)
    return Variable(
        item.code, "item", item.options, sensitive=item.sensitive, harmless=harmless, visible=visible, shows=shows
    )


def _options(item: ItemPlan, plan: ReleasePlan) -> Iterator[Variable]:
    """Make one column for each option. Not having chosen an option is harmless."""
    visible, before, own = item.code in plan.visible, _columns_before(item, plan), option_columns(item)
    for name in own:
        harmless = plan.harmless.get(name, frozenset()) | {0}
        shows = before | {*own} - {name}
        yield Variable(name, "item", (0, 1), sensitive=item.sensitive, harmless=harmless, visible=visible, shows=shows)


def _columns_before(item: ItemPlan, plan: ReleasePlan) -> frozenset[str]:
    """Return the columns of the questions that decide whether this one is asked."""
    before = plan.asked_after.get(item.code, frozenset())
    return frozenset().union(*(_columns_of(each) for each in plan.report.items if each.code in before))


def _columns_of(item: ItemPlan) -> tuple[str, ...]:
    return option_columns(item) if item.kind == "multiple" else (item.code,)
