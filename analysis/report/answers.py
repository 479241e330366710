"""What people answered: trust in bands, items, several choices, and ratios such as crimes reported."""

from collections.abc import Iterator, Sequence

import numpy as np

from analysis.disclosure import DraftTable
from analysis.estimation import mean, ratio, share
from analysis.report.draft import joined, picked, possible, renamed, table_of
from analysis.report.study import ItemPlan, ReportPlan, SharePlan, Study
from analysis.results import Estimates


def institution_tables(study: Study, plan: ReportPlan) -> Iterator[DraftTable]:
    """Trust in each institution: low, neutral, high, don't know; and its mean, 0-100."""
    yield from possible(_bands_table, study, plan.institutions)
    yield from possible(_scores_table, study, plan.institutions)


def _bands_table(study: Study, codes: Sequence[str]) -> DraftTable:
    return table_of(study, "institutions", "share", joined(share(study.design, f"{code}:band") for code in codes))


def _scores_table(study: Study, codes: Sequence[str]) -> DraftTable:
    answers = {code: study.design.table.numbers(code) for code in codes}
    scores = {f"{code}:score": np.where(values < 0, np.nan, 10.0 * values) for code, values in answers.items()}
    scored = study.design.with_columns(scores)
    return table_of(study, "institution_scores", "index", joined(mean(scored, column) for column in scores))


def item_tables(study: Study, plan: ReportPlan) -> Iterator[DraftTable]:
    """Each item's answers, and how many said "don't know"."""
    for item in plan.items:
        yield from possible(_item_table, study, item)
    yield from possible(_dont_know_table, study, [item.code for item in plan.items if item.dont_know])


def _item_table(study: Study, item: ItemPlan) -> DraftTable:
    if item.kind == "multiple":
        found = joined(_chosen(study, f"{item.code}_{option}") for option in item.options)
    else:
        found = share(study.design, f"{item.code}:answer", by="agency" if item.rated else None)
    return table_of(study, f"item_{item.code}", "share", found, sensitive=item.sensitive, base=f"item_{item.code}")


def _chosen(study: Study, column: str) -> Estimates:
    """The share that chose an option, among those who answered the item."""
    found = share(study.design, column)
    return renamed(picked(found, lambda row: row.term == f"{column}=1"), column)


def _dont_know_table(study: Study, codes: Sequence[str]) -> DraftTable:
    return table_of(study, "dont_know", "share", joined(_dont_know(study, code) for code in codes))


def _dont_know(study: Study, code: str) -> Estimates:
    found = share(study.design, f"{code}:dont_know")
    return renamed(picked(found, lambda row: row.term.endswith("=yes")), code)


def share_tables(study: Study, plan: ReportPlan) -> Iterator[DraftTable]:
    """The ratios of the plan, each among those to whom it applies."""
    for each in plan.shares:
        yield from possible(_share_table, study, each)


def _share_table(study: Study, each: SharePlan) -> DraftTable:
    applies = study.design.table.numbers(f"{each.id}:base") > 0
    found = ratio(study.design, f"{each.id}:met", f"{each.id}:base", where=applies)
    return table_of(study, f"share_{each.id}", "share", renamed(found, each.id), sensitive=each.sensitive)
