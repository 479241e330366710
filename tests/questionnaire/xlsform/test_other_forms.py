"""Forms of other tools keep their questions, skip logic and words, or say row by row why not."""

import pytest

from app.questionnaire.loading import load_survey
from app.questionnaire.problems import SurveyProblems
from app.questionnaire.rules import AllOf, Atom, Not
from app.questionnaire.xlsform_reading import from_xlsform, read_form
from tests.questionnaire.xlsform.forms import YES_NO, make_form, rows


def load(*arguments):
    return load_survey(from_xlsform(make_form(*arguments)))


def refused(*arguments):
    with pytest.raises(SurveyProblems) as caught:
        from_xlsform(make_form(*arguments))
    return [str(problem) for problem in caught.value.problems]


def notes(*arguments):
    return [str(note) for note in read_form(make_form(*arguments)).notes]


@pytest.mark.parametrize(
    "header",
    [
        "relevant", "relevance", "Relevance", "bind::relevant", "bind:relevant", "bind::relevance",
        "relevant::English (en)", "Relevance:English",
    ],
)  # fmt: skip
def test_skip_logic_is_read_under_each_column_name(header):
    survey = load(
        [["type", "name", "label", header], ["select_one yn", "q1", "Stopped?"],
         ["select_one yn", "q2", "Explained?", "${q1} = '1'"]]
    )  # fmt: skip
    assert survey.items["q2"].show_if == Atom("equal", "q1", (1,), (1,))


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("select_one yn", "single"), ("select one yn", "single"), ("select1 yn", "single"), ("Select_One yn", "single"),
        ("select one from yn", "single"), ("add select one prompt using yn", "single"), ("q select1 yn", "single"),
        ("select_multiple yn", "multiple"), ("select all that apply yn", "multiple"), ("q select yn", "multiple"),
        ("select all that apply from yn", "multiple"), ("rank yn", "ranking"), ("SELECT_MULTIPLE  yn", "multiple"),
    ],
)  # fmt: skip
def test_a_type_is_read_under_each_name(word, kind):
    survey = load([["type", "name", "label"], [word, "q1", "Which?"]])
    assert {item.kind.name for item in survey.items.values()} == {kind}


def test_every_select_word_of_pyxform_is_read():
    from pyxform import aliases

    from app.questionnaire.xlsform_columns import read_type

    kinds = {"select one": "select_one", "select all that apply": "select_multiple", "rank": "rank"}
    for word, meant in aliases.select.items():
        if "file" not in word and "external" not in word:
            assert (read_type(f"{word} yn").word, read_type(f"{word} yn").list_name) == (kinds[meant], "yn"), word


@pytest.mark.parametrize("header", ["list_name", "list name", "List Name"])
def test_words_become_codes_and_conditions_follow(header):
    choices = [[header, "name", "label"], ["yn", "yes", "Yes"], ["yn", "no", "No"], ["yn", "dk", "Don't know"]]
    survey = load(
        [["type", "name", "label", "relevant"], ["select_one yn", "q1", "Stopped?"],
         ["select_one yn", "q2", "Explained?", "${q1} = 'no' or selected(${q1}, 'dk')"]],
        choices,
    )  # fmt: skip
    assert [(option.code, option.text) for option in survey.items["q1"].choices] == [
        (1, "Yes"), (2, "No"), (-8, "Don't know")
    ]  # fmt: skip
    assert survey.items["q2"].show_if.codes == (2, -8)


@pytest.mark.parametrize("names", [(-98, -99), ("dk", "refused"), (98, 99), ("dont_know", "pnta"), (-99, -98)])
def test_dont_know_and_refused_stand_apart(names):
    choices = [*YES_NO, ["yn", names[0], "Don't know"], ["yn", names[1], "Refused"]]
    item = load(rows("select_one yn|q1|How much?"), choices).items["q1"]
    assert (item.dont_know, item.prefer_not) == (True, True)
    assert [option.code for option in item.options] == [1, 2]


def test_a_negative_name_with_other_words_is_an_option():
    item = load(rows("select_one yn|q1|Who?"), [*YES_NO, ["yn", -96, "Someone else"]]).items["q1"]
    assert [(option.code, option.text) for option in item.options] == [(1, "Yes"), (2, "No"), (3, "Someone else")]


def test_two_choices_of_one_name_are_refused():
    found = refused(rows("select_one yn|q1|Yes?"), [*YES_NO, ["yn", 2, "Never"]])
    assert found == ["sheet survey, row 2, q1: list yn has choice '2' twice (sheet choices, row 4)"]


