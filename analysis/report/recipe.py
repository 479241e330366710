"""Run the steps of a report: weight, estimate, and pass all to the disclosure gate."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from analysis.disclosure import (
    Catalogue,
    DraftFact,
    DraftReport,
    DraftSection,
    DraftTable,
    PublishedReport,
    Rules,
    publish,
)
from analysis.report.answers import institution_tables, item_tables, share_tables
from analysis.report.claims import make_claims
from analysis.report.contrasts import facet_gap_table, institution_gap_table
from analysis.report.indices import change_tables, group_tables, headline_tables, other_index_tables
from analysis.report.quality import CLEAR, DOUBTFUL, QUALITY, is_stated, quality_facts, quality_tables
from analysis.report.respondents import composition_tables, driver_table, method_facts, reliability_tables
from analysis.report.study import NOT_IN_IT, ReportPlan, Sample, Study
from analysis.report.weighting import weigh

SECTIONS = {
    "headline": headline_tables,
    "other_indices": other_index_tables,
    "institutions": institution_tables,
    "groups": group_tables,
    "items": item_tables,
    "shares": share_tables,
    "composition": composition_tables,
    "drivers": driver_table,
    "reliability": reliability_tables,
    "facet_gaps": facet_gap_table,
    "institution_gaps": institution_gap_table,
    "quality": quality_tables,
}


def draft_report(
    samples: Sequence[Sample],
    plan: ReportPlan,
    *,
    data: str,
    facts: Sequence[DraftFact] = (),
    before: Sequence[Sample] = (),
    before_plan: ReportPlan | None = None,
    compared: Collection[str] | None = None,
    earlier: Sequence[PublishedReport] = (),
) -> DraftReport:
    """Draft all sections for each sample source, one source after the other, never mixed.

    Parameters
    ----------
    samples
        The wave's answers by sample source.
    plan
        The plan of the report.
    data
        Name of the state of the answers (their digest).
    facts
        The facts of the method box that are no estimates: dates, languages, sponsor, wording.
    before
        The wave before, for the same community; compared source by source.
    before_plan
        The plan of the wave before, where it asked other questions.
    compared
        The headline and facets that both waves compute from the same questions; by default all of them.
    earlier
        Reports of all waves before, the first one first.
    """
    studies = [weigh(sample, plan) for sample in samples]
    weighed_before = {sample.source: weigh(sample, before_plan or plan) for sample in before}
    # Codes of items contain digits. Declared codes may appear in the titles of tables.
    codes = DraftFact("items", " ".join([*(item.code for item in plan.items), *plan.institutions]), "constant")
    sections = [DraftSection("method", facts=(*facts, codes, *_population_facts(plan)))]
    for study in studies:
        sections += _sections(study, weighed_before.get(study.source), plan, compared)
    claims = make_claims(studies, [table for section in sections for table in section.tables])
    return DraftReport(plan.wave, data, _catalogue(plan, studies), tuple(sections), tuple(earlier), claims)


def analyse(
    samples: Sequence[Sample],
    plan: ReportPlan,
    *,
    data: str,
    facts: Sequence[DraftFact] = (),
    before: Sequence[Sample] = (),
    history: Sequence[PublishedReport] = (),
    rules: Rules | None = None,
) -> PublishedReport:
    """Publish the report of a wave, the only way from answers to figures. Parameters as for `draft_report`."""
    draft = draft_report(samples, plan, data=data, facts=facts, before=before)
    return publish(draft, history, rules or Rules())


def _population_facts(plan: ReportPlan) -> Iterator[DraftFact]:
    """Return the population's share of each group in percent, as published by a statistical office."""
    for margin in plan.targets.margins if plan.targets else ():
        total = sum(margin.values)
        for level, value in zip(margin.levels, margin.values, strict=True):
            if level[0] != NOT_IN_IT and margin.columns[0] in plan.groups:
                yield DraftFact(f"population.{margin.columns[0]}={level[0]}", round(100 * value / total, 1), "constant")


def _sections(
    study: Study, earlier: Study | None, plan: ReportPlan, compared: Collection[str] | None
) -> Iterator[DraftSection]:
    yield DraftSection(f"{study.source}.method", facts=_facts(study, plan))
    for name, tables in SECTIONS.items():
        yield _section(study, name, tables(study, plan))
    yield _section(study, "changes", change_tables(study, earlier, plan, compared))


def _facts(study: Study, plan: ReportPlan) -> tuple[DraftFact, ...]:
    """Return the method box of a source, and the number of its comparisons."""
    looked = (DraftFact("compared", study.source, "compared"), DraftFact("clear", study.source, "clear"))
    return (*method_facts(study, plan), *quality_facts(study, plan), *looked)


def _section(study: Study, name: str, tables: Iterable[DraftTable]) -> DraftSection:
    return DraftSection(f"{study.source}.{name}", tables=tuple(tables))


def _catalogue(plan: ReportPlan, studies: Sequence[Study]) -> Catalogue:
    return make_catalogue(plan, [study.source for study in studies], with_quality=is_stated(studies, plan))


def make_catalogue(plan: ReportPlan, sources: Sequence[str], *, with_quality: bool = False) -> Catalogue:
    """Make every group that a report may cover: sources, agencies within them, and groups within both."""
    quality = {QUALITY: (CLEAR, DOUBTFUL)} if with_quality else {}
    variables: Mapping[str, Sequence[str]] = {
        "source": tuple(sources),
        "agency": plan.agencies,
        **quality,
        **plan.groups,
    }
    crossings: list[tuple[str, ...]] = [("source", "agency")]
    crossings += [crossing for name in quality for crossing in (("source", name), ("source", "agency", name))]
    crossings += [("source", group) for group in plan.groups]
    crossings += [("source", "agency", group) for group in plan.groups]
    return Catalogue.of(variables, crossings=crossings)
