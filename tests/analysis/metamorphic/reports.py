"""A report on the sample: the figures of its draft, before rounding, by table and group."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from analysis.disclosure import DraftTable
from analysis.frames import Factor, Table
from analysis.index import FacetRecipe, IndexRecipe
from analysis.report import ItemPlan, ReportPlan, draft_report
from analysis.report import Sample as Respondents
from analysis.report.study import BASE_WEIGHT
from analysis.results import Estimate
from analysis.weighting import PopulationTargets
from tests.analysis.metamorphic.samples import GROUPS, ITEMS, SEXES, Sample

Answers = dict[tuple[str, ...], float]
AGENCIES = ("police", "health")
TARGETS = {"g": (0.3, 0.4, 0.3), "s": (0.48, 0.52)}


def plan_of(sample: Sample) -> ReportPlan:
    """The plan of a report on two agencies, with an index of two facets and raked groups."""
    groups = {name: tuple(str(sample.level(x)) for x in own) for name, own in (("g", GROUPS), ("s", SEXES))}
    shares = {name: dict(zip(groups[name], parts, strict=True)) for name, parts in TARGETS.items()}
    facets = tuple(FacetRecipe(name, items, low=1, high=7) for name, items in (("own", ITEMS[:2]), ("all", ITEMS[2:])))
    items = (ItemPlan("q1", "single", (1, 2, 3, 4, 5), rated=True),)
    targets = PopulationTargets.of_shares(shares)
    return ReportPlan("2024", AGENCIES, IndexRecipe("CTI", facets), (), (), items, (), groups, targets)


def respondents(frame: Any, sample: Sample) -> Respondents:
    """The sample as a report takes it: columns under the names of the plan, each as its frame holds it."""
    table = Table.of(frame)
    first = table.numbers(sample.name("wave")) if table.is_numeric(sample.name("wave")) else None
    codes = (first == 2024).astype(np.int64) if first is not None else _codes(table, sample)
    columns = {own: table.factor(sample.name(own)) for own in ("g", "s")}
    return Respondents(
        "address-sample",
        Table(
            {
                **columns,
                **{item: table.numbers(sample.name(item)) for item in ITEMS},
                BASE_WEIGHT: table.numbers(sample.name("w")),
                "agency": Factor(codes, AGENCIES),
                "stratum": columns["s"],
            }
        ),
        True,
    )


def _codes(table: Table, sample: Sample) -> Any:
    factor = table.factor(sample.name("wave"))
    return np.array([*(sample.own_level(level) == "2024" for level in factor.levels), False], np.int64)[factor.codes]


def _rows(table: DraftTable) -> Iterator[tuple[Estimate, int, str | None]]:
    assert table.estimates is not None
    return zip(table.estimates, table.counts, table.against or [None] * len(table.rows), strict=True)


def report(frame: Any, sample: Sample) -> Answers:
    """Every figure of the draft with its standard error, and the people behind it."""
    found: Answers = {}
    draft = draft_report([respondents(frame, sample)], plan_of(sample), data="answers")
    for table in (table for section in draft.sections for table in section.tables if table.estimates is not None):
        for row, count, against in _rows(table):
            groups = [f"{name}={sample.own_level(level)}" for name, level in row.group]
            column, _, level = row.term.partition("=")
            label = (table.id, *groups, str(against), column, sample.own_level(level) if level else "")
            found |= {(*label, "estimate"): row.value, (*label, "se"): row.se, (*label, "n"): float(count)}
    absent = {key[:-1] for key, value in found.items() if key[-1] == "estimate" and value == 0}
    return {key: value for key, value in found.items() if key[:-1] not in absent}  # levels that no row has
