"""Add questions from the bank: those of the surveys of the service and of the community."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from starlette.responses import Response

from app.questionnaire.editing.changes import SurveyChange
from app.services.questions.bank import BankQuestion, list_bank, list_banks, read_bank, take_from_bank
from app.services.questions.drafts import DraftQuestions
from app.web.admin.question_forms import (
    get_draft,
    list_parts_of,
    try_to_save,
)
from app.web.admin.questions import KIND_WORDS
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest


@dataclass(frozen=True)
class BankScreen(StaffScreen):
    template: ClassVar[str] = "admin/question-bank.html"
    here: ClassVar[str] = "Survey rounds"

    draft: DraftQuestions
    banks: tuple[tuple[str, str], ...]
    bank: str
    questions: tuple[BankQuestion, ...]
    parts: tuple[tuple[str, str], ...]
    part: str
    chosen: tuple[str, ...] = ()
    form_errors: Mapping[str, str] = field(default_factory=dict)
    kind_words: Mapping[str, str] = field(default_factory=lambda: KIND_WORDS)


def show_bank(request: StaffRequest) -> Response:
    draft = get_draft(request)
    return request.show(_bank_screen(request, draft, request.query("from"), request.query("part"), (), {}))


def add_from_bank(request: StaffRequest) -> Response:
    draft, form = get_draft(request), request.form
    name, chosen = form.one("bank"), form.all("take")
    bank = read_bank(request.engine, draft, name)
    known = {each.code for each in list_bank(draft, bank)}
    wanted = [code for code in chosen if code in known]
    if not wanted:
        errors = {"take": "Expected at least one question, got none: tick those to add."}
        return request.show(_bank_screen(request, draft, name, form.one("part"), chosen, errors), 422)
    changes: list[SurveyChange] = [take_from_bank(draft, bank, code, form.one("part")) for code in wanted]
    return try_to_save(
        request,
        changes,
        wanted[0],
        lambda errors: _bank_screen(request, draft, name, form.one("part"), chosen, _under(errors)),
    )


def _under(errors: Mapping[str, str]) -> dict[str, str]:
    """Put all problems at the list of questions."""
    return {"take": "; ".join(errors.values())}


def _bank_screen(
    request: StaffRequest,
    draft: DraftQuestions,
    name: str,
    part: str,
    chosen: tuple[str, ...],
    form_errors: Mapping[str, str],
) -> BankScreen:
    banks = tuple(list_banks(request.engine, draft))
    name = name or banks[0][0]
    questions = tuple(list_bank(draft, read_bank(request.engine, draft, name)))
    return BankScreen(draft, banks, name, questions, list_parts_of(draft), part, chosen, form_errors)
