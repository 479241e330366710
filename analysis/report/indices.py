"""Make the tables of the index and its facets: everyone, by group, against the rest, and against the wave before."""

from collections.abc import Collection, Iterator, Sequence

from analysis.disclosure import DraftTable
from analysis.estimation import mean, means
from analysis.gaps import changes_between, pairwise_gaps
from analysis.report.draft import domain_of, estimates_of, joined, picked, possible, table_of
from analysis.report.rest import gaps_to_rest
from analysis.report.scores import facet_column
from analysis.report.study import NOT_IN_IT, ReportPlan, Study
from analysis.report.together import means_together
from analysis.results import Estimates

AGENCY_GAPS, CHANGES, REST_GAPS = "agency_gaps", "changes", "rest_gaps_by_"


def headline_tables(study: Study, plan: ReportPlan) -> Iterator[DraftTable]:
    """Make the tables of the index of each agency, and its facets."""
    yield from possible(_rated_table, study, "index", [plan.headline.name])
    yield from possible(_rated_table, study, "facets", facets_of(plan))
    yield from possible(_agency_gaps, study, plan)


def _agency_gaps(study: Study, plan: ReportPlan) -> DraftTable | None:
    """Compare each two agencies."""
    found = rated(study, plan.headline.name)
    if len(found) < 2:
        return None
    gaps = pairwise_gaps(found, adjust="none")
    estimates = estimates_of(gaps, [(("agency", gap.of),) for gap in gaps])
    against = tuple(domain_of(study, (("agency", gap.against),)) for gap in gaps)
    return table_of(study, AGENCY_GAPS, "gap", estimates, against=against)


def facets_of(plan: ReportPlan) -> list[str]:
    """Return the columns of the headline's facets."""
    return [facet_column(plan.headline, facet.name) for facet in plan.headline.facets]


def _rated_table(study: Study, id: str, columns: Sequence[str]) -> DraftTable:
    return table_of(study, id, "index", joined(means(study.design, [(column, "agency") for column in columns])))


def rated(study: Study, column: str) -> Estimates:
    """Estimate the mean of a column for each agency."""
    return mean(study.design, column, by="agency")


def group_tables(study: Study, plan: ReportPlan) -> Iterator[DraftTable]:
    """Make the tables of the index by agency and group, and of each group against the others of that agency."""
    found = means(study.design, [(plan.headline.name, ("agency", group)) for group in plan.groups])
    for group, by_group in zip(plan.groups, found, strict=True):
        yield from possible(_group_table, study, group, by_group)
        yield from possible(_gap_table, study, plan, group)


def _group_table(study: Study, group: str, found: Estimates) -> DraftTable:
    return table_of(study, f"index_by_{group}", "index", _in_it(found, group))


def _in_it(found: Estimates, group: str) -> Estimates:
    """Keep only the members of an overlapping group."""
    return picked(found, lambda row: dict(row.group)[group] != NOT_IN_IT)


def _gap_table(study: Study, plan: ReportPlan, group: str) -> DraftTable | None:
    """Make the table of gaps to the rest. `against` names the people asked about the agency, without the group."""
    found = gaps_to_rest(study, plan, group)
    against = tuple(domain_of(study, row.group[:1]) for row in found)
    return table_of(study, f"{REST_GAPS}{group}", "gap", found, against=against) if len(found) else None


def other_index_tables(study: Study, plan: ReportPlan) -> Iterator[DraftTable]:
    """Make the tables of the indices that are not about one agency: everyone, and by group."""
    yield from possible(_other_table, study, plan)
    for group in plan.groups:
        yield from possible(_other_by_group, study, plan, group)


def _other_table(study: Study, plan: ReportPlan) -> DraftTable:
    return table_of(
        study, "other_indices", "index", joined(means(study.design, [(x.name, None) for x in plan.indices]))
    )


def _other_by_group(study: Study, plan: ReportPlan, group: str) -> DraftTable:
    found = means(study.design, [(recipe.name, group) for recipe in plan.indices])
    return table_of(study, f"other_indices_by_{group}", "index", joined(_in_it(each, group) for each in found))


def change_tables(
    study: Study, before: Study | None, plan: ReportPlan, compared: Collection[str] | None = None
) -> Iterator[DraftTable]:
    """Make the tables of the index of each agency minus that of the wave before, from two independent samples.

    `compared` names the columns that both waves compute from the same questions; by default all of them.
    """
    columns = [plan.headline.name, *facets_of(plan)]
    same = [column for column in columns if compared is None or column in compared]
    if before is not None and same:
        yield from possible(_change_table, study, before, same)


def _change_table(study: Study, before: Study, columns: Sequence[str]) -> DraftTable:
    then, now = (means_together(each.design, columns, "agency") for each in (before, study))
    gaps = changes_between(then, now, adjust="none")
    found = estimates_of(gaps, [gap.group for gap in gaps])
    return table_of(study, CHANGES, "gap", found, against=(None,) * len(found))
