"""The path of a survey leads from any answers to the end, and asks the items whose rules hold."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.questionnaire.answers import Answers, read_answers
from app.questionnaire.definition import NO_ANSWER, NOT_ASKED
from app.questionnaire.loading import load_survey
from app.questionnaire.path import items_on_path, short_form_items, shorten
from app.questionnaire.rules import evaluate
from app.questionnaire.skip_logic import item_rules
from tests.drills import choose
from tests.questionnaire.walks import ROOT, SHIPPED, load_shipped, to_form, walk

SURVEYS = {name: load_shipped(name) for name in SHIPPED}
WALKS_AT_ONCE, EXAMPLES = 17, choose(20, 200)  # times three surveys: 10,200 walks in full


@settings(max_examples=EXAMPLES)
@given(seed=st.integers(0, 2**32))
@pytest.mark.parametrize("name", [pytest.param("community-trust", marks=pytest.mark.slow), "staff", "partners"])
def test_random_walks_find_no_dead_end(name, seed):
    survey, rng = SURVEYS[name], random.Random(seed)
    for _ in range(WALKS_AT_ONCE):
        path, answers = walk(survey, rng)
        assert path == items_on_path(survey, answers), "the order of the walk is the order of the survey"
        read = read_answers(survey, to_form(answers))
        assert isinstance(read, Answers)
        assert read.path == path
        assert list(read.coded()) == list(survey.items)


@pytest.mark.parametrize("name", SHIPPED)
def test_walks_reach_every_item(name):
    rng = random.Random(7)
    reached = {code for _ in range(300) for code in walk(SURVEYS[name], rng)[0]}
    assert reached == set(SURVEYS[name].items)


def ticks_for(survey):
    """Any ticks on any inputs, those of hidden questions too."""
    return st.fixed_dictionaries(
        {},
        optional={
            code: st.lists(st.sampled_from([option.code for option in item.choices]), min_size=1, max_size=1)
            for code, item in survey.items.items()
        },
    )


@settings(max_examples=200)
@given(ticks_for(SURVEYS["community-trust"]))
def test_hidden_ticks_do_not_steer_the_path(ticks):
    survey = SURVEYS["community-trust"]
    rules = item_rules(survey)
    expected = tuple(code for code in survey.items if code not in rules or evaluate(rules[code], ticks))
    assert items_on_path(survey, ticks) == expected


def test_answers_off_the_path_are_dropped():
    survey = load_survey(ROOT / "tests" / "surveys" / "section_condition.yaml")
    read = read_answers(survey, {"A": ["2"], "B": ["1"], "C": ["1"]})
    assert isinstance(read, Answers)
    assert read.coded() == {"A": 2, "B": NOT_ASKED, "C": NOT_ASKED}


def test_inner_conditions_need_the_section_on_the_path():
    survey = load_survey(ROOT / "tests" / "surveys" / "section_condition.yaml")
    assert items_on_path(survey, {"B": 1}) == ("A",)
    assert items_on_path(survey, {"A": 1}) == ("A", "B")
    assert items_on_path(survey, {"A": 1, "B": 1}) == ("A", "B", "C")


def test_for_each_asks_and_follows_up_every_chosen_option():
    survey = load_survey(ROOT / "tests" / "surveys" / "for_each.yaml")
    assert items_on_path(survey, {}) == ("M",)
    assert items_on_path(survey, {"M": [1, 2]}) == ("M", "R_1", "R_2")
    assert items_on_path(survey, {"M": [1, 2], "R_1": 1, "R_2": 2}) == ("M", "R_1", "R_2", "W_2", "Z")
    assert [part.base for part in survey.shares[0].parts] != []
    assert len(survey.shares[0].parts) == 2


def test_the_short_form_asks_its_items_and_the_key_variables():
    survey = SURVEYS["community-trust"]
    short = shorten(survey)
    named = {"A1", "A2", "A3", "B1", "B3", "B5", "B8", "B12", "C1", "E1"}
    assert set(short.items) == named | {"AGE", "GENDER", "RACE", "LANGUAGE", "AREA", "EDUCATION", "DISABILITY"}
    assert all(section.items for section in short.sections)
    read = read_answers(survey, {"A1": ["7"], "B2": ["5"]}, asked=short_form_items(survey))
    assert isinstance(read, Answers)
    coded = read.coded()
    assert (coded["A1"], coded["A2"], coded["B2"], coded["D1"]) == (7, NO_ANSWER, NOT_ASKED, NOT_ASKED)