@pytest.mark.parametrize(
    "constraint",
    [
        "not(selected(., '9') and count-selected(.) > 1)",
        "not(selected(.,'9')) or count-selected(.) = 1",
        "if(selected(., '9'), count-selected(.) = 1, true())",
        "not(selected(., '9') and (selected(., '1') or selected(., '2')))",
        "count-selected(.) <= 1 or not(selected(., 9))",
        "not(selected(., ‘9’) and count-selected(.) >= 2)",
    ],
)
def test_a_choice_that_stands_alone_is_exclusive(constraint):
    choices = rows("c|1|Police", "c|2|Court", "c|9|None of these", columns="list_name name label")
    item = load([["type", "name", "label", "constraint"], ["select_multiple c", "q1", "Which?", constraint]], choices)
    assert [option.code for option in item.items["q1"].options if option.exclusive] == [9]


@pytest.mark.parametrize("constraint", ["count-selected(.) <= 2", "not(selected(., 1) and selected(., 2))", "${x} = 1"])
def test_another_constraint_is_refused_with_its_row(constraint):
    choices = rows("c|1|Police", "c|2|Court", "c|3|Fire", columns="list_name name label")
    survey = [["type", "name", "label", "constraint"], ["select_multiple c", "q1", "Which?", constraint]]
    assert [line.partition(":")[0] for line in refused(survey, choices)] == ["sheet survey, row 2, q1"]


def test_a_filter_that_leaves_nothing_to_ask_is_refused():
    survey = [["type", "name", "label", "choice_filter"], ["select_one yn", "q1", "A?"], 
              ["select_one b", "q2", "B?", "d=${q1}"]]  # fmt: skip
    choices = [
        ["list_name", "name", "label", "d"],
        ["yn", 1, "Yes"],
        ["yn", 2, "No"],
        ["b", 1, "Mill", 1],
        ["b", 2, "Dock", 2],
    ]
    reason = "its choice_filter leaves one choice for each earlier answer: there is nothing to ask"
    assert refused(survey, choices) == [f"sheet survey, row 3, q2: {reason}"]


def test_a_filter_that_is_fixed_keeps_its_choices():
    survey = [["type", "name", "label", "choice_filter"], ["select_one b", "q1", "B?", "d = 'x' and name != 3"]]
    choices = [
        ["list_name", "name", "label", "d"],
        *(["b", n, f"Area {n}", "x" if n != 2 else "y"] for n in range(1, 6)),
    ]
    assert [option.code for option in load(survey, choices).items["q1"].options] == [1, 4, 5]


def test_a_disabled_row_is_not_asked_and_noted():
    survey = [
        ["type", "name", "label", "disabled"],
        ["select_one yn", "q1", "A?"],
        ["select_one yn", "q2", "B?", "yes"],
    ]
    assert list(load(survey).items) == ["q1"]
    assert notes(survey) == ["sheet survey, row 3, q2: is disabled: it is not asked"]


def test_a_condition_on_a_row_not_taken_is_refused():
    survey = [["type", "name", "label", "relevant", "disabled"], ["select_one yn", "q1", "A?", None, "yes"],
              ["select_one yn", "q2", "B?", "${q1} = 1"]]  # fmt: skip
    assert refused(survey) == ["sheet survey, row 3, q2: its relevant column is not understood: q1 is disabled"]


def test_notes_introduce_the_questions_after_them():
    survey = rows("note|n|Please **read** this.", "select_one yn|q1|A?", "note|m|And this.", "select_one yn|q2|B?")
    assert [(each.introduction, each.items) for each in load(survey).sections] == [
        ("Please read this.", ("q1",)), ("And this.", ("q2",))
    ]  # fmt: skip


def test_a_note_without_a_place_is_noted():
    survey = rows(
        "select_one yn|q1|A?|", "note|n|Stop.|${q1} = 1", "note|m|Thank you.|", columns="type name label relevant"
    )
    assert [line.partition(":")[0] for line in notes(survey)] == ["sheet survey, row 3, n", "sheet survey, row 4, m"]


def test_nested_groups_keep_every_condition():
    survey = load(
        rows(
            "select_one yn|q1|A?|",
            "begin group|outer|Outer|${q1} = 1",
            "select_one yn|q2|B?|",
            "begin_group|inner||${q2} = 1",
            "select_one yn|q3|C?|${q1} != 2",
            "end group|||",
            "select_one yn|q4|D?|",
            "end_group|||",
            columns="type name label relevant",
        )
    )
    first, second = Atom("equal", "q1", (1,), (1,)), Atom("equal", "q2", (1,), (1,))
    found = [(each.title, each.items, each.show_if) for each in survey.sections]
    assert found == [
        ("Questions", ("q1",), None),
        ("Outer", ("q2",), first),
        ("Outer", ("q3",), AllOf((first, second))),
        ("Outer", ("q4",), first),
    ]
    assert survey.items["q3"].show_if == Not(Atom("equal", "q1", (2,), (2,)))


