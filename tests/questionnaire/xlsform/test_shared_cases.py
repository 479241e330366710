"""The shared cases of XLSForm: each is taken as its README expects, or refused with its row."""

import pytest

from app.questionnaire.loading import load_survey
from app.questionnaire.problems import SurveyProblems
from app.questionnaire.rules import Atom
from app.questionnaire.xlsform_reading import read_form

ASKED = Atom("equal", "q1", (1,), (1,))


def options(survey):
    return [(option.code, option.text, option.exclusive) for option in survey.items["q1"].choices]


EXPECTED = {
    "dropped-in-silence/disabled": lambda survey: list(survey.items) == ["q1"],
    "dropped-in-silence/exclusive": lambda survey: [o[0] for o in options(survey) if o[2]] == [9],
    "dropped-in-silence/note_relevant": lambda survey: survey.sections[0].introduction == "Please read this first.",
    "relevance-by-other-names/bind_relevant": lambda survey: survey.items["q2"].show_if == ASKED,
    "relevance-by-other-names/relevance_alias": lambda survey: survey.items["q2"].show_if == ASKED,
    "which-language/default_language": lambda survey: survey.items["q1"].text == "Do you trust the police?",
    "which-language/english_named": lambda survey: survey.items["q2"].text == "Another?",
    "words-as-choices/list_space_name": lambda survey: options(survey) == [(1, "Yes", False), (2, "No", False)],
    "words-as-choices/negative_codes": lambda survey: [o[0] for o in options(survey)] == [1, 2, -8, -7],
    "words-as-choices/words": lambda survey: options(survey) == [(1, "Yes", False), (2, "No", False)],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_shared_form_is_taken_as_expected(shared, name):
    form = read_form((shared / "cases" / f"xlsform-{name}.xlsx").read_bytes())
    assert EXPECTED[name](load_survey(form.text))


def test_a_shared_filter_on_an_answer_is_refused(shared):
    with pytest.raises(SurveyProblems, match="sheet survey, row 3, q2: its choice_filter"):
        read_form((shared / "cases" / "xlsform-dropped-in-silence" / "choice_filter.xlsx").read_bytes())


def test_every_shared_form_has_an_expected_result(shared):
    found = {
        f"{path.parent.name.removeprefix('xlsform-')}/{path.stem}" for path in shared.glob("cases/xlsform-*/*.xlsx")
    }
    assert found - {"dropped-in-silence/choice_filter"} == set(EXPECTED)
