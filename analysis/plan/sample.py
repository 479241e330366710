"""From a plan and its data to a weighted design, ready for questions."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.errors import EmptyGroup
from analysis.frames import Condition, Factor, Table, crossed
from analysis.frames.conditions import rows_where
from analysis.index import IndexScores, score_items
from analysis.plan.plan import Plan
from analysis.plan.problems import NotInPlan
from analysis.plan.replication import replicated
from analysis.plan.weighting import weighted
from analysis.reading import DataFile, load_data

Labels = Mapping[str, Mapping[str, str]]
Progress = Callable[[str], None]
ALL = "all"


@dataclass(frozen=True, eq=False, slots=True)
class Sample:
    """A plan's data, bound to their design and weighted.

    Parameters
    ----------
    plan
        What is asked.
    design
        The rows, with index columns and final weights.
    labels
        Column -> code as text -> label.
    scores
        Index scores, when the plan has an index.
    """

    plan: Plan
    design: Design
    labels: Labels
    scores: IndexScores | None = None

    def conditions(self, more: Iterable[Condition] = ()) -> tuple[Condition, ...] | None:
        """The plan's filter and some more conditions."""
        return (*self.plan.where, *more) or None

    def labelled(self, columns: Iterable[str]) -> Design:
        """The design with labels in place of codes in these columns."""
        named = {
            name: _with_labels(self.design.table.factor(name), self.labels[name])
            for name in columns
            if name in self.labels
        }
        return self.design.with_columns(named) if named else self.design


def make_sample(plan: Plan, data: Path | None = None, progress: Progress = lambda text: None) -> Sample:
    """Read the data (of the plan, or another file of the same form), score, bind and weight them.

    Raises
    ------
    AnalysisError
        Whatever is wrong with the file, a column, the design or the weights.
    """
    source = _load(plan, data, progress)
    table = _without_missing(source.table, plan)
    if plan.only:
        kept = rows_where(table, plan.only)
        if kept is None or not kept.any():
            raise EmptyGroup("the rows that meet 'only'")
        table = table.rows_at(kept)
    scores = None
    if plan.index is not None:
        progress(f"scoring the index '{plan.index.name}'")
        scores = score_items(plan.index, table)
        table = table.with_columns(_index_columns(plan, scores))
    design = replicated(_design(table, plan), plan.design.replicates)
    for step in plan.weighting:
        progress(f"weighting: {step.method}")
        design = weighted(design, step)
    return Sample(plan, design, _labels(source, plan), scores)


def _load(plan: Plan, data: Path | None, progress: Progress) -> DataFile:
    if plan.data is None and data is None:
        raise NotInPlan(plan.path, "data")
    path = data if data is not None else plan.data.path  # type: ignore[union-attr]
    progress(f"reading {path}")
    return load_data(path, plan.data.form if plan.data is not None else None)


def _without_missing(table: Table, plan: Plan) -> Table:
    """Codes that stand for no answer become missing; ``all`` means each numeric column that is not of the design."""
    everywhere = plan.missing.get(ALL, ())
    changed = {}
    for name in table.names:
        codes = plan.missing.get(name, ())
        if everywhere and table.is_numeric(name) and name not in plan.design.columns:
            codes = (*codes, *everywhere)
        if codes:
            changed[name] = _blanked(table, name, codes)
    for name in plan.missing:
        if name != ALL:
            table.factor(name)  # refuses a column that is not there
    return table.with_columns(changed) if changed else table


def _blanked(table: Table, name: str, codes: Iterable[str]) -> Any:
    if table.is_numeric(name):
        values = table.numbers(name)
        return np.where(np.isin(values, [float(code) for code in codes if _is_number(code)]), np.nan, values)
    factor = table.factor(name)
    kept = [k if str(level) not in codes else -1 for k, level in enumerate(factor.levels)]
    return Factor(np.array([*kept, -1], np.int64)[factor.codes], factor.levels).dense()


def _is_number(code: str) -> bool:
    try:
        float(code)
    except ValueError:
        return False
    return True


def _index_columns(plan: Plan, scores: IndexScores) -> dict[str, NDArray[np.float64]]:
    """The index, and its facets where there are several."""
    assert plan.index is not None
    facets = dict(scores.facets) if len(scores.facets) > 1 else {}
    return {**facets, plan.index.name: scores.values}


def _design(table: Table, plan: Plan) -> Design:
    wanted = plan.design
    strata = wanted.strata[0] if wanted.strata else None
    if len(wanted.strata) > 1:
        strata = " x ".join(wanted.strata)
        table = table.with_columns({strata: _crossing(table, wanted.strata)})
    return Design.of(
        table,
        weights=wanted.weights,
        strata=strata,
        psu=wanted.psu,
        fpc=wanted.fpc,
        nest=wanted.nest,
        lonely=wanted.lonely,
    )


def _crossing(table: Table, names: tuple[str, ...]) -> Factor:
    factor = crossed([table.factor(name) for name in names])
    return Factor(factor.codes, tuple(" x ".join(map(str, level)) for level in factor.levels))


def _labels(source: DataFile, plan: Plan) -> Labels:
    of_file = {name: {_code(code): text for code, text in labels.items()} for name, labels in source.labels.items()}
    return {**of_file, **plan.labels}


def _code(code: Any) -> str:
    return str(int(code)) if isinstance(code, float) and code.is_integer() else str(code)


def _with_labels(factor: Factor, labels: Mapping[str, str]) -> Factor:
    """Levels under their labels; levels with the same label become one."""
    named = [labels.get(_code(level), level) for level in factor.levels]
    levels = tuple(dict.fromkeys(named))
    place = np.array([*(levels.index(name) for name in named), -1], np.int64)
    return Factor(place[factor.codes], levels)
