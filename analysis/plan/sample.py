"""From a plan and its data to a weighted design, ready for questions."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.errors import AnalysisError, EmptyGroup, listed
from analysis.frames import Condition, Factor, Table, crossed
from analysis.frames.conditions import rows_where
from analysis.index import IndexScores, score_items
from analysis.plan.codes import ALL, by_code, code_text, idle_codes
from analysis.plan.inclusion import with_inclusion
from analysis.plan.large import large_design, parquet_files
from analysis.plan.numeric import check_numbers
from analysis.plan.plan import Plan
from analysis.plan.problems import NotInPlan
from analysis.plan.replication import replicated
from analysis.plan.weighting import weighted
from analysis.reading import DataFile, load_data
from analysis.reading.multiple import Options, joined_answers, split_answers
from analysis.reading.number_text import is_plain_number

Labels = Mapping[str, Mapping[str, str]]
Progress = Callable[[str], None]


@dataclass(frozen=True, eq=False, slots=True)
class PlanSample:
    """A plan's data, bound to their design and weighted.

    Parameters
    ----------
    plan
        The plan.
    design
        The rows, with index columns and final weights.
    labels
        Column -> code as text -> label.
    scores
        Index scores, when the plan has an index.
    multiple
        Question with several answers -> factor of 0 and 1 by option.
    reading
        The assumptions of the file's reader, in one line; empty without any.
    idle
        The codes of the plan that match no row, in one line; empty without any.
    """

    plan: Plan
    design: Design
    labels: Labels
    scores: IndexScores | None = None
    multiple: Mapping[str, Options] = field(default_factory=dict)
    reading: str = ""
    idle: str = ""

    def conditions(self, more: Iterable[Condition] = ()) -> tuple[Condition, ...] | None:
        """The plan's filter and some more conditions, by code."""
        return self.coded((*self.plan.where, *more)) or None

    def coded(self, conditions: Iterable[Condition]) -> tuple[Condition, ...]:
        """Return conditions with the codes of the labels that they name."""
        return tuple(found for each in conditions for found in by_code(each, self.design.table, self.labels))

    def labelled(self, columns: Iterable[str]) -> Design:
        """The design with labels in place of codes in these columns, their levels in the order of the plan."""
        changed = {}
        for name in columns:
            factor = self._named(name)
            if name in self.plan.order:
                factor = _arranged(factor, self._given_order(name, factor))
            if name in self.labels or name in self.plan.order:
                changed[name] = factor
        return self.design.with_columns(changed) if changed else self.design

    def _given_order(self, name: str, factor: Factor) -> list[int]:
        """The places of the levels in the order of the plan, by code or label; levels without rows may be left out."""
        labels = self.labels.get(name, {})
        order = [labels.get(level, level) for level in self.plan.order[name]]
        lacking = [level for level in factor.dense().levels if str(level) not in order]
        if lacking:
            raise IncompleteOrder(name, lacking[0], order)
        return sorted(range(len(factor.levels)), key=lambda k: _place(order, factor.levels[k]))

    def _named(self, name: str) -> Factor:
        """A column with labels in place of its codes."""
        factor = self.design.table.factor(name)
        return with_labels(factor, self.labels[name]) if name in self.labels else factor


def make_sample(plan: Plan, data: Path | None = None, progress: Progress = lambda text: None) -> PlanSample:
    """Read the data (of the plan, or another file of the same form), score, bind and weight them.

    Raises
    ------
    AnalysisError
        For a file, a column, a design or weights that cannot be used.
    """
    path = _path(plan, data)
    files = parquet_files(path)
    if files is not None and files.are_large:
        progress(f"adding up {path}")
        return PlanSample(plan, large_design(plan, files, weighted), plan.labels, reading=files.note())
    source = _load(plan, path, progress) if files is None else files.to_data()
    table, labels, scores = prepared(plan, source, progress)
    design = with_inclusion(_design(table, plan), plan.design.inclusion)
    design = replicated(design, plan.design.replicates)
    for step in plan.weighting:
        progress(f"weighting: {step.method}")
        design = weighted(design, step)
    return PlanSample(
        plan,
        design,
        labels,
        scores,
        _multiple(design.table, plan, source, labels),
        _reading(source, path),
        idle_codes(source.table, plan.missing, plan.labels),
    )


