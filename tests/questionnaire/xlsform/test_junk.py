"""Workbooks with any cells are taken or refused with places; none ends in a traceback."""

from contextlib import suppress

from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from app.questionnaire.loading import load_survey
from app.questionnaire.problems import SurveyProblems
from app.questionnaire.relevance import Asked, NotUnderstood, read_relevant
from app.questionnaire.xlsform_expressions import evaluate, read_expression
from app.questionnaire.xlsform_reading import read_form
from tests.questionnaire.xlsform.forms import make_form

TEXT = st.text(max_size=12).map(lambda text: ILLEGAL_CHARACTERS_RE.sub("", text))
NAMES = st.sampled_from(["q1", "q2", "a b", "1x", "survey", "", "é" * 30, "x" * 60])
TYPES = st.sampled_from(
    [
        "select_one yn",
        "select_multiple yn",
        "rank yn",
        "begin group",
        "end group",
        "begin repeat",
        "end repeat",
        "note",
        "integer",
        "range",
        "date",
        "text",
        "begin score",
        "score__row",
        "end score",
        "select_one",
        "select_one yn or_other",
        "begin",
        "end",
        "start",
        "",
    ]
)
EXPRESSIONS = st.sampled_from(
    [
        "${q1} = 1",
        "${q1} = 'yes'",
        "not(${q1} != '')",
        "selected(., '1')",
        ". >= 0 and . <= 5",
        "count-selected(${q1}) < 2",
        "true()",
        "false()",
        "((",
        "${",
        "1 = 1",
        "if(1)",
        ". = .",
        "${q1} > 'x'",
        "${q1} = 99999999999999999999",
        "string-length(${q2}) > 0",
        "x = ${q1}",
        "date('2020-01-01') < .",
    ]
)
CELL = st.one_of(TEXT, st.none(), st.booleans(), st.integers(), st.floats(), st.dates())
COLUMNS = {
    "type": TYPES | CELL,
    "name": NAMES | CELL,
    "label": TEXT | CELL,
    "relevant": EXPRESSIONS | CELL,
    "constraint": EXPRESSIONS | CELL,
    "choice_filter": EXPRESSIONS | CELL,
    "appearance": st.sampled_from(["table-list", "label", None]),
    "parameters": st.sampled_from(["start=0 end=5", "start=1 end=x", None]),
    "disabled": st.sampled_from(["yes", None]),
    "ct_kind": st.sampled_from([None, None, None, "single", "grid", "date", "number", "x"]),
    "ct_scale": st.sampled_from([None, None, "s"]),
    "ct_question": st.sampled_from([None, None, "Q"]),
    "ct_part": st.sampled_from([None, "1", "x", "²"]),
}
LIST_COLUMNS = {
    "list_name": st.sampled_from(["yn", "yn", "other"]) | CELL,
    "name": st.sampled_from([1, 2, "yes", "dk", -98, "01"]) | CELL,
    "label": TEXT | st.sampled_from(["Yes", "No", "Don't know"]),
    "ct_end": st.sampled_from([None, None, "low"]),
}


def table(columns):
    row = st.tuples(*columns.values()).map(list)
    return st.lists(row, max_size=6).map(lambda rows: [list(columns), *rows])


@settings(max_examples=150)
@given(table(COLUMNS), table(LIST_COLUMNS), st.lists(TEXT, min_size=3, max_size=3))
def test_any_cells_are_taken_or_refused(survey, choices, names):
    head = ["form_title", "form_id", "default_language"]
    try:
        form = read_form(make_form(survey, choices, [head, names]))
    except SurveyProblems:
        return
    assert load_survey(form.text).items


@given(st.text(alphabet="${q1}=!<>()'\". ,andornotselected0159-", max_size=30))
@example("${q1} = 1e400")
def test_any_expression_is_read_or_refused(text):
    with suppress(NotUnderstood):
        read_relevant(text, {"q1": Asked("q1", codes={"1": 1, "a": 2}), "q": Asked("q")})
    with suppress(NotUnderstood):
        evaluate(read_expression(text), ["1", "2"])
