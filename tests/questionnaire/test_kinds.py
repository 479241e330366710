"""Every kind of question is walked through every place that does not need a page or a table."""

import json
import random
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from app.language.catalogs import load_catalog
from app.questionnaire import definition, wording
from app.questionnaire.answers import AnswerProblem, Answers, read_answers
from app.questionnaire.codebook import to_codebook
from app.questionnaire.definition import Kind
from app.questionnaire.kinds import KINDS, find_problem_words
from app.questionnaire.loading import load_survey
from app.questionnaire.messages import sentences
from app.questionnaire.packing import layout_of
from app.questionnaire.path import shorten
from app.questionnaire.problems import SurveyProblems
from app.questionnaire.skip_logic import to_script, to_stylesheet
from app.questionnaire.xlsform import from_xlsform, to_xlsform
from tests.questionnaire.walks import ROOT, TINY, to_form, walk

SURVEYS = ROOT / "tests" / "surveys"
EVERY = load_survey(SURVEYS / "every_kind.yaml")
ALWAYS = [items for items in EVERY.questions.values() if items[0].show_if is None]
ASKED = {name: [items for items in ALWAYS if items[0].kind is kind] for name, kind in KINDS.items()}
PLACES = [field.name for field in fields(Kind) if field.name != "name"]


def read(survey, **answers):
    return read_answers(survey, {code: [str(value)] for code, value in answers.items()})


def tiny(name):
    return load_survey(SURVEYS / f"{name}.yaml")


# --- one walk for each place, over every kind


def walk_file(kind, items):
    """Its fields are in the schema, and every sentence of it goes to translators."""
    properties = json.loads((ROOT / "surveys" / "survey.schema.json").read_text("utf-8"))["$defs"]["item"]["properties"]
    assert kind.name in properties["kind"]["enum"]
    assert {field.name for field in kind.file.fields} <= properties.keys()
    assert all(items[0].kind is kind for items in [items])
    contexts = {each.context for each in sentences(EVERY)}
    assert f"{items[0].question}.text" in contexts
    for field, prefix in kind.file.words:
        assert not prefix or any(context.startswith(f"{items[0].question}.{prefix}") for context in contexts), field


def walk_answer(kind, items):
    """Simulated answers are sound, and so is what its operators ask."""
    rng = random.Random(7)
    for _ in range(50):
        chosen = kind.answer.simulate(items, rng.random)
        answers = read_answers(EVERY, to_form(chosen))
        assert isinstance(answers, Answers)
        assert {code: list(found) for code, found in answers.chosen.items()} == chosen
    assert kind.answer.operators
    assert all(find_problem_words()[name] for name, _ in kind.answer.problems)


def walk_show(kind, items):
    """Its template has both macros."""
    text = (ROOT / "app" / "web" / "templates" / "questions" / f"{kind.show.template}.html").read_text("utf-8")
    assert "{% macro screen(q, chosen, mode) %}" in text
    assert "{% macro paper(q) %}" in text


def walk_data(kind, items):
    """A column for what it says, packed and unpacked, with a row in the codebook for every code."""
    rng, layout = random.Random(8), layout_of(EVERY)
    for item in items:
        assert [column.option for column in layout.columns if column.item == item.code] == list(item.columns)
        rows = {row.code for row in to_codebook(EVERY, load_catalog("en", EVERY.id)) if row.item == item.code}
        assert {option.code for option in item.choices} < rows
    for _ in range(50):
        coded = read_answers(EVERY, to_form(kind.answer.simulate(items, rng.random))).coded()
        assert layout.unpack(layout.pack(coded)) == coded


def walk_workbook(kind, items):
    """There and back through XLSForm."""
    back = load_survey(from_xlsform(to_xlsform(EVERY, {"en": load_catalog("en", EVERY.id)})))
    found = back.questions[items[0].question]
    assert [item.code for item in found] == [item.code for item in items]
    assert {item.kind.name for item in found} == {kind.name}
    assert [item.text for item in found] == [item.text for item in items]
    assert [[option.code for option in item.choices] for item in found] == [
        [option.code for option in item.choices] for item in items
    ]
    assert [item.part and item.part.option.text for item in found] == [
        item.part and item.part.option.text for item in items
    ]


def walk_report(kind, items):
    """How its answers are counted, and a figure that exists where its items share one."""
    from app.web.reports.item_figures import SHARED_FIGURES

    assert {kind.report.counted(item) for item in items} <= {"scale", "single", "multiple", None}
    assert kind.report.figure is None or kind.report.figure in SHARED_FIGURES


WALKS = {name.removeprefix("walk_"): made for name, made in list(globals().items()) if name.startswith("walk_")}


def test_every_place_of_a_kind_is_walked():
    assert sorted(WALKS) == sorted(PLACES)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", KINDS)