def prepared(
    plan: Plan, source: DataFile, progress: Progress = lambda text: None
) -> tuple[Table, Labels, IndexScores | None]:
    """The rows of a file without codes of no answer, those that `only` keeps, with the plan's index as columns."""
    check_numbers(plan, source)
    table = _without_missing(source.table, plan)
    labels = {**file_labels(source), **plan.labels}
    if plan.only:
        kept = rows_where(table, tuple(found for each in plan.only for found in by_code(each, table, labels)))
        if kept is None or not kept.any():
            raise EmptyGroup("the rows that meet 'only'")
        table = table.rows_at(kept)
    if plan.index is None:
        return table, labels, None
    progress(f"scoring the index '{plan.index.name}'")
    scores = score_items(plan.index, table)
    return table.with_columns(_index_columns(plan, scores)), labels, scores


def _path(plan: Plan, data: Path | None) -> Path:
    if plan.data is None and data is None:
        raise NotInPlan(plan.path, "data")
    return data if data is not None else plan.data.path  # type: ignore[union-attr]


def _load(plan: Plan, path: Path, progress: Progress) -> DataFile:
    progress(f"reading {path}")
    ids = () if plan.id is None else (plan.id,)
    return load_data(path, plan.data.form if plan.data is not None else None, as_text=ids)


def _reading(source: DataFile, path: Path) -> str:
    return f"read '{path.name}': {'; '.join(source.notes)}" if source.notes else ""


def _multiple(table: Table, plan: Plan, source: DataFile, labels: Labels) -> dict[str, Options]:
    """The questions with several answers of the plan, and those that the file shows by itself."""
    found = {
        name: split_answers(table, name, options=options)
        for name, options in source.multiple.items()
        if name not in plan.multiple and table.factor(name).levels
    }
    for name, wanted in plan.multiple.items():
        found[name] = (
            joined_answers(table, wanted.columns, wanted.no, labels)
            if wanted.columns
            else split_answers(table, name, wanted.separator)
        )
    return found


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
        return np.where(np.isin(values, [float(code) for code in codes if is_plain_number(code)]), np.nan, values)
    factor = table.factor(name)
    kept = [k if str(level) not in codes else -1 for k, level in enumerate(factor.levels)]
    return Factor(np.array([*kept, -1], np.int64)[factor.codes], factor.levels).dense()


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


class IncompleteOrder(AnalysisError):
    """An order of levels that lacks one of the data."""

    def __init__(self, column: str, level: object, order: Sequence[object]) -> None:
        self.column, self.level, self.order = column, level, tuple(order)
        super().__init__(f"expected each level of '{column}' in its order {listed(order, 20)}, but it lacks '{level}'")


def _place(order: Sequence[str], level: object) -> int:
    return order.index(str(level)) if str(level) in order else len(order)


def _arranged(factor: Factor, places: Iterable[int]) -> Factor:
    """The factor with its levels in another order."""
    order = np.array(list(places), np.int64)
    rank = np.empty(len(order) + 1, np.int64)
    rank[order] = np.arange(len(order))
    rank[-1] = -1
    return replace(factor, codes=rank[factor.codes], levels=tuple(factor.levels[k] for k in order), ordered=True)


def file_labels(source: DataFile) -> Labels:
    """Return the value labels of a file by the text of their codes."""
    return {name: {code_text(code): text for code, text in labels.items()} for name, labels in source.labels.items()}


def with_labels(factor: Factor, labels: Mapping[str, str]) -> Factor:
    """Return a factor with its levels under their labels; levels with the same label become one."""
    named = [labels.get(code_text(level), level) for level in factor.levels]
    levels = tuple(dict.fromkeys(named))
    place = np.array([*(levels.index(name) for name in named), -1], np.int64)
    return replace(factor, codes=place[factor.codes], levels=levels)
