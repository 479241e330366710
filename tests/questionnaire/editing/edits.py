"""Draw random changes of a survey: sensible ones, and ones that no survey can hold."""

from __future__ import annotations

from hypothesis import strategies as st

from app.questionnaire.editing.changes import (
    Add,
    Delete,
    Move,
    Reword,
    RewordPart,
    SetCondition,
    SurveyChange,
    Switch,
)
from app.questionnaire.editing.condition_forms import ChosenCondition, ConditionLine, write_condition
from app.questionnaire.editing.new_question import FIELDS, Typed, write_typed
from app.questionnaire.editing.places import items_by_question, next_code
from app.questionnaire.loading import load_survey

WORDS = st.one_of(
    st.sampled_from(
        ("How are you?", "{agency} is kind.", "", " ", "<b>bold</b>", "{name}", "10", "Yes", "- a: b", "#")
    ),
    st.text(max_size=30),
)
LINES = st.lists(WORDS, max_size=6).map(tuple)


@st.composite
def changes(draw: st.DrawFn, text: str) -> SurveyChange:
    """Draw one change of the survey in a text."""
    survey = load_survey(text)
    codes = [*items_by_question(survey), "NONE"]
    code = draw(st.sampled_from(codes))
    section = draw(st.sampled_from([*(each.id for each in survey.sections), "nowhere"]))
    kind = draw(st.sampled_from(("switch", "reword", "part", "move", "condition", "add", "delete")))
    if kind == "switch":
        return Switch(code, draw(st.booleans()))
    if kind == "reword":
        return _reword(draw, code)
    if kind == "part":
        return RewordPart(section, draw(WORDS), draw(st.none() | WORDS))
    if kind == "move":
        return Move(code, draw(st.integers(-2, 2)), draw(st.sampled_from(("", section))))
    if kind == "condition":
        lines = draw(st.lists(_lines(sorted(survey.items)), max_size=3))
        chosen = ChosenCondition(draw(st.sampled_from(("all", "any"))), tuple(lines))
        return SetCondition(code, write_condition(survey, chosen))
    if kind == "add":
        return _add(draw, frozenset(codes), section, sorted(survey.scales))
    return Delete(code)


def _reword(draw: st.DrawFn, code: str) -> Reword:
    optional = st.none() | WORDS
    return Reword(
        code,
        text=draw(optional),
        note=draw(optional),
        comment=draw(optional),
        answers=draw(st.dictionaries(st.integers(0, 4), WORDS, max_size=2)),
        more=draw(st.lists(WORDS, max_size=2).map(tuple)),
        without=draw(st.frozensets(st.integers(0, 4), max_size=2)),
        dont_know=draw(st.none() | st.booleans()),
        prefer_not=draw(st.none() | st.booleans()),
    )


def _lines(items: list[str]) -> st.SearchStrategy[ConditionLine]:
    return st.builds(
        ConditionLine,
        st.sampled_from([*items, "NONE"]),
        st.sampled_from(("is", "is not")),
        st.sampled_from((1, 2, 3, 0, -8, 77)),
    )


def _add(draw: st.DrawFn, taken: frozenset[str], section: str, scales: list[str]) -> Add:
    kind = draw(st.sampled_from([*FIELDS]))
    typed = Typed(
        answers=draw(st.sampled_from((("Yes", "No"), ("A", "B", "C"))) | LINES),
        scale=draw(st.sampled_from([*scales, "none"])),
        low=draw(st.sampled_from(("0", "1", "2015-03", "x", ""))),
        high=draw(st.sampled_from(("5", "12", "2026-11", "999", ""))),
        last_stands_alone=draw(st.booleans()),
    )
    code = draw(st.sampled_from([next_code(taken), *sorted(taken), "not a code"]))
    fields = write_typed(code, kind, draw(WORDS), typed)
    new_part = draw(st.sampled_from(("", "", "More questions")))
    return Add("part_9" if new_part else section, fields, new_part=new_part)
