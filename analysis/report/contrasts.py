"""Compare each of several means of the same people with the average of the others: facets of an index, institutions."""

from collections.abc import Iterator, Sequence

from analysis.disclosure import DraftTable
from analysis.estimation import mean
from analysis.gaps.gap import Comparison, make_gaps
from analysis.report.draft import NothingToTell, estimates_of, possible, table_of
from analysis.report.indices import facets_of
from analysis.report.scores import score_column
from analysis.report.study import ReportPlan, Study
from analysis.results import Estimates, Group

FACET_GAPS, INSTITUTION_GAPS = "facet_gaps", "institution_gaps"


def facet_gap_table(study: Study, plan: ReportPlan) -> Iterator[DraftTable]:
    """Make the table of each facet minus the average of the others, by agency, among people with all facets."""
    yield from possible(_facet_gaps, study, plan)


def _facet_gaps(study: Study, plan: ReportPlan) -> DraftTable:
    found = _to_others(study, facets_of(plan), "agency")
    return table_of(study, FACET_GAPS, "gap", found, against=(None,) * len(found), base=FACET_GAPS)


def institution_gap_table(study: Study, plan: ReportPlan) -> Iterator[DraftTable]:
    """Make the table of trust in each institution minus the average of the others, among people who rated all."""
    yield from possible(_institution_gaps, study, plan)


def _institution_gaps(study: Study, plan: ReportPlan) -> DraftTable:
    found = _to_others(study, [score_column(code) for code in plan.institutions], None)
    return table_of(study, INSTITUTION_GAPS, "gap", found, against=(None,) * len(found), base=INSTITUTION_GAPS)


def _to_others(study: Study, columns: Sequence[str], by: str | None) -> Estimates:
    """Estimate the gaps; none of fewer than two columns."""
    if len(columns) < 2:
        raise NothingToTell()
    found = mean(study.design, columns, by=by)
    gaps = make_gaps("contrast", found, list(_comparisons(found)), df="domain", level=0.95, adjust="none")
    return estimates_of(gaps, [gap.group for gap in gaps])


def _comparisons(found: Estimates) -> Iterator[Comparison]:
    """Compare each mean with the others of the same group."""
    places: dict[Group, list[int]] = {}
    for k, row in enumerate(found):
        places.setdefault(row.group, []).append(k)
    for group, own in places.items():
        for k in own:
            others = dict.fromkeys(own, -1 / (len(own) - 1))
            yield Comparison(others | {k: 1.0}, group, found[k].term, found[k].term)
