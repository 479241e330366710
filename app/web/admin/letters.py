"""Set the letters, reminders, posters and cards of a survey round, look at them, and print them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from starlette.responses import HTMLResponse, Response

from app.errors import NotFound
from app.language.languages import Language, get_language
from app.services.dashboard.wave_page import WaveView
from app.services.waves.letter_settings import (
    PAPERS,
    WINDOWS,
    LetterLook,
    LetterRefused,
    LetterSettings,
    find_look,
    missing_in_letter,
    store_letter,
)
from app.services.waves.letters import CARDS, LETTER, POSTER, REMINDER, print_sheet, write_sheet
from app.web.admin.forms import Form
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest, download
from app.web.admin.waves import get_wave
from app.web.headers import content_security_policy

STYLE = re.compile(r"<style>(.*?)</style>", re.S)
SHEETS: Mapping[str, tuple[str, str]] = {
    LETTER: ("Letter", "With a code that does not work, to look at."),
    REMINDER: ("Reminder", "To all homes that got a letter, one and three weeks later. It carries no code."),
    POSTER: ("Poster", "With the address of the survey, for everyone who passes."),
    CARDS: ("Cards", "Eight on a page, to cut and to hand out."),
}


@dataclass(frozen=True)
class LettersScreen(StaffScreen):
    template: ClassVar[str] = "admin/letters.html"
    here: ClassVar[str] = "Survey rounds"

    wave: WaveView
    look: LetterLook
    missing: tuple[str, ...]
    languages: tuple[Language, ...]
    form_errors: Mapping[str, str] = field(default_factory=dict)
    sheets: Mapping[str, tuple[str, str]] = field(default_factory=lambda: SHEETS)

    @property
    def papers(self) -> tuple[tuple[str, str, str], ...]:
        return tuple((code, words, "") for code, (words, _) in PAPERS.items())

    @property
    def windows(self) -> tuple[tuple[str, str, str], ...]:
        return tuple((code, words, "") for code, words in WINDOWS.items())


def show_letters(request: StaffRequest) -> Response:
    wave = get_wave(request)
    return request.show(_screen(request, wave, find_look(request.engine, wave.slug)))


def keep_letter(request: StaffRequest) -> Response:
    wave, wanted = get_wave(request), read_settings(request.form)
    try:
        store_letter(request.engine, wave.slug, wanted, request.actor)
    except LetterRefused as refused:
        look = replace(find_look(request.engine, wave.slug), settings=wanted)
        return request.show(_screen(request, wave, look, {refused.field: str(refused)}), 422)
    page = "codes" if request.form.one("do") == "codes" else "letters"
    return request.go(f"/staff/waves/{wave.slug}/{page}", "letter-kept")


def read_settings(form: Form) -> LetterSettings:
    prefix = "words-"
    words = {name.removeprefix(prefix): form.one(name) for name in form.fields if name.startswith(prefix)}
    return LetterSettings(
        form.one("office"),
        form.one("signer"),
        form.one("telephone"),
        form.one("paper"),
        form.one("window"),
        {language: text for language, text in words.items() if text},
    )


def show_sheet(request: StaffRequest) -> Response:
    """Show a sheet as it will be printed, as a page of its own."""
    kind, wave = _kind(request), get_wave(request)
    page = write_sheet(request.engine, wave.slug, kind, request.settings.secret, request.settings.base_url)
    policy = content_security_policy(STYLE.findall(page), ())
    return HTMLResponse(page, headers={"content-security-policy": policy})


def send_sheet(request: StaffRequest) -> Response:
    """Send a sheet as PDF."""
    kind, wave = _kind(request), get_wave(request)
    settings = request.settings
    content = print_sheet(request.engine, wave.slug, kind, settings.secret, settings.base_url, request.now.date())
    return download(content, f"{wave.slug}-{kind}.pdf", "application/pdf")


def _kind(request: StaffRequest) -> str:
    kind = request.path("sheet")
    if kind not in SHEETS:
        raise NotFound("sheet", kind, SHEETS)
    return kind


def _screen(
    request: StaffRequest, wave: WaveView, look: LetterLook, form_errors: Mapping[str, str] | None = None
) -> LettersScreen:
    languages = tuple(map(get_language, wave.line.languages))
    return LettersScreen(wave, look, missing_in_letter(look), languages, form_errors or {})
