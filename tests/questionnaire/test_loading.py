"""Reading survey files: shape, freezing for a fielding, files that are no survey, and the time it takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.language.catalogs import load_catalog
from app.questionnaire.definition import Option
from app.questionnaire.loading import freeze, load_survey
from app.questionnaire.problems import SurveyProblems
from app.questionnaire.wording import option_text
from tests.questionnaire.walks import ROOT, TINY

SOUND = ROOT / "tests" / "surveys" / "sound.yaml"
LISTS = (ROOT / "tests" / "surveys" / "lists.yaml").read_text("utf-8")
CORE = (ROOT / "surveys" / "community-trust" / "survey.yaml").read_text("utf-8")


@pytest.mark.parametrize("path", TINY, ids=lambda path: path.stem)
def test_every_tiny_survey_loads_from_its_path_and_from_its_text(path):
    assert load_survey(path) == load_survey(path.read_text("utf-8")) == load_survey(str(path))


def test_a_survey_keeps_the_text_it_came_from():
    assert load_survey(SOUND).text == SOUND.read_text("utf-8")


def test_the_same_text_is_read_once():
    assert load_survey(SOUND) is load_survey(SOUND)


def test_all_problems_are_reported_in_file_order():
    broken = (
        SOUND.read_text("utf-8")
        .replace("scale: agree}", "scale: likely}")
        .replace("{equal: {A: 1}}", "{equal: {Z: 1}}")
    )
    with pytest.raises(SurveyProblems) as refused:
        load_survey(broken)
    places = [(problem.line, problem.item) for problem in refused.value.problems]
    assert (11, "A") in places
    assert (21, "S") in places
    assert places == sorted(places)
    assert str(refused.value).startswith(f"Expected a survey without problems, found {len(places)}:\nline ")


def test_items_wait_for_their_list_and_their_switch():
    survey = load_survey(LISTS)
    assert list(survey.items) == ["A"]
    assert [item.code for item in survey.set_aside] == ["AREA", "X"]


def test_freezing_fills_the_lists_and_switches_items_on():
    frozen = freeze(LISTS, {"areas": {1: 'The "Old" Town', 20: "Ñuñoa: norte"}}, ["X"])
    survey = load_survey(frozen)
    assert list(survey.items) == ["AREA", "A", "X"]
    assert survey.items["AREA"].options == (Option(1, 'The "Old" Town'), Option(20, "Ñuñoa: norte"))
    assert survey.set_aside == ()
    assert frozen.startswith(LISTS.rstrip("\n"))


def test_area_has_its_name_in_each_language():
    survey = load_survey(freeze(LISTS, {"areas": {1: {"es": "Colina Norte", "en": "North Hill"}, 2: "Ñuñoa"}}))
    hill, plain = survey.items["AREA"].options
    said = [option_text(hill, load_catalog(lang, survey.catalog)) for lang in ("en", "es", "ar")]
    assert said == ["North Hill", "Colina Norte", "North Hill"]
    assert (hill.text, plain.text, plain.names) == ("North Hill", "Ñuñoa", ())


@pytest.mark.parametrize("names", [{"en": ""}, {"xx": "North"}, {"en": "<b>"}, {"en": 3}, {}])
def test_area_with_a_bad_name_in_a_language_is_refused(names):
    with pytest.raises(SurveyProblems):
        freeze(LISTS, {"areas": {1: names}})


def test_freezing_with_a_bad_list_is_refused():
    with pytest.raises(SurveyProblems, match="expected different words"):
        freeze(LISTS, {"areas": {1: "North", 2: "north"}})


NO_SURVEYS = [
    *("", "\n", "just text\n", "- a\n- list\n", "1\n", "{}\n", "a: [\n", "\0\n", "? {a: 1}\n: b\n"),
    *("&a [*a]\n", "x: &x {y: *x}\n", "id: !!python/object:os.system x\n", "2001-99-99\n", "id: *nowhere\n"),
    "[" * 1500 + "\n",
]


@pytest.mark.parametrize("text", NO_SURVEYS)
def test_file_that_is_no_survey_is_refused_without_a_crash(text):
    with pytest.raises(SurveyProblems):
        load_survey(text)


def test_missing_file_is_reported():
    with pytest.raises(SurveyProblems, match="found none to read"):
        load_survey(ROOT / "surveys" / "nowhere.yaml")


def test_file_in_another_encoding_is_reported(tmp_path):
    path = tmp_path / "survey.yaml"
    path.write_bytes("title: Encuesta de opinión\n".encode("utf-16"))
    with pytest.raises(SurveyProblems, match="expected UTF-8"):
        load_survey(path)


def loads_or_is_refused(text):
    try:
        return bool(load_survey(text).items)
    except SurveyProblems as refused:
        return bool(refused.problems)


LINES = SOUND.read_text("utf-8").splitlines()


@given(st.integers(0, len(LINES) - 1), st.integers(1, 6))
def test_a_survey_with_lines_cut_out_is_refused_or_loads(first, count):
    assert loads_or_is_refused("\n".join(LINES[:first] + LINES[first + count :]) + "\n")


@given(st.text(alphabet=st.sampled_from("{}[]:,-# \n'\"&*!|>%@`ABab12"), max_size=60))
def test_any_scribble_for_a_condition_is_refused_or_loads(scribble):
    assert loads_or_is_refused(SOUND.read_text("utf-8").replace("{equal: {A: 1}}", scribble))