def test_a_kind_fills_a_place(name, place):
    assert ASKED[name], f"tests/surveys/every_kind.yaml asks no question of kind {name}"
    for items in ASKED[name]:
        WALKS[place](KINDS[name], items)


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_with_parts_has_a_tiny_survey(name):
    if any(items[0].part for items in ASKED[name]):
        assert (SURVEYS / f"{name}.yaml").is_file()
    else:
        assert any(item.kind is KINDS[name] for path in TINY for item in load_survey(path).items.values())


# --- a kind that lacks a place


@pytest.mark.parametrize("place", PLACES)
def test_a_kind_without_a_place_cannot_be_made(place):
    places = {name: getattr(KINDS["single"], name) for name in PLACES if name != place}
    with pytest.raises(TypeError, match=place):
        Kind(name="incomplete", **places)


@pytest.mark.parametrize(
    ("group", "place"),
    [
        (group, field.name)
        for group in ("FileMaking", "Answering", "Showing", "Data", "Workbook", "Reporting")
        for field in fields(getattr(definition, group))
    ],
)
def test_a_group_of_places_without_one_cannot_be_made(group, place):
    made = getattr(definition, group)
    with pytest.raises(TypeError, match=place):
        made(**{field.name: None for field in fields(made) if field.name != place})


@pytest.mark.slow
def test_a_kind_without_a_place_fails_the_type_check(tmp_path):
    source = (ROOT / "app" / "questionnaire" / "kinds" / "single.py").read_text("utf-8")
    line = '    report=Reporting(lambda item: "single", figure=None),\n'
    assert line in source
    planted = tmp_path / "incomplete.py"
    planted.write_text(source.replace(line, ""), "utf-8")
    run = [sys.executable, "-m", "mypy", "--no-incremental", "--follow-imports=silent", str(planted)]
    found = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 1
    assert 'argument "report" in call to "Kind"' in found.stdout


def test_no_file_outside_kinds_asks_for_a_kind_by_its_name():
    asking = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in Path(ROOT / "app").rglob("*.py")
        if "kinds" not in path.parts
        for line in path.read_text("utf-8").splitlines()
        if any(f'kind {sign} "{name}"' in line for name in KINDS for sign in ("==", "!="))
    ]
    assert [each for each in asking if "item" in each] == []


# --- ranking


@pytest.mark.parametrize(
    ("ranks", "problem"),
    [
        ({}, None),
        ({"R_1": 1}, None),
        ({"R_1": 2, "R_3": 1}, None),
        ({"R_1": 4, "R_2": 3, "R_3": 2, "R_4": 1}, None),
        ({"R_1": 1, "R_2": 1}, "rank_twice"),
        ({"R_1": 1, "R_2": 3}, "rank_left_out"),
        ({"R_2": 2}, "rank_left_out"),
        ({"R_2": 5}, "unknown_choice"),
    ],
)
def test_a_ranking_takes_ranks_without_gap_or_tie(ranks, problem):
    found = read(tiny("ranking"), **ranks)
    assert found == [AnswerProblem("R", problem)] if problem else isinstance(found, Answers)


def test_a_ranking_has_one_column_for_each_option():
    answers = read(tiny("ranking"), R_2=1, R_4=2)
    assert answers.coded() == {
        "R_1": -5, "R_2": 1, "R_3": -5, "R_4": 2, "WHY": -9, "LAST": -9, "K": -5
    }  # fmt: skip


def test_a_ranking_of_another_tool_is_taken():
    from tests.questionnaire.test_xlsform import workbook

    rows = [("rank yn", "order", "Which first?", None)]
    survey = load_survey(from_xlsform(workbook(rows)))
    assert {item.code: item.part.option.text for item in survey.items.values()} == {"order_1": "Yes", "order_2": "No"}


# --- grid


def test_a_grid_has_one_column_for_each_statement():
    survey = tiny("grid")
    assert [item.code for item in survey.questions["G"]] == [f"G_{n}" for n in range(1, 7)]
    assert survey.indices[0].facets[0].items == tuple(f"G_{n}" for n in range(1, 7))
    answers = read(survey, G_1=1, G_2=-8, WHY=2)
    assert answers.coded()["G_1"] == 1
    assert answers.coded()["WHY"] == 2
    assert answers.coded()["G_3"] == -5


def test_a_statement_reads_as_its_question_and_its_words():
    item = tiny("grid").items["G_6"]
    assert wording.item_text(item, load_catalog("en", "grid")) == "How much do you agree? – I would move away."
    assert wording.question_text(item, load_catalog("en", "grid")) == "How much do you agree?"


