"""Compute the index with and without answers that may come from a machine or a careless person.

The report shows it only for an agency with many answers of both kinds. With few doubtful answers, the difference would
be about these few people. If the report showed it where there are none, its absence would disclose that there are some.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure import DraftFact, DraftTable, Rules
from analysis.estimation import mean
from analysis.frames import Factor, Table
from analysis.quality import straight_lines, twins
from analysis.report.draft import domain_of, picked, possible, rows_at, table_of
from analysis.report.study import ReportPlan, Study

QUALITY, CLEAR, DOUBTFUL = "quality", "clear", "doubtful"
ENOUGH = Rules().score_minimum  # doubtful answers with a score, for then even their own mean may be known
DOUBTED = "doubted"  # the column, if there is one, of flags from the time of submission

Mask = NDArray[np.bool_]


def quality_of(table: Table, plan: ReportPlan) -> Factor:
    """Classify each answer as clear or doubtful: flagged at submission, a straight line, or a twin."""
    doubtful = np.zeros(table.rows, bool)
    if DOUBTED in table:
        doubtful |= table.numbers(DOUBTED) > 0
    doubtful |= _straight(table, plan) | _twins(table, plan)
    return Factor(doubtful.astype(np.int64), (CLEAR, DOUBTFUL))


def _straight(table: Table, plan: ReportPlan) -> Mask:
    """Find straight lines in the headline's questions, scale by scale."""
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
    """Find people with the same agency, groups and answers as another person."""
    columns: list[Any] = [table.factor(name).codes for name in ("agency", *plan.groups)]
    for item in plan.items:
        names = [f"{item.code}_{option}" for option in item.options] if item.kind == "multiple" else [item.code]
        columns += [table.numbers(name) for name in names]
    return twins(columns)


def stated_agencies(study: Study, plan: ReportPlan) -> frozenset[str]:
    """Return the agencies with enough doubtful answers and enough clear ones."""
    scored = ~np.isnan(study.design.table.numbers(plan.headline.name))
    kinds = [scored & rows_at(study, QUALITY, kind) for kind in (CLEAR, DOUBTFUL)]
    about = {agency: rows_at(study, "agency", agency) for agency in plan.agencies}
    return frozenset(
        agency for agency, inside in about.items() if min((inside & kind).sum() for kind in kinds) >= ENOUGH
    )


def is_stated(studies: Iterable[Study], plan: ReportPlan) -> bool:
    """Return whether the catalog needs the two kinds."""
    return any(stated_agencies(study, plan) for study in studies)


def quality_tables(study: Study, plan: ReportPlan) -> Iterator[DraftTable]:
    """Make the table of the index of each agency among clear answers, with the weights of all answers."""
    agencies = stated_agencies(study, plan)
    if agencies:
        yield from possible(_without_doubtful, study, plan.headline.name, agencies)


def _without_doubtful(study: Study, index: str, agencies: frozenset[str]) -> DraftTable:
    found = mean(study.design, index, by=["agency", QUALITY])
    kept = picked(found, lambda row: (QUALITY, CLEAR) in row.group and dict(row.group)["agency"] in agencies)
    return table_of(study, "index_without_doubtful", "index", kept)


def quality_facts(study: Study, plan: ReportPlan) -> Iterator[DraftFact]:
    """Count the doubtful answers, only where the count discloses nothing about an agency that is not shown."""
    there = {agency for agency in plan.agencies if rows_at(study, "agency", agency).any()}
    if there and there <= stated_agencies(study, plan):
        doubtful = int(rows_at(study, QUALITY, DOUBTFUL).sum())
        yield DraftFact(DOUBTFUL, doubtful, "count", domain=domain_of(study, ((QUALITY, DOUBTFUL),)))
