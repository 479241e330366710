"""Show the questions of a round beside a phone; switch, move, and go back to an earlier version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from starlette.responses import Response

from app.language.catalogs import load_catalog
from app.language.languages import SOURCE, get_language
from app.questionnaire.definition import Item, Survey
from app.questionnaire.duration import estimate_minutes
from app.questionnaire.editing.changes import Move, SurveyChange, Switch
from app.questionnaire.editing.places import find_needs, items_by_question
from app.questionnaire.messages import sentences
from app.questionnaire.problems import Problem, SurveyProblems
from app.questionnaire.survey_words import survey_words
from app.records.wave_lifecycle import DRAFT
from app.services.questions.drafts import (
    DraftQuestions,
    ListedVersion,
    Saved,
    SavedMeanwhile,
    get_questions,
    go_back,
    list_versions,
    save_changes,
)
from app.services.questions.survey_preview import preview_wave
from app.web.admin.forms import read_number
from app.web.admin.phone_preview import PhonePreview, preview_phone
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest
from app.web.resident.condition_text import describe_condition
from app.web.resident.question_context import QuestionContext

KIND_WORDS: Mapping[str, str] = {
    "scale": "one step on a scale",
    "single": "one answer",
    "multiple": "several answers",
    "number": "a number",
    "ranking": "answers in order",
    "grid": "statements on one scale",
    "date": "a month or a year",
}
ON, OFF, WAITING = "on", "off", "waiting"


@dataclass(frozen=True)
class QuestionRow:
    """A question in the list; `missing` names languages without a translation of one of its sentences."""

    code: str
    text: str
    kind: str
    state: str
    condition: str
    is_own: bool
    breaks: bool
    needs: tuple[str, ...]
    missing: tuple[str, ...]
    problem: str = ""


@dataclass(frozen=True)
class PartRows:
    id: str
    title: str
    sensitive: bool
    rows: tuple[QuestionRow, ...]


@dataclass(frozen=True)
class QuestionsScreen(StaffScreen):
    template: ClassVar[str] = "admin/questions.html"
    here: ClassVar[str] = "Survey rounds"

    draft: DraftQuestions
    parts: tuple[PartRows, ...]
    minutes: int
    phone: PhonePreview
    part: str
    can_change: bool
    form_errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def more_styles(self) -> tuple[str, ...]:
        return self.phone.styles

    @property
    def asked(self) -> int:
        return sum(row.state == ON for part in self.parts for row in part.rows)


@dataclass(frozen=True)
class VersionsScreen(StaffScreen):
    template: ClassVar[str] = "admin/question-versions.html"
    here: ClassVar[str] = "Survey rounds"

    wave: str
    versions: tuple[ListedVersion, ...]
    can_change: bool


def show_questions(request: StaffRequest) -> Response:
    return request.show(_screen(request, {}))


def change_questions(request: StaffRequest) -> Response:
    """Take one step that a button names, such as `up:B1`."""
    word, _, code = request.form.one("do").partition(":")
    steps: Mapping[str, SurveyChange] = {
        "up": Move(code, -1),
        "down": Move(code, 1),
        "on": Switch(code, on=True),
        "off": Switch(code, on=False),
    }
    if word not in steps:
        return request.show(_screen(request, {}))
    try:
        saved = save(request, [steps[word]])
    except (SurveyProblems, SavedMeanwhile) as refused:
        return request.show(_screen(request, to_sentences(refused, code)), 422)
    return after(request, saved, f"#row-{code}")


def save(request: StaffRequest, changes: Sequence[SurveyChange], slip: frozenset[str] = frozenset()) -> Saved:
    seen = read_number(request.form.one("version")) or None
    return save_changes(request.engine, request.path("wave"), changes, request.actor, seen, slip)


def after(request: StaffRequest, saved: Saved, place: str = "") -> Response:
    done = "questions-saved" if saved.is_new else "questions-same"
    return request.go(f"/staff/waves/{request.path('wave')}/questions?done={done}{place}")


def to_sentences(refused: SurveyProblems | SavedMeanwhile, code: str = "") -> dict[str, str]:
    """Return the reasons by the row that they belong to."""
    if isinstance(refused, SavedMeanwhile):
        return {"": str(refused)}
    found: dict[str, str] = {}
    for problem in refused.problems:
        row = f"row-{problem.item.split(' ')[0]}"
        found[row] = "; ".join(filter(None, (found.get(row, ""), describe_problem(problem))))
    return found


def describe_problem(problem: Problem) -> str:
    """Return a problem as a sentence about its place, without a line of a file."""
    return f"{problem.item}: {problem.message}."


def show_versions(request: StaffRequest) -> Response:
    slug = request.path("wave")
    draft = get_questions(request.engine, slug)
    return request.show(VersionsScreen(slug, tuple(list_versions(request.engine, slug)), draft.status == DRAFT))


def return_to_version(request: StaffRequest) -> Response:
    saved = go_back(request.engine, request.path("wave"), read_number(request.form.one("number")), request.actor)
    return after(request, saved)


def _screen(request: StaffRequest, form_errors: Mapping[str, str]) -> QuestionsScreen:
    slug = request.path("wave")
    draft = get_questions(request.engine, slug)
    part = request.query("part")
    known = {section.id for section in draft.survey.sections}
    wave = preview_wave(request.engine, slug)
    phone = preview_phone(
        wave,
        request.query("lang"),
        request.query("agency"),
        part if part in known else "",
    )
    return QuestionsScreen(
        draft=draft,
        parts=list_parts(draft, form_errors),
        minutes=wave.facts.minutes or estimate_minutes(draft.survey),
        phone=phone,
        part=part,
        can_change=draft.status == DRAFT,
        form_errors=form_errors,
    )


def list_parts(draft: DraftQuestions, form_errors: Mapping[str, str]) -> tuple[PartRows, ...]:
    """Return the questions of each part, those that are switched off at their place."""
    survey = draft.survey
    questions = items_by_question(survey)
    gaps = {code: find_gaps_by_question(survey, code) for code in draft.languages if code != SOURCE}
    return tuple(
        PartRows(
            id=section.id,
            title=section.title,
            sensitive=section.sensitive,
            rows=tuple(
                _row(draft, code, questions[code], gaps, form_errors.get(f"row-{code}", ""))
                for code in order_in_file(draft, section.id)
                if code in questions
            ),
        )
        for section in survey.sections
    )


def order_in_file(draft: DraftQuestions, section: str) -> tuple[str, ...]:
    """Return the codes of a part in the order of the file."""
    return draft.order.get(section, ())


def find_gaps_by_question(survey: Survey, language: str) -> frozenset[str]:
    """Return the questions and scales of which a sentence has no translation in a language."""
    words = survey_words(survey, language)
    return frozenset(
        each.context.partition(".")[0] for each in sentences(survey) if words.find(each.text, each.context) is None
    )


def _row(
    draft: DraftQuestions, code: str, items: tuple[Item, ...], gaps: Mapping[str, frozenset[str]], problem: str
) -> QuestionRow:
    first = items[0]
    is_on = first.code in draft.survey.items
    names = {code, first.scale or code}
    return QuestionRow(
        code=code,
        text=first.text,
        kind=KIND_WORDS.get(first.kind.name, first.kind.name),
        state=ON if is_on else WAITING if not first.options else OFF,
        condition=describe_in_english(draft.survey, first) if is_on else "",
        is_own=code in draft.own_codes,
        breaks=code in draft.comparison.questions,
        needs=tuple(find_needs(draft.survey, code)) if is_on else (),
        missing=tuple(get_language(each).english_name for each, gone in gaps.items() if names & gone),
        problem=problem,
    )


def describe_in_english(survey: Survey, item: Item) -> str:
    """Return the condition of a question as the paper form says it, or nothing."""
    if item.show_if is None:
        return ""
    numbers = {each.code: number for number, items in enumerate(survey.questions.values(), 1) for each in items}
    words, page = load_catalog(SOURCE, survey.catalog), load_catalog(SOURCE, "interface")
    return describe_condition(item.show_if, QuestionContext(survey, words, page, "…", numbers))
