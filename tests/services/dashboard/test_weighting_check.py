"""Six kinds of wrong population tables: none is stored, opened or published without a word."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from app.errors import BadTable
from app.services.communities.population import Level, read_levels, store_population
from app.services.communities.survey_levels import as_answers, known_levels
from app.services.dashboard.weighting_check import check_weighting
from app.services.waves import lifecycle
from tests.services.making import ACT, PLAN
from tests.services.reported import SHORT

TABLE = "variable,level,count,share,source,year\n"
GOOD = TABLE + "age,1,400,,Census,2025\nage,2,600,,Census,2025\n"


@pytest.fixture
def draft(engine: Engine) -> str:
    lifecycle.create_wave(engine, replace(PLAN, survey=SHORT), ACT)
    return PLAN.slug


def load(engine: Engine, text: str) -> None:
    levels, _ = read_levels("the file", text)
    found, _ = as_answers("the file", levels, known_levels(engine, "river-city"))
    store_population(engine, "river-city", found, ACT)


@pytest.mark.parametrize(
    "rows",
    [
        "age,young,400,,Census,2025\nage,2,600,,Census,2025\n",  # a word that is no answer
        "height,1,400,,Census,2025\nheight,2,600,,Census,2025\n",  # a question that is not asked
        "age,1,,0.4,Census,2025\nage,2,,0.9,Census,2025\n",  # shares that do not sum to 1
        "age,1,400,,Census,2025\nage,1,600,,Census,2025\n",  # a group twice
        "age,1,many,,Census,2025\nage,2,600,,Census,2025\n",  # no number
        "age,1,0,,Census,2025\nage,2,0,,Census,2025\n",  # nobody
    ],
)
def test_wrong_table_is_refused_as_a_whole(engine: Engine, draft: str, rows: str) -> None:
    load(engine, GOOD)
    with pytest.raises(BadTable):
        load(engine, TABLE + rows)
    assert check_weighting(engine, draft).problems == ()


def test_missing_table_is_a_problem_before_opening(engine: Engine, draft: str) -> None:
    assert "not weighted at all" in " ".join(check_weighting(engine, draft).problems)


def test_missing_group_is_a_problem_before_opening(engine: Engine, draft: str) -> None:
    load(engine, TABLE + "age,1,400,,Census,2025\n")
    assert "no row for 45 or older (2)" in " ".join(check_weighting(engine, draft).problems)


def test_table_of_another_survey_is_a_problem_before_opening(engine: Engine, draft: str) -> None:
    foreign = [Level("age", level, 500.0, None, None, "Census", 2025) for level in ("1", "2", "7")]
    store_population(engine, "river-city", foreign, ACT)
    found = check_weighting(engine, draft)
    assert found.usable == ()
    assert "expected levels among 1, 2, found 7" in " ".join(found.problems)


def test_good_table_weights_without_a_problem(engine: Engine, draft: str) -> None:
    load(engine, GOOD)
    found = check_weighting(engine, draft)
    assert (found.usable, found.problems) == (("age",), ())
