"""Any form at all becomes answers or form_errors; nothing raises."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.questionnaire.answers import AnswerProblem, Answers, read_answers
from app.questionnaire.definition import DONT_KNOW, NO_ANSWER, NOT_ASKED, PREFER_NOT
from tests.questionnaire.walks import load_shipped

CORE = load_shipped("community-trust")


def read(**fields):
    return read_answers(CORE, fields)


def coded(**fields):
    answers = read(**fields)
    assert isinstance(answers, Answers), answers
    return answers.coded()


def test_every_item_has_a_code():
    everything = coded(A1=["10"])
    assert list(everything) == list(CORE.items)
    assert everything["A1"] == 10
    assert everything["A2"] == NO_ANSWER
    assert everything["D2"] == NOT_ASKED


def test_an_empty_form_is_empty_and_a_dont_know_is_not():
    assert read().empty()
    assert read(A1=[""]).empty()
    assert not read(A1=["-8"]).empty()


def test_the_codes_off_the_scale_stay_apart():
    everything = coded(A1=["-8"], A2=["-7"], C5=["-8"])
    assert (everything["A1"], everything["A2"], everything["A3"]) == (DONT_KNOW, PREFER_NOT, NO_ANSWER)
    assert everything["C5"] == DONT_KNOW


def test_several_answers_are_a_list_in_option_order():
    assert coded(C5=["10", "1"])["C5"] == [1, 10]
    assert coded(C5=["12"])["C5"] == [12]


def test_the_same_answer_sent_twice_counts_once():
    assert coded(B1=["4", "4"])["B1"] == 4
    assert coded(C5=["1", "1"])["C5"] == [1]


def test_fields_that_no_item_asks_for_are_ignored():
    assert coded(A1=["1"], Z9=["1"], _number=["x"], D6=["1"]) == coded(A1=["1"])


@pytest.mark.parametrize(
    "value", ["11", "-1", "-9", "-5", "01", "+1", " 1", "1 ", "١", "²", "1.0", "1e0", "NaN", "\0", "9" * 5000]
)
def test_choice_that_is_not_offered_is_an_error(value):
    assert read(A1=[value]) == [AnswerProblem("A1", "unknown_choice")]


def test_two_answers_to_a_single_choice_are_an_error():
    assert read(B1=["1", "5"]) == [AnswerProblem("B1", "one_answer_only")]


@pytest.mark.parametrize("values", [["1", "12"], ["12", "-8"], ["-7", "3"]])
def test_exclusive_option_with_another_is_an_error(values):
    assert read(C5=values) == [AnswerProblem("C5", "not_together")]


def test_all_errors_are_reported_together():
    assert read(A1=["x"], B1=["1", "2"], C5=["1", "12"]) == [
        AnswerProblem("A1", "unknown_choice"),
        AnswerProblem("B1", "one_answer_only"),
        AnswerProblem("C5", "not_together"),
    ]


def test_error_off_the_path_is_ignored():
    assert coded(D1=["6"], D2=["nonsense"])["D2"] == NOT_ASKED


NAMES = st.one_of(st.sampled_from([*CORE.items, "D6", "_number", "_do"]), st.text(max_size=30))
VALUES = st.one_of(st.sampled_from(["", "-9", "-8", "-7", "-5", *map(str, range(13))]), st.text(max_size=40))


@settings(max_examples=500)
@given(st.dictionaries(NAMES, st.lists(VALUES, max_size=8), max_size=40))
def test_hostile_forms_never_raise_nor_store_unoffered_choices(form):
    answers = read_answers(CORE, form)
    if isinstance(answers, list):
        assert answers
        assert {problem.item for problem in answers} <= set(CORE.items)
        return
    offered = {code: {option.code for option in item.choices} for code, item in CORE.items.items()}
    for code, value in answers.coded().items():
        given_codes = value if isinstance(value, list) else [value]
        assert set(given_codes) <= offered[code] | {NOT_ASKED, NO_ANSWER}