def test_rows_in_a_repeat_are_refused_each():
    found = refused(rows("begin repeat|people|People", "select_one yn|q1|A?", "end repeat||"))
    assert [line.partition(":")[0] for line in found] == ["sheet survey, row 2, people", "sheet survey, row 3, q1"]


@pytest.mark.parametrize("survey", [("begin group|g|G", "select_one yn|q|A?"), ("select_one yn|q|A?", "end group||")])
def test_groups_that_do_not_match_are_refused(survey):
    assert refused(rows(*survey))


@pytest.mark.parametrize(
    "word", ["text", "geopoint", "image", "decimal", "calculate", "select_one_from_file a.csv", "date"]
)
def test_a_kind_that_is_not_supported_names_its_row(word):
    found = refused(rows("select_one yn|q1|A?", f"{word}|q2|B?"))
    assert [line.partition(":")[0] for line in found] == ["sheet survey, row 3, q2"]


@pytest.mark.parametrize(
    ("word", "constraint", "parameters", "bounds"),
    [
        ("integer", ". >= 0 and . <= 20", None, (0, 20)),
        ("int", ".>=1 and .<11", None, (1, 10)),
        ("integer", "(. > 0) and (. < 6)", None, (1, 5)),
        ("range", None, "start=0 end=10 step=1", (0, 10)),
        ("range", None, None, None),
        ("integer", ". >= 0", None, None),
        ("integer", ". >= 18 and . <= 99", None, None),
        ("integer", None, None, None),
        ("range", None, "start=0 end=1 step=0.1", None),
    ],
)
def test_a_number_needs_bounds(word, constraint, parameters, bounds):
    survey = [["type", "name", "label", "constraint", "parameters"], [word, "q1", "How many?", constraint, parameters]]
    if bounds is None:
        assert [line.partition(":")[0] for line in refused(survey)] == ["sheet survey, row 2, q1"]
    else:
        item = load(survey).items["q1"]
        assert (item.kind.name, item.options[0].code, item.options[-1].code) == ("number", *bounds)


def test_a_month_between_two_days_is_a_date():
    constraint = ". >= date('2015-03-01') and . <= date('2026-11-30')"
    survey = [["type", "name", "label", "appearance", "constraint"], ["date", "q", "When?", "month-year", constraint]]
    assert load(survey).items["q_year"].span == ("2015-03", "2026-11")


def test_a_table_becomes_a_grid_and_conditions_follow():
    survey = load(
        rows(
            "begin group|g|Do you agree?||table-list",
            "select_one yn|a|Parks are safe.||",
            "select_one yn|b|Streets are clean.||",
            "end group||||",
            "select_one yn|why|Why?|${b} = 2|",
            columns="type name label relevant appearance",
        )
    )
    assert {code: item.kind.name for code, item in survey.items.items()} == {
        "g_1": "grid", "g_2": "grid", "why": "single"
    }  # fmt: skip
    assert survey.items["why"].show_if == Atom("equal", "g_2", (2,), (2,))


def test_a_long_name_is_shortened_once():
    long = "how_satisfied_are_you_with_the_service_of_the_"
    survey = rows(f"select_one yn|{long}police|A?", f"select_one yn|{long}court|B?", "select_one yn|1st-q|C?")
    codes = list(load(survey).items)
    assert len(set(codes)) == 3
    assert all(len(code) <= 24 for code in codes)


def test_columns_that_are_lost_are_noted():
    survey = [["type", "name", "label", "required", "default"], ["select_one yn", "q1", "A?", "yes", "1"]]
    assert [line.split(",")[2].partition(":")[0].strip() for line in notes(survey)] == [
        "column required",
        "column default",
    ]


# --- languages

SPANISH = [["type", "name", "label::Español (es)", "label::English (en-US)"],
           ["select_one yn", "q1", "¿Confía?", "Do you trust?"]]  # fmt: skip
BOTH = [
    ["list_name", "name", "label::Español (es)", "label::English (en-US)"],
    ["yn", 1, "Sí", "Yes"],
    ["yn", 2, "No", "No"],
]


def without_english(table):
    return [[cell for place, cell in enumerate(row) if place != 3] for row in table]


