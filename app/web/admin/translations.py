"""How far each translation is, who signed it, and putting one's name under it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from starlette.responses import Response

from app.errors import NotFound
from app.language.languages import LANGUAGES, Language
from app.language.review_state import STEPS
from app.services.translations.exchange import export_translation
from app.services.translations.sign_offs import (
    SignatureRefused,
    Standing,
    WantedSignature,
    list_standings,
    sign,
)
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import Visit, download

STEP_WORDS: Mapping[str, str] = {
    "reviewed": "I have read every sentence against the English",
    "adjudicated": "I have settled what translator and reviewer saw differently",
    "pretested": "Residents answered in this wording and told what they understood",
}


@dataclass(frozen=True)
class TranslationsScreen(StaffScreen):
    template: ClassVar[str] = "admin/translations.html"
    here: ClassVar[str] = "Translations"

    lines: tuple[tuple[Language, tuple[Standing, ...]], ...]


@dataclass(frozen=True)
class TranslationScreen(StaffScreen):
    template: ClassVar[str] = "admin/translation.html"
    here: ClassVar[str] = "Translations"

    language: Language
    standings: tuple[Standing, ...]
    steps: tuple[tuple[str, str, str], ...]
    slips: Mapping[str, str] = field(default_factory=dict)

    @property
    def domains(self) -> list[tuple[str, str]]:
        return [(each.domain, each.domain) for each in self.standings]


def show_translations(visit: Visit) -> Response:
    found = list_standings(visit.engine, faults=False)
    lines = ((each, tuple(s for s in found if s.language == code)) for code, each in LANGUAGES.items())
    return visit.show(TranslationsScreen(tuple((each, standings) for each, standings in lines if standings)))


def show_translation(visit: Visit) -> Response:
    return visit.show(_screen(visit, {}))


def sign_translation(visit: Visit) -> Response:
    form, code = visit.form, visit.path("language")
    wanted = WantedSignature(code, form.one("domain"), form.one("step"), visit.member.name, form.one("role"))
    try:
        sign(visit.engine, wanted, visit.actor)
    except SignatureRefused as refused:
        return visit.show(_screen(visit, {"domain": str(refused)}), 422)
    return visit.go(f"/staff/translations/{code}", "signed")


def send_catalogue(visit: Visit) -> Response:
    code, domain = _known(visit).code, visit.path("domain")
    text = export_translation(code, domain, "xliff-2.0")
    return download(text.encode(), f"{domain}.{code}.xlf", "application/xliff+xml")


def _screen(visit: Visit, slips: Mapping[str, str]) -> TranslationScreen:
    language = _known(visit)
    steps = tuple((step, step, STEP_WORDS.get(step, "")) for step in STEPS)
    return TranslationScreen(language, tuple(list_standings(visit.engine, [language.code])), steps, slips)


def _known(visit: Visit) -> Language:
    code = visit.path("language")
    if code not in LANGUAGES or code == "en":
        raise NotFound("translation", code)
    return LANGUAGES[code]
