"""Rules mean the same to the server, to the style sheet and to the script: the vectors that all three share."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.questionnaire.path import items_on_path
from app.questionnaire.rules import AllOf, AnyOf, Atom, Not, all_of, evaluate, expand, input_id, to_json
from app.questionnaire.skip_logic import item_rules, to_script, to_stylesheet
from tests.questionnaire.rules.make_vectors import VECTORS, make_vectors, with_last

SHARED = json.loads(VECTORS.read_text("utf-8"))
CASES = [
    pytest.param(vector, case["answers"], case["holds"], id=f"{vector['name']} {case['answers']}")
    for vector in SHARED["vectors"]
    for case in vector["cases"]
]


def holds_as_script(rule, ticks):
    """The page's script in Python: it sees ticks, hidden ones too, and nothing else."""
    if isinstance(rule, list):
        item, codes, at_least = rule
        return len(set(ticks.get(item, ())) & set(codes)) >= at_least
    ((word, inner),) = rule.items()
    if word == "not":
        return not holds_as_script(inner, ticks)
    return (all if word == "all" else any)(holds_as_script(each, ticks) for each in inner)


def test_shared_vectors_match_the_rules():
    assert make_vectors() == SHARED


@pytest.mark.parametrize(("vector", "ticks", "holds"), CASES)
def test_the_server_puts_an_item_on_the_path_as_the_vector_says(vector, ticks, holds):
    survey = with_last(vector["written"])
    assert ("LAST" in items_on_path(survey, ticks)) is holds


@pytest.mark.parametrize(("vector", "ticks", "holds"), CASES)
def test_the_expanded_rule_needs_no_path(vector, ticks, holds):
    assert evaluate(item_rules(with_last(vector["written"]))["LAST"], ticks) is holds
    assert holds_as_script(vector["json"], ticks) is holds


def test_every_operator_has_a_vector():
    from app.questionnaire.rules import CONNECTIVES, OPERATORS

    written = json.dumps([vector["written"] for vector in SHARED["vectors"]])
    assert [word for word in (*OPERATORS, *CONNECTIVES) if f'"{word}"' not in written] == []


def test_a_negative_code_has_an_id_that_css_can_name():
    assert input_id("A", -8) == "A-m8"
    assert input_id("A", 0) == "A-0"


def test_codes_for_missing_answers_choose_nothing():
    atom = Atom("answered", "A", (), (1, 2, -8))
    assert not evaluate(atom, {"A": -9})
    assert not evaluate(atom, {"A": -5})
    assert not evaluate(atom, {})
    assert evaluate(atom, {"A": -8})
    assert evaluate(atom, {"A": [1, 7]})


def test_conditions_joined_stay_flat_and_each_stands_once():
    a, b = Atom("equal", "A", (1,), (1,)), Atom("equal", "B", (1,), (1,))
    assert all_of(a, all_of(a, b), b) == AllOf((a, b))
    assert all_of(a) == a


ATOMS = st.builds(
    lambda item, codes, at_least: Atom("in", item, codes, codes, min(at_least, len(codes))),
    st.sampled_from(["A", "B", "C"]),
    st.lists(st.integers(0, 3), min_size=1, max_size=3, unique=True).map(tuple),
    st.integers(1, 2),
)
RULES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda rules: AllOf(tuple(rules))),
        st.lists(inner, min_size=1, max_size=3).map(lambda rules: AnyOf(tuple(rules))),
        inner.map(Not),
    ),
    max_leaves=6,
)
TICKS = st.dictionaries(st.sampled_from(["A", "B", "C"]), st.lists(st.integers(0, 3), max_size=4, unique=True))


@given(RULES, TICKS)
def test_json_of_a_rule_has_the_same_meaning(rule, ticks):
    assert holds_as_script(to_json(rule), ticks) is evaluate(rule, ticks)


@given(RULES, RULES, TICKS)
def test_expanding_is_the_same_as_taking_hidden_answers_away(rule, shown_b, ticks):
    pruned = {item: codes for item, codes in ticks.items() if item != "B" or evaluate(shown_b, ticks)}
    assert evaluate(expand(rule, {"B": shown_b}), ticks) is evaluate(rule, pruned)


def test_survey_without_conditions_needs_no_style_or_script():
    survey = with_last({"equal": {"ONE": 1}})
    assert "#q-LAST" in to_stylesheet(survey)
    assert json.loads(to_script(survey))["q-HIDDEN"] == ["ONE", [1], 1]
    plain = Path(VECTORS).parents[2] / "surveys" / "plain.yaml"
    from app.questionnaire.loading import load_survey

    assert to_stylesheet(load_survey(plain)) == ""
    assert to_script(load_survey(plain)) == "{}"
