"""A form without the rows that a survey cannot hold: each is listed, and what depends on it goes too."""

import pytest

from app.questionnaire.loading import load_survey
from app.questionnaire.problems import SurveyProblems
from app.questionnaire.xlsform_reading import read_form
from tests.cli.conftest import run  # noqa: F401
from tests.questionnaire.xlsform.forms import YES_NO, make_form, rows

COLUMNS = "type name label relevant"


def leave_out(*lines, choices=YES_NO):
    form = read_form(make_form(rows(*lines, columns=COLUMNS), choices), leave_out=True)
    return load_survey(form.text), {each.item: each.line for each in form.left_out}


def test_a_row_and_all_that_depend_on_it_are_left_out():
    survey, left = leave_out(
        "text|name|Name?|", "select_one yn|a|A?|", "select_one yn|b|B?|${name} = 'x'", "select_one yn|c|C?|${b} = 1"
    )
    assert (list(survey.items), left) == (["a"], {"name": 2, "b": 4, "c": 5})


@pytest.mark.parametrize("group", ["begin group|g|G|${name} = 'x'", "begin repeat|g|G|", "begin group|g|Hi ${name}|"])
def test_a_group_that_is_left_out_takes_its_questions_with_it(group):
    survey, left = leave_out("text|name|Name?|", "select_one yn|a|A?|", group, "select_one yn|b|B?|", "end group|||"
                             if "group|" in group else "end repeat|||")  # fmt: skip
    assert (list(survey.items), left) == (["a"], {"name": 2, "g": 4, "b": 5})


def test_a_row_that_the_survey_refuses_is_left_out():
    wide = [["list_name", "name", "label"], *(["l", n, f"Place {n}"] for n in range(60)), *YES_NO[1:]]
    survey, left = leave_out("select_one l|p|P?|", "select_one yn|a|A?|", "select_one yn|b|B?|${p} = 3", choices=wide)
    assert (list(survey.items), left) == (["a"], {"p": 2, "b": 4})


@pytest.mark.parametrize("lines", [("text|a|A?|",), ("begin group|g|G|", "select_one yn|a|A?|"), ("geopoint|a||",)])
def test_a_form_with_nothing_left_or_broken_is_refused(lines):
    with pytest.raises(SurveyProblems) as caught:
        leave_out(*lines)
    assert caught.value.problems


def test_translations_leave_out_the_same_rows():
    survey = [["type", "name", "label::English (en)", "label::Français (fr)"],
              ["text", "n", "Name?", "Nom ?"], ["select_one yn", "a", "A?", "A fr ?"]]  # fmt: skip
    form = read_form(make_form(survey, [["list_name", "name", "label"], *YES_NO[1:]]), leave_out=True)
    assert form.translations == {"Français (fr)": {"a.text": "A fr ?"}}


def test_left_out_rows_are_printed(run, tmp_path):  # noqa: F811
    form, output = tmp_path / "form.xlsx", tmp_path / "survey.yaml"
    form.write_bytes(make_form(rows("text|name|Your name?", "select_one yn|q|Yes?")))
    code, said, _ = run("survey", "import", str(form), "--output", str(output), "--leave-out")
    assert code == 0
    assert "left out: sheet survey, row 2, name: found type 'text'" in said
    assert "1 questions in 1 sections, from form.xlsx without 1 row." in said
