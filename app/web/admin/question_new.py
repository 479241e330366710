"""Add a question of each kind, written in a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from starlette.responses import Response

from app.errors import NotFound
from app.questionnaire.definition import Scale
from app.questionnaire.editing.changes import Add
from app.questionnaire.editing.places import items_by_question, next_code
from app.questionnaire.kinds import KINDS
from app.services.questions.drafts import DraftQuestions
from app.web.admin.forms import Form
from app.web.admin.question_fields import BadField, read_lines, read_new
from app.web.admin.question_forms import (
    MARKS,
    OFFERS,
    VERBS,
    ConditionChoice,
    get_draft,
    list_parts_of,
    to_choice,
    try_to_save,
)
from app.web.admin.questions import KIND_WORDS
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest

OWN_SCALE = "+own"


@dataclass(frozen=True)
class NewQuestionScreen(StaffScreen):
    template: ClassVar[str] = "admin/question-new.html"
    here: ClassVar[str] = "Survey rounds"

    draft: DraftQuestions
    kinds: tuple[tuple[str, str], ...]
    kind: str
    form: Form
    parts: tuple[tuple[str, str], ...]
    scales: tuple[tuple[str, str], ...]
    condition: ConditionChoice
    part: str
    form_errors: Mapping[str, str] = field(default_factory=dict)
    offers: tuple[tuple[str, str, str], ...] = OFFERS
    marks: tuple[tuple[str, str, str], ...] = MARKS
    verbs: tuple[tuple[str, str], ...] = VERBS


def show_new_question(request: StaffRequest) -> Response:
    draft = get_draft(request)
    kind = request.query("kind")
    form = Form({"offers": ("dont_know", "prefer_not"), "part": (request.query("part"),)})
    return request.show(_new_screen(draft, kind if kind in KINDS else "", form, {}))


def add_question(request: StaffRequest) -> Response:
    draft, form = get_draft(request), request.form
    kind = form.one("kind")
    if kind not in KINDS:
        raise NotFound("kind of question", kind, KINDS)
    code = next_code(draft.used | frozenset(items_by_question(draft.survey)) | frozenset(draft.survey.items))
    try:
        change = _to_add(draft, form, kind, code)
    except BadField as refused:
        return request.show(_new_screen(draft, kind, form, {refused.field: str(refused)}), 422)
    return try_to_save(request, [change], code, lambda errors: _new_screen(draft, kind, form, errors))


def _to_add(draft: DraftQuestions, form: Form, kind: str, code: str) -> Add:
    fields = read_new(form, kind, code, draft.survey)
    scales: dict[str, Any] = {}
    if fields.get("scale") == OWN_SCALE:
        fields["scale"] = f"{code.lower()}_scale"
        scales[fields["scale"]] = {"options": dict(enumerate(read_lines(form.one("steps")), 1))}
    elif "scale" in fields and fields["scale"] not in draft.survey.scales:
        raise BadField("scale", f"Expected one of the scales, got {fields['scale']!r}.")
    title = form.one("new_part")
    section = form.one("part")
    if title:
        section = next_code(frozenset(each.id for each in draft.survey.sections), "part")
    return Add(section, fields, scales, new_part=title)


def _new_screen(draft: DraftQuestions, kind: str, form: Form, form_errors: Mapping[str, str]) -> NewQuestionScreen:
    return NewQuestionScreen(
        draft=draft,
        kinds=tuple((name, _title(KIND_WORDS.get(name, name))) for name in KINDS),
        kind=kind,
        form=form,
        parts=list_parts_of(draft),
        scales=(
            *((name, _describe_scale(each)) for name, each in draft.survey.scales.items()),
            (OWN_SCALE, "words of its own, below"),
        ),
        condition=to_choice(draft, form),
        part=form.one("part"),
        form_errors=form_errors,
    )


def _describe_scale(scale: Scale) -> str:
    first, last = scale.options[0].text, scale.options[-1].text
    if scale.low and scale.high:
        return f"{first} {scale.low} – {last} {scale.high}"
    return " · ".join(option.text for option in scale.options)


def _title(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
