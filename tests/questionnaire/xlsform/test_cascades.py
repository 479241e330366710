"""A choice filter that asks an earlier answer becomes one question for each set of choices."""

import pytest

from app.questionnaire.loading import load_survey
from app.questionnaire.path import items_on_path
from app.questionnaire.xlsform_reading import read_form
from tests.questionnaire.xlsform.forms import make_form, rows
from tests.questionnaire.xlsform.test_other_forms import load, notes, refused

HEAD = ["type", "name", "label", "choice_filter", "relevant"]
PLACES = [
    ["list_name", "name", "label", "state", "county"],
    ["states", "north", "North"], ["states", "south", "South"], ["states", "west", "West"],
    ["counties", "king", "King", "north"], ["counties", "pine", "Pine", "north"],
    ["counties", "king", "King", "south"], ["counties", "lake", "Lake", "south"],
    ["counties", "dune", "Dune", "west"],
    ["towns", "mill", "Mill", "north", "king"], ["towns", "dock", "Dock", "north", "king"],
    ["towns", "ford", "Ford", "south", "king"], ["towns", "hill", "Hill", "south", "king"],
    ["towns", "bay", "Bay", "south", "lake"], ["towns", "cape", "Cape", "south", "lake"],
]  # fmt: skip
STATE = ["select_one states", "state", "State?"]
COUNTY = ["select_one counties", "county", "County?", "state = ${state}"]


def shown(survey, **answers):
    """The words of the choices that each split question offers on the path of these answers."""
    path = items_on_path(survey, answers)
    return {code: [option.text for option in survey.items[code].options] for code in path if "_" in code}


def test_each_answer_shows_the_choices_of_its_filter():
    survey = load([HEAD, STATE, COUNTY], PLACES)
    assert shown(survey, state=1) == {"county_north": ["King", "Pine"]}
    assert shown(survey, state=2) == {"county_south": ["King", "Lake"]}
    assert shown(survey) == {}


def test_a_choice_has_one_code_in_every_set():
    survey = load([HEAD, STATE, COUNTY], PLACES)
    codes = {option.text: set() for item in survey.items.values() for option in item.options}
    for item in survey.items.values():
        for option in item.options:
            codes[option.text].add(option.code)
    assert {len(found) for found in codes.values()} == {1}


def test_one_choice_left_is_not_asked_and_counts_as_chosen():
    survey = load([HEAD, STATE, COUNTY, ["select_one states", "again", "Again?", None, "${county} = 'dune'"]], PLACES)
    assert shown(survey, state=3) == {}
    assert ["again" in items_on_path(survey, {"state": state}) for state in (1, 3)] == [False, True]
    assert any("is not asked where its filter leaves one choice (1 set)" in note for note in notes(
        [HEAD, STATE, COUNTY], PLACES
    ))  # fmt: skip


@pytest.mark.parametrize("test", ["${county} = 'king'", "selected(${county}, 'king')", "../county = 'king'"])
def test_a_condition_on_a_split_question_asks_each_part(test):
    survey = load([HEAD, STATE, COUNTY, ["select_one states", "again", "Again?", None, test]], PLACES)
    king, pine = (next(o.code for o in survey.items["county_north"].options if o.text == t) for t in ("King", "Pine"))
    asked = [
        "again" in items_on_path(survey, answers)
        for answers in (
            {"state": 1, "county_north": king},
            {"state": 2, "county_south": king},
            {"state": 1, "county_north": pine},
            {"state": 2, "county_north": king},  # an answer that is off the path
        )
    ]
    assert asked == [True, True, False, False]


def test_a_split_question_can_be_asked_by_the_next_filter():
    town = ["select_one towns", "town", "Town?", "state = ${state} and county = ${county}"]
    survey = load([HEAD, STATE, COUNTY, town], PLACES)
    king = next(option.code for option in survey.items["county_north"].options if option.text == "King")
    assert shown(survey, state=1, county_north=king)["town_north_king"] == ["Mill", "Dock"]
    assert shown(survey, state=2, county_south=king)["town_south_king"] == ["Ford", "Hill"]


def test_choices_carried_forward_follow_each_set_of_answers():
    survey = load(
        [HEAD, ["select_multiple states", "seen", "Seen?"],
         ["select_one states", "best", "Best?", "selected(${seen}, name)"]], PLACES
    )  # fmt: skip
    assert shown(survey, seen=[1, 3]) == {"best_north_west": ["North", "West"]}
    assert shown(survey, seen=[1]) == {}


def test_a_filter_that_answers_do_not_change_stays_one_question():
    survey = load([HEAD, STATE, ["select_one states", "best", "Best?", "name != 'west' or ${state} = 'x'"]], PLACES)
    assert [option.text for option in survey.items["best"].options] == ["North", "South"]


