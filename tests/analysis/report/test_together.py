"""Means of several columns with their joint covariance: that of each column alone, and that of a difference."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.estimation import mean
from analysis.report import weigh
from analysis.report.claims import claims_of
from analysis.report.contrasts import facet_gap_table
from analysis.report.indices import change_tables, facets_of
from analysis.report.study import ReportPlan, Study
from analysis.report.together import means_together
from tests.truth.city import NOTHING, draw_letters, make_city, make_plan


@pytest.fixture(scope="module")
def city() -> tuple[Study, Study, ReportPlan]:
    chance = np.random.default_rng(5)
    city = make_city(NOTHING, chance)
    plan = make_plan(city)
    now, before = (weigh(draw_letters(city, 1500, chance), plan) for _ in range(2))
    return now, before, plan


def with_gaps(study: Study, column: str) -> Study:
    """Return the study with every seventh value of a column missing."""
    values = study.design.table.numbers(column).copy()
    values[::7] = np.nan
    return replace(study, design=study.design.with_columns({column: values}))


def test_each_column_keeps_its_mean_and_error(city: tuple[Study, Study, ReportPlan]) -> None:
    study, columns = with_gaps(city[0], "CTI:open"), facets_of(city[2])
    found = means_together(study.design, columns, "agency")
    alone = [row for column in columns for row in mean(study.design, column, by="agency")]
    assert [(row.group, row.term, row.value) for row in found] == [(row.group, row.term, row.value) for row in alone]
    assert np.sqrt(np.diagonal(found.covariance)) == pytest.approx([row.se for row in alone], rel=1e-9)


def test_covariance_gives_the_error_of_a_sum(city: tuple[Study, Study, ReportPlan]) -> None:
    study = city[0]
    fair, equal = (study.design.table.numbers(f"CTI:{name}") for name in ("fair", "equal"))
    design = study.design.with_columns({"sum": fair + equal})
    covariance = means_together(design, ["CTI:fair", "CTI:equal"], "agency").covariance
    added = [covariance[np.ix_(pair, pair)].sum() for pair in ([0, 3], [1, 4], [2, 5])]
    assert added == pytest.approx([row.se**2 for row in mean(design, "sum", by="agency")], rel=1e-6)


def test_details_are_one_question_each(city: tuple[Study, Study, ReportPlan]) -> None:
    study, before, plan = city
    tables = [*change_tables(study, before, plan), *facet_gap_table(study, plan)]
    asked = {question.name: question for question in claims_of(study, tables).questions}
    assert {name: len(question.places) for name, question in asked.items()} == {
        "changes of CTI": 3,
        "changes of facets": 15,
        "facet_gaps": 15,
    }
    assert all(np.isfinite(question.covariance).all() for question in asked.values())
