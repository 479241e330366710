"""Make the tables of answers: trust in bands, items, several choices, and ratios such as crimes reported."""

from collections.abc import Iterator, Mapping, Sequence

from analysis.disclosure import DraftTable
from analysis.estimation import means, ratio, shares
from analysis.report.draft import joined, picked, possible, renamed, table_of
from analysis.report.scores import score_column
from analysis.report.study import ItemPlan, ReportPlan, SharePlan, Study
from analysis.results import Estimates


def institution_tables(study: Study, plan: ReportPlan) -> Iterator[DraftTable]:
    """Make the tables of trust in each institution: low, neutral, high, don't know; and its mean, 0-100."""
    yield from possible(_bands_table, study, plan.institutions)
    yield from possible(_scores_table, study, plan.institutions)


def _bands_table(study: Study, codes: Sequence[str]) -> DraftTable:
    found = shares(study.design, [(f"{code}:band", None) for code in codes])
    return table_of(study, "institutions", "share", joined(found))


def _scores_table(study: Study, codes: Sequence[str]) -> DraftTable:
    found = means(study.design, [(score_column(code), None) for code in codes])
    return table_of(study, "institution_scores", "index", joined(found))


def item_tables(study: Study, plan: ReportPlan) -> Iterator[DraftTable]:
    """Make the tables of each item's answers, with "don't know"."""
    asked = {column: "agency" if item.rated else None for item in plan.items for column in _columns(item)}
    found = dict(zip(asked, shares(study.design, asked.items()), strict=True))
    for item in plan.items:
        own = {column: found[column] for column in _columns(item)}
        yield from possible(_item_table, study, item, own)
    yield from possible(_dont_know_table, study, [item.code for item in plan.items if item.dont_know])


def _columns(item: ItemPlan) -> list[str]:
    if item.kind == "multiple":
        return [f"{item.code}_{option}" for option in item.options]
    return [f"{item.code}:answer"]


def _item_table(study: Study, item: ItemPlan, found: Mapping[str, Estimates]) -> DraftTable:
    parts = [_chosen(column, each) for column, each in found.items()] if item.kind == "multiple" else found.values()
    return table_of(
        study, f"item_{item.code}", "share", joined(parts), sensitive=item.sensitive, base=f"item_{item.code}"
    )


def _chosen(column: str, found: Estimates) -> Estimates:
    """Estimate the share that chose an option, among the people who answered the item."""
    return renamed(picked(found, lambda row: row.term == f"{column}=1"), column)


def _dont_know_table(study: Study, codes: Sequence[str]) -> DraftTable:
    found = shares(study.design, [(f"{code}:dont_know", None) for code in codes])
    return table_of(study, "dont_know", "share", joined(map(_said_so, codes, found)))


def _said_so(code: str, found: Estimates) -> Estimates:
    return renamed(picked(found, lambda row: row.term.endswith("=yes")), code)


def share_tables(study: Study, plan: ReportPlan) -> Iterator[DraftTable]:
    """Make the tables of the plan's ratios, each among the people to whom it applies."""
    for each in plan.shares:
        yield from possible(_share_table, study, each)


def _share_table(study: Study, each: SharePlan) -> DraftTable:
    applies = study.design.table.numbers(f"{each.id}:base") > 0
    found = ratio(study.design, f"{each.id}:met", f"{each.id}:base", where=applies)
    return table_of(study, f"share_{each.id}", "share", renamed(found, each.id), sensitive=each.sensitive)
