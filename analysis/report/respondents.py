"""Describe the respondents: composition before and after weighting, drivers of trust, reliability, method box."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure import DraftFact, DraftTable
from analysis.estimation import kish, share
from analysis.index import item_points
from analysis.intervals.interval import Interval
from analysis.models import regress
from analysis.reliability import design_alpha
from analysis.report.bending import bent_facts
from analysis.report.draft import domain_of, joined, picked, possible, rows_at, table_of
from analysis.report.nonresponse import response_facts
from analysis.report.rest import has_moderated_gaps
from analysis.report.scores import facet_column
from analysis.report.study import ReportPlan, Study
from analysis.report.weighting import unweighted
from analysis.results import Estimate, Estimates

Floats = NDArray[np.float64]

DRIVERS = "drivers"
ENOUGH_FOR_RELIABILITY = 100


def composition_tables(study: Study, plan: ReportPlan) -> Iterator[DraftTable]:
    """Make the tables of each group's share of the respondents, before and after weighting."""
    plain = replace(study, design=unweighted(study))
    for group in plan.groups:
        yield from possible(_composition, plain, group, "before")
        yield from possible(_composition, study, group, "after")


def _composition(study: Study, group: str, when: str) -> DraftTable:
    found = picked(share(study.design, group), lambda row: not row.term.endswith("=no"))
    return table_of(study, f"composition_{when}_{group}", "share", found)


def driver_table(study: Study, plan: ReportPlan) -> Iterator[DraftTable]:
    """Make the table of trust in institutions by the facets: points of trust for ten points of each facet, jointly."""
    outcome = next((recipe.name for recipe in plan.indices if recipe.name == "ITI"), None)
    if outcome is not None:
        yield from possible(_drivers, study, plan, outcome)


def _drivers(study: Study, plan: ReportPlan, outcome: str) -> DraftTable:
    facets = [facet_column(plan.headline, facet.name) for facet in plan.headline.facets]
    fitted = regress(study.design, outcome, [*facets, "agency"]).coefficients
    per_ten = picked(fitted, lambda row: row.term in facets)
    rows = tuple(_times(row, 10.0) for row in per_ten)
    return table_of(
        study, DRIVERS, "figure", Estimates("coefficient", rows, 100 * per_ten.covariance, per_ten.df), base="drivers"
    )


def _times(row: Estimate, factor: float) -> Estimate:
    bounds = Interval(row.interval.low * factor, row.interval.high * factor, row.interval.level, row.interval.method)
    return replace(row, value=row.value * factor, se=row.se * factor, interval=bounds)


def reliability_tables(study: Study, plan: ReportPlan) -> Iterator[DraftTable]:
    """Make the tables of alpha of the headline items, for everyone and by language, where enough people answered."""
    yield from possible(_reliability, study, plan)


def _reliability(study: Study, plan: ReportPlan) -> DraftTable:
    points = np.hstack([item_points(facet, study.design.table) for facet in plan.headline.facets])
    groups: list[tuple[tuple[str, str], ...]] = [()]
    if plan.language_group:
        groups += [((plan.language_group, level),) for level in plan.groups[plan.language_group]]
    return table_of(study, "reliability", "figure", joined(_alphas(study, points, groups)))


def _alphas(study: Study, points: Floats, groups: list[tuple[tuple[str, str], ...]]) -> Iterator[Estimates]:
    complete = ~np.isnan(points).any(axis=1)
    for group in groups:
        inside = complete.copy()
        for name, level in group:
            inside &= rows_at(study, name, level)
        if inside.sum() >= ENOUGH_FOR_RELIABILITY:
            row = replace(design_alpha(study.design, points, np.asarray(inside)), group=group)
            yield Estimates("alpha", (row,), np.array([[row.se**2]]), study.design.df)


def method_facts(study: Study, plan: ReportPlan) -> tuple[DraftFact, ...]:
    """Return the method box of one sample source, after the disclosure list of the AAPOR (2021)."""
    stated = kish(study.design.weights)
    facts = [
        DraftFact("respondents", study.design.rows, "count", domain=domain_of(study, ())),
        DraftFact("probability", "yes" if study.sample.probability else "no", "text"),
        DraftFact("weighted_by", ", ".join(_weighted_by(study)), "text"),
        DraftFact("design_effect", round(stated.design_effect, 2), "constant"),
    ]
    if has_moderated_gaps(study, plan):
        facts.append(DraftFact("gap_errors", "moderated", "constant"))
    facts += _weighting_facts(study)
    facts += response_facts(study, plan)
    return (*facts, *_prorated(study, plan), *bent_facts(study, plan))


def _weighting_facts(study: Study) -> Iterator[DraftFact]:
    """Return levels that were weighted together, and variables that could not be used, if there are any."""
    joined = ["+".join(f"{name}={level}" for level in levels) for name, sets in study.merged.items() for levels in sets]
    if joined:
        yield DraftFact("merged", " ".join(joined), "constant")
    if study.unused:
        yield DraftFact("unused", " ".join(study.unused), "constant")
    if study.dropped:
        yield DraftFact("dropped", " ".join(study.dropped), "constant")
    if study.unstated:
        yield DraftFact("untold", " ".join(study.unstated), "constant")
    if study.sample.unlisted:
        yield DraftFact("unlisted", ", ".join(study.sample.unlisted), "constant")
    if study.sample.household_cap:
        yield DraftFact("household_cap", study.sample.household_cap, "constant")


def _prorated(study: Study, plan: ReportPlan) -> Iterator[DraftFact]:
    """Count the scores of the headline that were made although a question was not answered."""
    scored = int(np.isfinite(study.design.table.numbers(plan.headline.name)).sum())
    if scored:
        part = round(study.prorated[plan.headline.name] * scored)
        yield DraftFact("prorated", (part, scored), "rate")


def _weighted_by(study: Study) -> list[str]:
    names = [name.removesuffix(":margin") for name in study.design.table.names if name.endswith(":margin")]
    return (["stratum"] if study.sample.frame and "stratum" not in study.dropped else []) + names
