"""Background questions too fine for a small community are refused before anyone answers."""

import pytest

from app.questionnaire.checking import check_identifiability
from app.questionnaire.loading import freeze, load_survey
from tests.questionnaire.walks import ROOT

CORE = load_survey(
    freeze((ROOT / "surveys/community-trust/survey.yaml").read_text("utf-8"), {"areas": {1: "North", 2: "South"}})
)
CITY = {
    "age": {1: 20_000, 2: 25_000, 3: 35_000, 4: 20_000},
    "gender": {1: 51_000, 2: 49_000},
    "area": {1: 60_000, 2: 40_000},
}


def test_a_city_is_large_enough():
    assert check_identifiability(CORE, CITY) == []


def test_village_is_too_small_and_the_thinnest_cell_is_named():
    village = {name: {level: count / 1000 for level, count in table.items()} for name, table in CITY.items()}
    problems = check_identifiability(CORE, village)
    assert [problem.item for problem in problems] == ["AGE with GENDER", "AGE with AREA"]
    assert "found 9.8 at AGE 1 and GENDER 2" in problems[0].message


def test_a_single_thin_level_is_named_even_alone():
    problems = check_identifiability(CORE, {"age": {1: 1000, 2: 1000, 3: 1000, 4: 9}}, crossed=1)
    assert [problem.item for problem in problems] == ["AGE"]


def test_more_variables_crossed_make_thinner_cells():
    town = {name: {level: count / 200 for level, count in table.items()} for name, table in CITY.items()}
    assert check_identifiability(CORE, town, k=25) == []
    thin = check_identifiability(CORE, town, k=25, crossed=3)
    assert [problem.item for problem in thin] == ["AGE with GENDER with AREA"]


def test_level_that_the_item_does_not_offer_is_reported():
    problems = check_identifiability(CORE, {"age": {1: 100, 9: 100}})
    assert [(problem.item, "found 9" in problem.message) for problem in problems] == [("AGE", True)]


def test_multiple_answers_do_not_multiply_people():
    overlapping = {"race": dict.fromkeys(range(1, 9), 900), "gender": {1: 500, 2: 500}}
    assert check_identifiability(CORE, overlapping, k=449) == []
    assert check_identifiability(CORE, overlapping, k=451) != []


def test_variables_without_a_table_cannot_be_judged():
    assert check_identifiability(CORE, {}) == []


@pytest.mark.parametrize("counts", [{}, {1: 0, 2: 0}])
def test_an_empty_table_does_not_divide_by_nothing(counts):
    check_identifiability(CORE, {"gender": counts})
