"""The index with and without answers that may be a machine's or a careless person's."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure import DraftFact, DraftTable
from analysis.estimation import mean
from analysis.frames import Factor, Table
from analysis.quality import straight_lines, twins
from analysis.report.draft import domain_of, picked, possible, rows_at, table_of
from analysis.report.study import ReportPlan, Study

QUALITY, CLEAR, DOUBTFUL = "quality", "clear", "doubtful"
DOUBTED = "doubted"  # the column, if there is one, of what was noticed while the answers came in

Mask = NDArray[np.bool_]


def quality_of(table: Table, plan: ReportPlan) -> Factor:
    """Clear or doubtful: noticed when it was sent, a straight line, or the twin of another."""
    doubtful = np.zeros(table.rows, bool)
    if DOUBTED in table:
        doubtful |= table.numbers(DOUBTED) > 0
    doubtful |= _straight(table, plan) | _twins(table, plan)
    return Factor(doubtful.astype(np.int64), (CLEAR, DOUBTFUL))


def _straight(table: Table, plan: ReportPlan) -> Mask:
    """Straight lines in the headline's questions, scale by scale."""
    scales: dict[tuple[float, float], list[tuple[str, bool]]] = {}
    for facet in plan.headline.facets:
        for item in facet.items:
            scales.setdefault(facet.scale(item), []).append((item, item in facet.reversed_items))
    found = np.zeros(table.rows, bool)
    for (low, high), items in scales.items():
        codes = np.column_stack([table.numbers(item) for item, _ in items])
        answers = np.where((codes >= low) & (codes <= high), codes, np.nan)
        found |= straight_lines(answers, np.array([turned for _, turned in items]))
    return found


def _twins(table: Table, plan: ReportPlan) -> Mask:
    """The same agency, groups and answers as somebody else."""
    columns: list[Sequence[float]] = [table.factor("agency").codes, *(table.factor(name).codes for name in plan.groups)]
    for item in plan.items:
        names = [f"{item.code}_{option}" for option in item.options] if item.kind == "multiple" else [item.code]
        columns += [table.numbers(name) for name in names]
    return twins(np.column_stack([np.asarray(column, np.float64) for column in columns]))


def quality_tables(study: Study, plan: ReportPlan) -> Iterator[DraftTable]:
    """The index of each agency among clear answers, with the weights that all answers have."""
    yield from possible(_without_doubtful, study, plan.headline.name)


def _without_doubtful(study: Study, index: str) -> DraftTable:
    found = mean(study.design, index, by=["agency", QUALITY])
    return table_of(study, "index_without_doubtful", "index", picked(found, lambda row: (QUALITY, CLEAR) in row.group))


def quality_facts(study: Study) -> tuple[DraftFact, ...]:
    """How many answers are doubtful."""
    doubtful = int(rows_at(study, QUALITY, DOUBTFUL).sum())
    return (DraftFact(DOUBTFUL, doubtful, "count", domain=domain_of(study, ((QUALITY, DOUBTFUL),))),)
