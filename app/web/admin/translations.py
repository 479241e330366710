"""Show the status and signatures of each translation, and sign one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from starlette.responses import Response

from app.errors import NotFound
from app.language.languages import ALL_LANGUAGES, Language
from app.language.review_state import STEPS
from app.services.translations.exchange import export_translation
from app.services.translations.sign_offs import (
    SignatureRefused,
    TranslationStatus,
    WantedSignature,
    list_statuses,
    sign,
)
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest, download

STEP_WORDS: Mapping[str, str] = {
    "reviewed": "I compared every sentence with the English",
    "adjudicated": "I resolved the differences between translator and reviewer",
    "pretested": "Residents answered in this wording and explained how they understood it",
}


@dataclass(frozen=True)
class TranslationsScreen(StaffScreen):
    template: ClassVar[str] = "admin/translations.html"
    here: ClassVar[str] = "Translations"

    lines: tuple[tuple[Language, tuple[TranslationStatus, ...]], ...]


@dataclass(frozen=True)
class TranslationScreen(StaffScreen):
    template: ClassVar[str] = "admin/translation.html"
    here: ClassVar[str] = "Translations"

    language: Language
    statuses: tuple[TranslationStatus, ...]
    steps: tuple[tuple[str, str, str], ...]
    form_errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def domains(self) -> list[tuple[str, str]]:
        return [(each.domain, each.domain) for each in self.statuses]


def show_translations(request: StaffRequest) -> Response:
    found = list_statuses(request.engine, faults=False)
    lines = ((each, tuple(s for s in found if s.language == code)) for code, each in ALL_LANGUAGES.items())
    return request.show(TranslationsScreen(tuple((each, statuses) for each, statuses in lines if statuses)))


def show_translation(request: StaffRequest) -> Response:
    return request.show(_screen(request, {}))


def sign_translation(request: StaffRequest) -> Response:
    form, code = request.form, request.path("language")
    wanted = WantedSignature(code, form.one("domain"), form.one("step"), request.member.name, form.one("role"))
    try:
        sign(request.engine, wanted, request.actor)
    except SignatureRefused as refused:
        return request.show(_screen(request, {"domain": str(refused)}), 422)
    return request.go(f"/staff/translations/{code}", "signed")


def send_catalog(request: StaffRequest) -> Response:
    code, domain = _known(request).code, request.path("domain")
    text = export_translation(code, domain, "xliff-2.0")
    return download(text.encode(), f"{domain}.{code}.xlf", "application/xliff+xml")


def _screen(request: StaffRequest, form_errors: Mapping[str, str]) -> TranslationScreen:
    language = _known(request)
    steps = tuple((step, step, STEP_WORDS.get(step, "")) for step in STEPS)
    return TranslationScreen(language, tuple(list_statuses(request.engine, [language.code])), steps, form_errors)


def _known(request: StaffRequest) -> Language:
    code = request.path("language")
    if code not in ALL_LANGUAGES or code == "en":
        raise NotFound("translation", code)
    return ALL_LANGUAGES[code]