def rename(table, before, after):
    return [[cell.replace(before, after) if isinstance(cell, str) else cell for cell in row] for row in table]


@pytest.mark.parametrize("english", ["English (en-US)", "English", "english (en)", "en"])
def test_english_words_are_the_source(english):
    survey, choices = (rename(table, "English (en-US)", english) for table in (SPANISH, BOTH))
    form = read_form(make_form(survey, choices))
    item = load_survey(form.text).items["q1"]
    assert (item.text, [option.text for option in item.options]) == ("Do you trust?", ["Yes", "No"])
    assert form.translations["Español (es)"] == {"q1.text": "¿Confía?", "q1.1": "Sí", "q1.2": "No"}


def test_the_default_language_is_the_source_without_english():
    survey, choices = without_english(SPANISH), without_english(BOTH)
    settings = [["default_language"], ["Español (es)"]]
    assert load(survey, choices, settings).items["q1"].text == "¿Confía?"


def test_a_form_without_a_clear_source_is_refused():
    assert "--language" in refused(without_english(SPANISH), without_english(BOTH))[0]
    form = read_form(make_form(SPANISH, BOTH), "es")
    assert "¿Confía?" in form.text
    assert "English (en-US)" in form.translations


# --- what a form has beside its words


def test_choices_from_a_file_are_refused():
    survey = [["type", "name", "label", "appearance"], ["select_one yn", "q1", "A?", "minimal search ('places')"]]
    assert "takes its choices from a file" in refused(survey)[0]


def test_a_random_order_and_pictures_of_choices_are_noted():
    survey = [["type", "name", "label", "parameters"], ["select_one yn", "q1", "A?", "Randomize = TRUE, seed=4"]]
    choices = [["list_name", "name", "label", "media::image::English"], ["yn", 1, "Yes", "y.png"], ["yn", 2, "No"]]
    assert notes(survey, choices) == [
        "sheet survey, row 2, q1: shows its choices in the order of the form, not at random",
        "sheet choices, row 2, column media: is not kept (row 2): pictures and recordings are not read",
    ]


FIRST, SECOND = ["select_one yn", "q1", "A?", "B?", None], ["select_one yn", "q2", "C?", "C?", "${q1} = 1"]


@pytest.mark.parametrize(
    "headers", [["label", "label", "relevant"], ["label", "Label ", "relevant"], ["label::en", "label::English", "x"]]
)
def test_a_column_that_is_there_twice_is_refused(headers):
    assert refused([["type", "name", *headers[:2], headers[2]], FIRST, SECOND])[0].startswith(
        "sheet survey, row 2, label"
    )


def test_pictures_and_recordings_stand_beside_each_other():
    table = [["type", "name", "label", "image", "audio"], ["select_one yn", "q1", "A?", "a.png", "a.mp3"]]
    assert notes(table) == [
        "sheet survey, row 2, column media: is not kept (row 2): pictures and recordings are not read"
    ]


@pytest.mark.parametrize("other", ["relevance", "bind::relevant", "relevant::English"])
def test_skip_logic_in_two_columns_is_not_lost(other):
    table = [
        ["type", "name", "label", "relevance", other],
        ["select_one yn", "q1", "A?", None, None],
        ["select_one yn", "q2", "B?", "${q1} = 1", "${q1} = 2"],
    ]
    assert refused(table) == [
        "sheet survey, row 3, relevant: expected one column relevant, found two with different cells"
    ]


def test_a_title_above_the_names_is_refused_by_its_row():
    table = [["My form"], ["type", "name", "label"], ["select_one yn", "q1", "A?"]]
    assert refused(table) == [
        "sheet survey, row 1, names: expected the names of the columns with type among them, found My form"
    ]


def test_words_without_a_language_are_those_of_the_default():
    form = read_form(
        make_form(
            [["type", "name", "label", "label::English (en)"], ["select_one yn", "q1", "¿Una?", "One?"]],
            [["list_name", "name", "label", "label::English (en)"], ["yn", 1, "Sí", "Yes"], ["yn", 2, "No", "No"]],
            [["default_language"], ["Español (es)"]],
        )
    )
    assert load_survey(form.text).items["q1"].text == "One?"
    assert form.translations["Español (es)"]["q1.text"] == "¿Una?"


def test_words_that_name_no_language_are_noted_where_others_do():
    form = [["type", "name", "label", "label::English (en)"], ["select_one yn", "q1", "¿Una?", "One?"]]
    choices = [["list_name", "name", "label::English (en)"], ["yn", 1, "Yes"], ["yn", 2, "No"]]
    assert notes(form, choices) == ["label: words without a language are not kept beside English (en)"]
