"""Surveys go to XLSForm and come back; pyxform, which others compile with, accepts what we write."""

import random
import warnings
from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from pyxform.xls2xform import convert

from app.language.catalogs import load_catalog
from app.questionnaire import wording
from app.questionnaire.answers import read_answers
from app.questionnaire.loading import load_survey
from app.questionnaire.problems import SurveyProblems
from app.questionnaire.relevance import NotUnderstood, read_relevant, to_relevant
from app.questionnaire.xlsform import from_xlsform, to_xlsform
from tests.questionnaire.walks import ROOT, SHIPPED, TINY, load_shipped, to_form, walk


def export(survey, languages=("en",)):
    return to_xlsform(survey, {language: load_catalog(language, survey.id) for language in languages})


def plain(item):
    """An item without what a workbook does not keep: where its words stand in the catalogs, and for_each."""
    options = tuple(replace(option, context=None) for option in item.options)
    text = wording.item_text(item, load_catalog("en", "any"), "{agency}")
    return replace(item, options=options, parent=None, of_option=None, text=text)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_survey_comes_back_the_same(name):
    survey = load_shipped(name)
    back = load_survey(from_xlsform(export(survey, ("en", "es", "ar"))))
    assert {code: plain(item) for code, item in back.items.items()} == {
        code: plain(item) for code, item in survey.items.items()
    }
    for part in ("id", "version", "title", "introduction", "sections", "scales", "indices", "short_form"):
        assert getattr(back, part) == getattr(survey, part), part


@pytest.mark.parametrize("path", TINY, ids=lambda path: path.stem)
def test_a_tiny_survey_comes_back_meaning_the_same(path):
    survey, rng = load_survey(path), random.Random(3)
    back = load_survey(from_xlsform(export(survey)))
    for _ in range(50):
        form = to_form(walk(survey, rng)[1])
        assert read_answers(back, form).coded() == read_answers(survey, form).coded()


@pytest.mark.parametrize("name", [*SHIPPED, *TINY], ids=lambda name: str(getattr(name, "stem", name)))
def test_pyxform_accepts_the_written_forms(name, tmp_path):
    survey = load_shipped(name) if isinstance(name, str) else load_survey(name)
    path = tmp_path / "form.xlsx"
    path.write_bytes(export(survey, ("en", "es", "ar") if isinstance(name, str) else ("en",)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        result = convert(str(path), validate=False)
    assert result.warnings == []
    assert all(f"/{code}" in result.xform for code in survey.items)


def test_every_language_has_its_column():
    book = load_workbook(BytesIO(export(load_shipped("staff"), ("en", "es", "ar"))))
    head = [cell.value for cell in book["survey"][1]]
    assert [name for name in head if name.startswith("label::")] == [
        "label::English (en)", "label::Español (es)", "label::العربية (ar)"
    ]  # fmt: skip


def workbook(survey_rows, choice_rows=(("yn", "1", "Yes"), ("yn", "2", "No"))):
    book = Workbook()
    sheet = book.active
    sheet.title = "survey"
    for row in (("type", "name", "label", "relevant"), *survey_rows):
        sheet.append(row)
    choices = book.create_sheet("choices")
    for row in (("list_name", "name", "label"), *choice_rows):
        choices.append(row)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_form_of_another_tool_is_taken():
    text = from_xlsform(
        workbook(
            [
                ("start", "start", None, None),
                ("select_one yn", "first", "First?", None),
                ("begin group", "more", "More", "${first} = '1'"),
                ("select_multiple yn", "second", "Second?", "not(${first} = 2) and ${first} != ''"),
                ("end group", None, None, None),
            ]
        )
    )
    survey = load_survey(text)
    assert [(item.code, item.kind.name) for item in survey.items.values()] == [
        ("first", "single"),
        ("second", "multiple"),
    ]
    assert [section.title for section in survey.sections] == ["Questions", "More"]


def test_every_unreadable_row_is_reported():
    with pytest.raises(SurveyProblems) as refused:
        from_xlsform(
            workbook(
                [
                    ("text", "name", "Your name?", None),
                    ("geopoint", "home", "Where?", None),
                    ("select_one nowhere", "a", "A?", None),
                    ("select_one yn", "b", "B?", "pulldata('x') > 1"),
                    ("select_one words", "c", "C?", None),
                ],
                [("yn", "1", "Yes"), ("yn", "2", "No"), ("words", "often", None)],
            )
        )
    stated = [(problem.line, problem.item) for problem in refused.value.problems]
    assert stated == [(2, "name"), (3, "home"), (4, "a"), (5, "b")]  # a choice without words shows its name


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 18])
def test_file_that_is_no_workbook_is_refused(content):
    with pytest.raises(SurveyProblems, match="xlsx workbook"):
        from_xlsform(content)


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_not_crashed_on(content):
    with pytest.raises(SurveyProblems):
        from_xlsform(content)


@pytest.mark.parametrize(
    ("relevant", "rule"),
    [
        ("${A} = '1'", {"equal": {"A": 1}}),
        ('${A}="1"', {"equal": {"A": 1}}),
        ("${A} = 1 or ${A} = 3", {"in": {"A": [1, 3]}}),
        ("${A} != ''", {"answered": "A"}),
        ("${A} = ''", {"not": {"answered": "A"}}),
        ("${A} != '2'", {"not": {"equal": {"A": 2}}}),
        ("${A} < 3", {"less": {"A": 3}}),
        ("${A} >= 3", {"more": {"A": 2}}),
        ("selected(${M}, '1')", {"any_in": {"M": [1]}}),
        ("selected(${M}, '1') or selected(${M}, '2')", {"any_in": {"M": [1, 2]}}),
        ("selected(${M}, '1') and selected(${M}, '2')", {"all_in": {"M": [1, 2]}}),
        ("count-selected(${M}) > 1", {"count_at_least": {"M": 2}}),
        ("not(${A} = '1') and (${B} = '1' or ${C} = '1')", {"all": [
            {"not": {"equal": {"A": 1}}}, {"any": [{"equal": {"B": 1}}, {"equal": {"C": 1}}]}]}),
    ],
)  # fmt: skip
def test_conditions_of_xlsform_are_read(relevant, rule):
    assert read_relevant(relevant) == rule


@pytest.mark.parametrize(
    "relevant",
    ["", "${A}", "1 = 1", "${A} = ", "${A} = 'x'", "${A} = 1.5", "(${A} = 1", "${A} = 1)", "(" * 200, "today() > 1"],
)
def test_conditions_beyond_coded_answers_are_refused(relevant):
    with pytest.raises(NotUnderstood):
        read_relevant(relevant)


def test_conditions_keep_their_operators_there_and_back():
    survey = load_survey(ROOT / "tests" / "surveys" / "sound.yaml")
    assert read_relevant(to_relevant(survey.sections[1].show_if)) == {"any_in": {"M": [1, 2]}}