# --- date


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ({"MOVED_year": 118, "MOVED_month": 3}, None),
        ({"MOVED_year": 118}, None),
        ({"MOVED_year": -8}, None),
        ({"MOVED_month": 5}, "year_missing"),
        ({"MOVED_year": -8, "MOVED_month": 5}, "year_missing"),
        ({"MOVED_year": 118, "MOVED_month": 2}, "month_outside"),
        ({"MOVED_year": 126, "MOVED_month": 12}, "month_outside"),
        ({"MOVED_year": 117, "MOVED_month": 12}, "unknown_choice"),
    ],
)
def test_a_date_lies_between_its_bounds(parts, problem):
    found = read(tiny("date"), **parts)
    expected = [AnswerProblem("MOVED", problem)] if problem else None
    assert (found if isinstance(found, list) else None) == expected


def test_a_date_that_is_a_key_variable_asks_for_the_year_alone():
    survey = tiny("date")
    assert [item.code for item in survey.questions["BORN"]] == ["BORN_year"]
    assert [item.key_variable for item in survey.key_variables] == ["first_vote"]


@pytest.mark.parametrize(
    ("lang", "words"), [("ar", ("السنة", "مارس")), ("ht", ("Ane", "mas")), ("es", ("Año", "marzo"))]
)
def test_a_date_has_its_months_in_every_language(lang, words):
    year, month = tiny("date").questions["MOVED"]
    catalog = load_catalog(lang, "date")
    assert (wording.option_text(year.part.option, catalog), wording.option_text(month.options[2], catalog)) == words


# --- what all of them share


@pytest.mark.parametrize("name", ["ranking", "grid", "date"])
def test_a_question_is_hidden_and_shortened_as_a_whole(name):
    survey = tiny(name)
    assert all(f"#q-{item.code}" not in to_stylesheet(survey) for item in survey.items.values() if item.part)
    assert all(f"q-{item.code}" not in json.loads(to_script(survey)) for item in survey.items.values() if item.part)
    question = next(items for items in survey.questions.values() if len(items) > 1)
    assert {item.code for item in question} <= shorten(survey).items.keys()


@pytest.mark.parametrize("name", ["ranking", "grid", "date"])
def test_walks_through_a_compound_question_are_sound(name):
    survey, rng = tiny(name), random.Random(5)
    for _ in range(100):
        path, answers = walk(survey, rng)
        found = read_answers(survey, to_form(answers))
        assert isinstance(found, Answers)
        assert set(found.path) == set(path)


BROKEN = [
    ("ranking", "4: Buses}", "4: Buses, 5: Trams, 6: Bikes}", "at most 5 options"),
    ("ranking", "kind: ranking, ", "kind: ranking, dont_know: true, ", "expected no dont_know in a ranking"),
    ("ranking", "kind: ranking, ", "kind: ranking, key_variable: x, ", "expected no key variable in a ranking"),
    ("ranking", "{1: Parks, 2: Schools, 3: Roads, 4: Buses}", "{1: Parks}", "at least two options"),
    ("ranking", "{equal: {R_1: 1}}", "{equal: {R_1: 5}}", "which it does not offer"),
    ("ranking", "{code: WHY,", "{code: R_2,", "line 8 has it already"),
    ("ranking", "kind: ranking, ", "kind: ranking, statements: {1: a, 2: b}, ", "expected kind grid beside statements"),
    ("grid", "scale: agree\n", "scale: likely\n", "which is not defined"),
    ("grid", "        scale: agree\n", "", "expected a scale for the statements"),
    ("grid", ", statements: {1: The mayor, 2: The council}", "", "expected statements to answer"),
    ("grid", "statements: {1: The mayor, 2: The council}", "statements: {1: The mayor}", "at least two statements"),
    ("grid", "2: The council", "2: {text: The council, exclusive: true}", "not exclusive"),
    ("grid", "kind: grid, scale", "kind: grid, key_variable: x, scale", "expected no key variable in a grid"),
    ("date", "from: 2018-03, to: 2026-11", "from: 2018, to: 2026", "expected a date from one month to another"),
    ("date", "from: 2018-03, to: 2026-11", "from: 2018-13, to: 2026-11", "expected a date from one month to another"),
    ("date", "from: 2018-03, to: 2026-11", "from: 2026-11, to: 2018-03", "expected 2 to 41 years"),
    ("date", "from: 2014-01", "from: 2006-01", "use broader bands"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "words"), BROKEN, ids=[f"{row[0]} {row[3]}" for row in BROKEN])
def test_a_broken_question_is_refused_in_words(name, old, new, words):
    text = (SURVEYS / f"{name}.yaml").read_text("utf-8")
    assert old in text
    with pytest.raises(SurveyProblems) as refused:
        load_survey(text.replace(old, new, 1))
    assert any(words in problem.message for problem in refused.value.problems), str(refused.value)
