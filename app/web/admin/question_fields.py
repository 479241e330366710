"""Read the forms of a question: the words of its answers, its condition, and the fields of a new one of each kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.errors import Refused
from app.questionnaire.definition import Survey
from app.questionnaire.editing.changes import Move, Reword, SetCondition, SurveyChange
from app.questionnaire.editing.condition_forms import (
    ALL,
    ANY,
    IS,
    IS_NOT,
    ChosenCondition,
    ConditionLine,
    read_condition,
    write_condition,
)
from app.questionnaire.editing.new_question import Typed, write_typed
from app.questionnaire.problems import Problem
from app.web.admin.forms import Form

CONDITION_LINES = 4


class BadField(Refused):
    """Refuse one field of a form."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        super().__init__(sentence)


@dataclass(frozen=True)
class AnswerField:
    """An answer of a question in its form."""

    code: int
    words: str


@dataclass(frozen=True)
class WrittenQuestion:
    """A question as its file writes it, in the values of a form."""

    code: str
    kind: str
    text: str
    note: str
    comment: str
    answers: tuple[AnswerField, ...]
    scale: str
    shared: tuple[str, ...]
    low: str
    high: str
    dont_know: bool
    prefer_not: bool
    part: str
    condition: Any
    is_repeated: bool
    can_grow: bool


def read_changes(form: Form, question: WrittenQuestion, survey: Survey) -> list[SurveyChange]:
    """Return the changes that a form of a question asks for; none where nothing changed."""
    changes: list[SurveyChange] = []
    words = _read_words(form, question)
    if words != Reword(question.code):
        changes.append(words)
    condition = _read_condition(form, question, survey)
    if condition is not None:
        changes.append(condition)
    if form.one("part") and form.one("part") != question.part:
        changes.append(Move(question.code, section=form.one("part")))
    return changes


def _read_words(form: Form, question: WrittenQuestion) -> Reword:
    def changed(name: str, before: str) -> str | None:
        typed = clean(form.one(name))
        return None if name not in form.fields or typed == before else typed

    without = frozenset(int(code) for code in form.all("without") if code.isdecimal())
    answers = {
        each.code: typed
        for each in question.answers
        if each.code not in without and (typed := changed(f"answer-{each.code}", each.words)) is not None
    }
    return Reword(
        question.code,
        text=changed("text", question.text),
        note=changed("note", question.note),
        comment=changed("comment", question.comment),
        answers=answers,
        more=read_lines(form.one("more")),
        without=without,
        low=changed("low", question.low),
        high=changed("high", question.high),
        dont_know=_read_box(form, "dont_know", question.dont_know),
        prefer_not=_read_box(form, "prefer_not", question.prefer_not),
    )


def _read_box(form: Form, name: str, before: bool) -> bool | None:
    ticked = name in form.all("offers")
    return None if ticked == before or "has_offers" not in form.fields else ticked


def _read_condition(form: Form, question: WrittenQuestion, survey: Survey) -> SetCondition | None:
    wanted = read_lines_of_condition(form)
    if wanted is None or wanted == read_condition(question.condition):
        return None
    return SetCondition(question.code, write_condition(survey, wanted))


def read_lines_of_condition(form: Form) -> ChosenCondition | None:
    """Return the condition in a form; None where the form keeps what the file says."""
    join = form.one("join")
    if join not in (ALL, ANY):
        return None
    lines = []
    for number in range(1, CONDITION_LINES * 3):
        item, _, answer = form.one(f"about-{number}").rpartition("=")
        if item and answer.lstrip("-").isdecimal():
            verb = IS_NOT if form.one(f"verb-{number}") == "not" else IS
            lines.append(ConditionLine(item, verb, int(answer)))
    return ChosenCondition(join if len(lines) > 1 else ALL, tuple(lines))


def clean(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def read_lines(text: str) -> tuple[str, ...]:
    r"""Return the lines of a text that say something.

    >>> read_lines("Yes\r\n\n No ")
    ('Yes', 'No')
    """
    return tuple(filter(None, map(str.strip, clean(text).splitlines())))


def _read_typed(form: Form, kind: str) -> Typed:
    for name in ("from", "to") if kind == "number" else ():
        if not form.one(name).isdecimal():
            raise BadField(name, f"Expected a whole number, got {form.one(name)!r}.")
    lines = read_lines(form.one("statements" if kind == "grid" else "answers"))
    return Typed(lines, form.one("scale"), form.one("from"), form.one("to"), bool(form.one("alone")))


def read_new(form: Form, kind: str, code: str, survey: Survey) -> dict[str, Any]:
    """Return the fields of a new question as a survey file writes them. Raises `BadField`."""
    if not form.one("text"):
        raise BadField("text", "Expected the question, got nothing.")
    fields = write_typed(code, kind, clean(form.one("text")), _read_typed(form, kind))
    fields |= {name: words for name in ("note", "comment") if (words := clean(form.one(name)))}
    fields |= {name: name in form.all("offers") for name in ("dont_know", "prefer_not") if kind != "ranking"}
    fields |= {name: True for name in ("visible", "sensitive") if name in form.all("marks")}
    condition = read_lines_of_condition(form)
    if condition and condition.lines:
        fields["show_if"] = write_condition(survey, condition)
    return fields


def to_form_errors(problems: Sequence[Problem], code: str, form: Form) -> dict[str, str]:
    """Return problems by the field of the form where they can be put right; others stand under no field."""
    found: dict[str, list[str]] = {}
    for problem in problems:
        found.setdefault(_field_of(problem, code, form), []).append(_sentence(problem, code))
    return {name: "; ".join(sentences) for name, sentences in found.items()}


def _sentence(problem: Problem, code: str) -> str:
    own = problem.item == code
    return f"{problem.message[:1].upper()}{problem.message[1:]}." if own else f"{problem.item}: {problem.message}."


def _field_of(problem: Problem, code: str, form: Form) -> str:
    place, _, option = problem.item.partition(" option ")
    if place != code:
        return ""
    if option and f"answer-{option}" in form.fields:
        return f"answer-{option}"
    for name in ("note", "text"):
        if form.one(name) and repr(clean(form.one(name))) in problem.message:
            return name
    words = (("condition", "join"), ("refers to", "join"), ("asks ", "join"), ("can never", "join"), ("scale", "scale"))
    field = next((field for word, field in words if word in problem.message), "")
    if field and field in form.fields:
        return field
    return next((name for name in ("answers", "statements", "from", "more", "text") if name in form.fields), "")