def test_a_bare_word_that_is_no_column_is_a_text_and_noted():
    form = [HEAD, ["select_one counties", "county", "County?", "state = north"]]
    assert [option.text for option in load(form, PLACES).items["county"].options] == ["King", "Pine"]
    assert any("compares with the text 'north'" in note for note in notes(form, PLACES))


def test_a_split_question_has_its_translations():
    survey = [["type", "name", "label::English (en)", "label::Français (fr)", "choice_filter"],
              ["select_one states", "state", "State?", "Région ?"],
              ["select_one counties", "county", "County?", "Comté ?", "state = ${state}"]]  # fmt: skip
    choices = [["list_name", "name", "label::English (en)", "label::Français (fr)", "state"]]
    choices += [[each[0], each[1], each[2], f"{each[2]} fr", *each[3:4]] for each in PLACES[1:9]]
    form = read_form(make_form(survey, choices))
    assert form.translations["Français (fr)"]["county_south.text"] == "Comté ?"
    assert form.translations["Français (fr)"]["county_south.3"] == "Lake fr"
    assert load_survey(form.text).items["county_south"].text == "County?"


@pytest.mark.parametrize(
    ("test", "reason"),
    [
        ("state = ${nowhere}", "which is no question before it that was taken"),
        ("state = ${county}", "it asks the answer to county"),
        ("state = 'nowhere' and ${state} = 'north'", "it keeps no choice"),
        ("pulldata('x', 'y', 'z', ${state}) = name", "the function pulldata() is not known here"),
    ],
)
def test_a_filter_that_is_not_taken_names_its_row(test, reason):
    (found,) = refused([HEAD, STATE, ["select_one counties", "county", "County?", test]], PLACES)
    assert found.startswith("sheet survey, row 3, county: its choice_filter cannot be kept: ")
    assert reason in found


def test_too_many_sets_of_choices_are_refused():
    choices = [["list_name", "name", "label", "in"]]
    choices += [["areas", f"a{n}", f"Area {n}"] for n in range(41)]
    choices += [["areas2", f"b{n}", f"Area {n}"] for n in range(41)]
    choices += [["places", f"p{n}", f"Place {n}", f"a{n % 41}"] for n in range(123)]
    survey = [HEAD, ["select_one areas", "a", "A?"], ["select_one areas2", "b", "B?"],
              ["select_one places", "p", "P?", "in = ${a} or ${b} = 'x' and name = ${b}"]]  # fmt: skip
    assert "combinations" in refused(survey, choices)[0]


def test_one_choice_alone_becomes_a_box_to_tick():
    form = [HEAD, ["select_one ok", "agreed", "Agreed?"], ["select_one states", "s", "S?", None, "${agreed} = 'ok'"]]
    survey = load(form, [*PLACES, ["ok", "ok", "I agree"]])
    assert (survey.items["agreed"].kind.name, len(survey.items["agreed"].options)) == ("multiple", 1)
    assert items_on_path(survey, {"agreed": [1]}) == ("agreed", "s")


def test_a_choice_without_words_shows_its_name_and_is_noted():
    form, faces = rows("select_one f|q|How?"), [["list_name", "name", "image"], ["f", "happy", "a"], ["f", "sad", "b"]]
    assert [option.text for option in load(form, faces).items["q"].options] == ["happy", "sad"]
    assert any("has choices without words, which show their names: happy, sad" in note for note in notes(form, faces))


def test_a_filter_asks_a_split_question_with_several_answers():
    county = ["select_multiple counties", "county", "Counties?", "state = ${state}"]
    town = ["select_one towns", "town", "Town?", "state = ${state} and selected(${county}, county)"]
    survey = load([HEAD, STATE, county, town], PLACES)
    codes = {option.text: option.code for option in survey.items["county_south"].options}
    both = shown(survey, state=2, county_south=[codes["King"], codes["Lake"]])
    assert [each for code, each in both.items() if code.startswith("town")] == [["Ford", "Hill", "Bay", "Cape"]]
    one = shown(survey, state=2, county_south=[codes["Lake"]])
    assert [each for code, each in one.items() if code.startswith("town")] == [["Bay", "Cape"]]


@pytest.mark.parametrize("asked", ["${state} = 'north'", "${state} != 'south' and ${state} != 'west'"])
def test_answers_that_never_show_the_row_need_no_question(asked):
    survey = load([HEAD, STATE, [*COUNTY, asked]], PLACES)
    assert list(survey.items) == ["state", "county_north"]
    group = [["begin group", "g", "G", None, asked], COUNTY, ["end group"]]
    assert list(load([HEAD, STATE, *group], PLACES).items) == ["state", "county_north"]
    town = ["select_one towns", "town", "Town?", "county = ${county}", asked]
    assert list(load([HEAD, STATE, COUNTY, town], PLACES).items)[3:] == ["town_king"]
