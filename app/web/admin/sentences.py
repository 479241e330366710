"""Translate one sentence of a round beside its note, terms, suggestions, the notes of others and a phone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from starlette.responses import Response

from app.language.languages import Language, get_language
from app.questionnaire.definition import Survey
from app.records import wave_lifecycle
from app.records.own_words import COMMENT, NOTE_KINDS, PRETEST, READ_BACK, SEEN
from app.services.questions.survey_preview import preview_wave
from app.services.translations.memory import Suggestion, Term, find_suggestions, find_terms
from app.services.translations.workbench import (
    STATES,
    TranslationRefused,
    Workbench,
    WorkSentence,
    add_note,
    open_workbench,
    open_workbenches,
    save_translation,
)
from app.web.admin.phone_preview import PhonePreview, preview_phone
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest
from app.web.admin.round_languages import SHOWN, TO_TRANSLATE, states_of, to_address

NOTE_WORDS: Mapping[str, str] = {
    COMMENT: "Comment or question",
    READ_BACK: "Read back into English",
    PRETEST: "Tried with people",
}


@dataclass(frozen=True)
class SentenceScreen(StaffScreen):
    template: ClassVar[str] = "admin/sentence.html"
    here: ClassVar[str] = "Survey rounds"

    bench: Workbench
    language: Language
    sentence: WorkSentence
    typed: str
    note: str
    kind: str
    state: str
    show: str
    place: str
    number: int
    left: int
    after: str
    terms: tuple[Term, ...]
    suggestions: tuple[Suggestion, ...]
    phone: PhonePreview
    can_change: bool
    form_errors: Mapping[str, str] = field(default_factory=dict)
    kinds: tuple[tuple[str, str], ...] = tuple(NOTE_WORDS.items())
    note_words: Mapping[str, str] = field(default_factory=lambda: NOTE_WORDS)

    @property
    def more_styles(self) -> tuple[str, ...]:
        return self.phone.styles


def show_sentence(request: StaffRequest) -> Response:
    bench, sentence = _find(request)
    wanted = request.query("use")
    typed = wanted or sentence.translation or sentence.earlier
    return request.show(_screen(request, bench, sentence, typed, {}, request.query("show")))


def change_sentence(request: StaffRequest) -> Response:
    """Save what was typed, add the note, say that the sentence is right, and go on to the next one."""
    bench, sentence = _find(request)
    form, show = request.form, request.form.one("show")
    typed, note, kind = form.one("translation"), form.one("note"), form.one("kind") or COMMENT
    args = (request.engine, bench.wave, bench.language, sentence.key)
    try:
        if form.one("do") != "note" and (typed != sentence.translation or not typed):
            save_translation(*args, typed, request.actor)
        if note:
            add_note(*args, kind if kind in NOTE_KINDS else COMMENT, note, request.actor)
        if form.one("do") == "right":
            add_note(*args, SEEN, "", request.actor)
    except TranslationRefused as refused:
        errors = {"note" if note and typed == sentence.translation else "translation": str(refused)}
        return request.show(_screen(request, bench, sentence, typed, errors, show, note), 422)
    here = f"/staff/waves/{bench.wave}/languages/{bench.language}"
    after = None if form.one("do") == "note" else bench.after(sentence.key, states_of(show))
    if after is None and form.one("do") != "note" and (other := _find_other(request, bench, show)):
        return request.go(other, "sentence-saved")
    if after is None and form.one("do") != "note" and show == TO_TRANSLATE and request.member.may("run waves"):
        return request.go(f"/staff/waves/{bench.wave}", "last-sentence")
    if form.one("do") == "note" or after is None:
        return request.go(f"{here}/sentences/{sentence.key}?show={show}", "sentence-saved" if note else "last-sentence")
    return request.go(f"{here}/sentences/{after.key}?show={show}", "sentence-saved")


def _find_other(request: StaffRequest, bench: Workbench, show: str) -> str:
    """Return the first sentence to translate in another language, for an operator, who looks after all of them."""
    if show != TO_TRANSLATE or not request.member.may("run waves"):
        return ""
    found = ((each, each.first(states_of(show))) for each in open_workbenches(request.engine, bench.wave))
    return next((to_address(each, first) for each, first in found if first and each.language != bench.language), "")


def _find(request: StaffRequest) -> tuple[Workbench, WorkSentence]:
    bench = open_workbench(request.engine, request.path("wave"), request.path("language"))
    return bench, bench.get(request.path("sentence"))


def _screen(
    request: StaffRequest,
    bench: Workbench,
    sentence: WorkSentence,
    typed: str,
    form_errors: Mapping[str, str],
    show: str,
    note: str = "",
) -> SentenceScreen:
    show = show if show in (*STATES, "all", TO_TRANSLATE) else sentence.state
    part, question, place = find_place(bench.survey, sentence.context)
    return SentenceScreen(
        bench=bench,
        language=get_language(bench.language),
        sentence=sentence,
        typed=typed,
        note=note,
        kind=request.form.one("kind") or COMMENT,
        state=SHOWN[sentence.state],
        show=show,
        place=place,
        number=[each.key for each in bench.sentences].index(sentence.key) + 1,
        after=after.key if (after := bench.after(sentence.key, states_of(show))) else "",
        left=sum(each.state in states_of(show) for each in bench.sentences),
        terms=tuple(find_terms(bench.language, sentence.text)),
        suggestions=tuple(
            each
            for each in find_suggestions(bench.language, sentence.text, sentence.context)
            if each.translation != sentence.translation
        ),
        phone=preview_phone(preview_wave(request.engine, bench.wave), bench.language, "", part, question),
        can_change=bench.status == wave_lifecycle.DRAFT,
        form_errors=form_errors,
    )


def find_place(survey: Survey, context: str) -> tuple[str, str, str]:
    """Return the part and the question where a sentence stands, and the place in words."""
    name, _, rest = context.partition(".")
    for section in survey.sections:
        if section.id == name and rest in ("title", "introduction", "support"):
            return section.id, "", f"{rest} of part {section.title}"
    titles = {section.id: section.title for section in survey.sections}
    items = [item for item in survey.items.values() if item.context == name]
    if items:
        kind = "question" if rest == "text" else "note" if rest == "note" else "answer"
        return items[0].section, items[0].question, f"{kind} of {name}, part {titles[items[0].section]}"
    on_scale = [item for item in survey.items.values() if item.scale == name]
    if on_scale:
        first = on_scale[0]
        return first.section, first.question, f"answer of {len(on_scale)} questions, such as {first.question}"
    return "", "", {"survey": "title or first page", "index": "report", "share": "report"}.get(name, name)
