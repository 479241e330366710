"""Change the title and the introduction of a part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from starlette.responses import Response

from app.errors import NotFound
from app.questionnaire.editing.changes import RewordPart
from app.questionnaire.editing.document import find_section, open_document, text_of
from app.services.questions.drafts import DraftQuestions
from app.web.admin.forms import Form
from app.web.admin.question_forms import (
    get_draft,
    try_to_save,
)
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest


@dataclass(frozen=True)
class PartScreen(StaffScreen):
    template: ClassVar[str] = "admin/question-part.html"
    here: ClassVar[str] = "Survey rounds"

    draft: DraftQuestions
    section: str
    form: Form
    form_errors: Mapping[str, str] = field(default_factory=dict)


def show_part(request: StaffRequest) -> Response:
    draft = get_draft(request)
    section = _find_part(draft, request.path("part"))
    values = {name: (text_of(section, name),) for name in ("title", "introduction")}
    return request.show(PartScreen(draft, section["id"], Form(values)))


def change_part(request: StaffRequest) -> Response:
    draft, form = get_draft(request), request.form
    section = _find_part(draft, request.path("part"))
    if not form.one("title"):
        screen = PartScreen(draft, section["id"], form, {"title": "Expected a title, got nothing."})
        return request.show(screen, 422)
    change = RewordPart(section["id"], form.one("title"), form.one("introduction"))
    return try_to_save(
        request,
        [change],
        section["id"],
        lambda errors: PartScreen(draft, section["id"], form, {"title": "; ".join(errors.values())}),
    )


def _find_part(draft: DraftQuestions, name: str) -> Any:
    document = open_document(draft.text)
    if name not in {section["id"] for section in document["sections"]}:
        raise NotFound("part", name)
    return find_section(document, name)
