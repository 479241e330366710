"""Show one question of a draft to be edited or deleted; `question_fields` reads the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ruamel.yaml.comments import CommentedMap
from starlette.responses import Response

from app.errors import NotFound
from app.language.languages import SOURCE, get_language
from app.questionnaire.editing.changes import Delete, SurveyChange, answers_of
from app.questionnaire.editing.condition_forms import KEPT, ConditionLine, answers_before, read_condition
from app.questionnaire.editing.document import find_item, items_of, open_document, text_of
from app.questionnaire.editing.places import find_needs, items_by_question
from app.questionnaire.problems import SurveyProblems
from app.questionnaire.survey_words import survey_words
from app.records.wave_lifecycle import DRAFT
from app.services.questions.drafts import DraftQuestions, QuestionsFixed, SavedMeanwhile, check_is_own, get_questions
from app.services.questions.survey_preview import preview_wave
from app.web.admin.forms import Form
from app.web.admin.phone_preview import PhonePreview, preview_phone
from app.web.admin.question_fields import (
    CONDITION_LINES,
    AnswerField,
    WrittenQuestion,
    read_changes,
    to_form_errors,
)
from app.web.admin.questions import KIND_WORDS, after, describe_in_english, save
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest

OFFERS = (
    ("dont_know", "Offer “Don't know”", ""),
    ("prefer_not", "Offer “Prefer not to answer”", ""),
)
MARKS = (
    (
        "visible",
        "Others can see the answer",
        "Data sets protect it more.",
    ),
    ("sensitive", "Sensitive", "Never shown for small groups."),
)
VERBS = (("is", "is"), ("not", "is not"))


@dataclass(frozen=True)
class ConditionChoice:
    """The earlier questions that a condition can ask, each with its answers."""

    joins: tuple[tuple[str, str], ...]
    groups: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    lines: tuple[tuple[str, str], ...]  # verb and choice
    join: str


@dataclass(frozen=True)
class QuestionScreen(StaffScreen):
    template: ClassVar[str] = "admin/question.html"
    here: ClassVar[str] = "Survey rounds"

    draft: DraftQuestions
    question: WrittenQuestion
    form: Form
    condition: ConditionChoice
    parts: tuple[tuple[str, str], ...]
    translated: tuple[str, ...]
    needs: tuple[str, ...]
    can_delete: bool
    phone: PhonePreview
    kind: str
    form_errors: Mapping[str, str] = field(default_factory=dict)
    offers: tuple[tuple[str, str, str], ...] = OFFERS
    verbs: tuple[tuple[str, str], ...] = VERBS

    @property
    def more_styles(self) -> tuple[str, ...]:
        return self.phone.styles


def get_draft(request: StaffRequest) -> DraftQuestions:
    draft = get_questions(request.engine, request.path("wave"))
    if draft.status != DRAFT:
        raise QuestionsFixed(draft.wave, draft.status)
    return draft


# --- one question


def show_question(request: StaffRequest) -> Response:
    draft = get_draft(request)
    question = get_question(draft, request.path("code"))
    return request.show(_question_screen(request, draft, question, to_form(draft, question), {}))


def change_question(request: StaffRequest) -> Response:
    draft, form = get_draft(request), request.form
    question = get_question(draft, request.path("code"))
    changes = read_changes(form, question, draft.survey)
    slips = frozenset((question.code, question.scale or question.code)) if form.one("slip") else frozenset()
    return try_to_save(
        request,
        changes,
        question.code,
        lambda errors: _question_screen(request, draft, question, form, errors),
        slips,
    )


def delete_question(request: StaffRequest) -> Response:
    draft = get_draft(request)
    question = get_question(draft, request.path("code"))
    check_is_own(draft, question.code)
    form = to_form(draft, question)
    return try_to_save(
        request,
        [Delete(question.code)],
        question.code,
        lambda errors: _question_screen(request, draft, question, form, errors),
    )


def try_to_save(
    request: StaffRequest,
    changes: list[SurveyChange],
    code: str,
    to_screen: Any,
    slips: frozenset[str] = frozenset(),
) -> Response:
    """Save changes, or show the form again as it was typed, with its problems."""
    try:
        saved = save(request, changes, slips)
    except SurveyProblems as refused:
        return request.show(to_screen(to_form_errors(refused.problems, code, request.form)), 422)
    except SavedMeanwhile as refused:
        return request.show(to_screen({"": str(refused)}), 422)
    return after(request, saved, f"#row-{code}")


def get_question(draft: DraftQuestions, code: str) -> WrittenQuestion:
    """Return a question as its file writes it. Raises `NotFound`."""
    document = open_document(draft.text)
    sections = {item["code"]: section["id"] for section, item in items_of(document)}
    if code not in sections:
        raise NotFound("question", code)
    item = find_item(document, code)[2]
    holder, name = answers_of(document, item)
    source = holder if holder is not None else CommentedMap()
    options = source.get(name, {}) if "from" not in item or "options" in item else {}
    defaults, scale = document.get("defaults", {}), str(item.get("scale", ""))
    shared = [each["code"] for _, each in items_of(document) if scale and each.get("scale") == scale]
    return WrittenQuestion(
        code=code,
        kind=str(item.get("kind", "scale" if scale else "single")),
        text=text_of(item, "text"),
        note=text_of(item, "note"),
        comment=text_of(item, "comment"),
        answers=tuple(
            AnswerField(int(key), str(value["text"] if isinstance(value, dict) else value).strip())
            for key, value in options.items()
        ),
        scale=scale,
        shared=tuple(each for each in shared if each != code) if name == "options" and "options" not in item else (),
        low=text_of(source, "low") if source is not item else "",
        high=text_of(source, "high") if source is not item else "",
        dont_know=bool(item.get("dont_know", defaults.get("dont_know", False))),
        prefer_not=bool(item.get("prefer_not", defaults.get("prefer_not", False))),
        part=sections[code],
        condition=item.get("show_if"),
        is_repeated="for_each" in item,
        can_grow=source is item and "from" not in item,
    )


def to_form(draft: DraftQuestions, question: WrittenQuestion) -> Form:
    """Return the form with the values of a question."""
    offers = tuple(name for name in ("dont_know", "prefer_not") if getattr(question, name))
    values: dict[str, tuple[str, ...]] = {
        name: (getattr(question, name),) for name in ("text", "note", "comment", "low", "high", "part")
    }
    values |= {f"answer-{each.code}": (each.words,) for each in question.answers}
    values |= {"offers": offers, "version": (str(draft.version),)}
    chosen = read_condition(question.condition)
    values["join"] = (chosen.join if chosen else KEPT,)
    for number, line in enumerate(chosen.lines if chosen else (), 1):
        values |= _line_fields(number, line)
    return Form(values)


def _line_fields(number: int, line: ConditionLine) -> dict[str, tuple[str, ...]]:
    return {
        f"verb-{number}": ("is" if line.verb == "is" else "not",),
        f"about-{number}": (f"{line.item}={line.answer}",),
    }


def to_choice(draft: DraftQuestions, form: Form, code: str = "", as_it_is: str = "") -> ConditionChoice:
    """Return what a condition can ask before a question, and the lines that the form has now."""
    typed = [(form.one(f"verb-{n}"), form.one(f"about-{n}")) for n in range(1, CONDITION_LINES * 3)]
    lines = [(verb or "is", about) for verb, about in typed if about]
    joins = [("all", "all of these are true"), ("any", "any of these is true")]
    if as_it_is:
        joins.append((KEPT, f"as it is now: {as_it_is}"))
    groups = tuple(
        (
            f"{item.code} {_shorten(item.part.option.text if item.part else item.text)}",
            tuple((f"{item.code}={option.code}", f"{item.code}: {_shorten(option.text)}") for option in item.choices),
        )
        for item in answers_before(draft.survey, code)
    )
    wanted = max(CONDITION_LINES, len(lines) + 1)
    return ConditionChoice(
        tuple(joins), groups, (*lines, *((("is", ""),) * (wanted - len(lines)))), form.one("join") or "all"
    )


def _shorten(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def _question_screen(
    request: StaffRequest,
    draft: DraftQuestions,
    question: WrittenQuestion,
    form: Form,
    form_errors: Mapping[str, str],
) -> QuestionScreen:
    items = items_by_question(draft.survey)[question.code]
    keeps = read_condition(question.condition) is None or question.is_repeated
    as_it_is = describe_in_english(draft.survey, items[0]) or "as the survey file says"
    return QuestionScreen(
        draft=draft,
        question=question,
        form=form,
        condition=to_choice(draft, form, question.code, as_it_is if keeps else ""),
        parts=list_parts_of(draft),
        translated=_translated(draft, question),
        needs=tuple(find_needs(draft.survey, question.code)),
        can_delete=question.code in draft.own_codes,
        phone=preview_phone(
            preview_wave(request.engine, draft.wave), request.query("lang"), "", question.part, question.code
        ),
        kind=KIND_WORDS.get(question.kind, question.kind),
        form_errors=form_errors,
    )


def _translated(draft: DraftQuestions, question: WrittenQuestion) -> tuple[str, ...]:
    """Return the languages of the round that have the sentence of a question."""
    found = []
    for code in draft.languages:
        words = survey_words(draft.survey, code) if code != SOURCE else None
        if words and words.find(question.text, f"{question.code}.text"):
            found.append(get_language(code).english_name)
    return tuple(found)


def list_parts_of(draft: DraftQuestions) -> tuple[tuple[str, str], ...]:
    return tuple((section.id, section.title) for section in draft.survey.sections)
