"""Show the languages of a round: what is missing, the sentences of one, its files, and its signatures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from starlette.responses import Response

from app.errors import BadTranslation, NotFound
from app.language.languages import Language, get_language
from app.language.review_state import REVIEWED
from app.records import wave_lifecycle
from app.services.translations.exchange import Format
from app.services.translations.round_files import export_round, import_round
from app.services.translations.round_sign_offs import find_next_step, find_obstacle_of, find_unseen, sign_round
from app.services.translations.sign_offs import SignatureRefused, list_statuses
from app.services.translations.untranslated import OUR_DOMAINS
from app.services.translations.workbench import (
    CHECKED,
    MISSING,
    SIGNED,
    STALE,
    STATES,
    TRANSLATED,
    Workbench,
    WorkSentence,
    mark_seen,
    open_workbench,
    open_workbenches,
)
from app.web.admin.forms import read_number
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest, download
from app.web.admin.translations import STEP_WORDS

TO_DO, TO_TRANSLATE = (MISSING, STALE), "todo"
ON_A_PAGE = 25
SHOWN: Mapping[str, str] = {
    MISSING: "without a translation",
    STALE: "changed in English",
    TRANSLATED: "to check",
    CHECKED: "checked by one",
    SIGNED: "signed by two",
}
FORMATS: Mapping[str, tuple[Format, str]] = {"xlf": ("xliff-2.0", "application/xliff+xml"), "po": ("po", "text/plain")}


@dataclass(frozen=True)
class LanguageLine:
    """One language of a round: its sentences by state, and the first that waits for work."""

    language: Language
    total: int
    counts: tuple[tuple[str, int], ...]
    first: str
    page: str
    is_draft: bool


@dataclass(frozen=True)
class LanguagesScreen(StaffScreen):
    template: ClassVar[str] = "admin/languages.html"
    here: ClassVar[str] = "Survey rounds"

    wave: str
    lines: tuple[LanguageLine, ...]
    missing: int
    first: str


@dataclass(frozen=True)
class LanguageScreen(StaffScreen):
    template: ClassVar[str] = "admin/language.html"
    here: ClassVar[str] = "Survey rounds"

    bench: Workbench
    language: Language
    shown: str
    sentences: tuple[WorkSentence, ...]
    first: int
    total: int
    choices: tuple[tuple[str, str], ...]
    step: str
    step_words: str
    obstacle: str
    unseen: str
    can_change: bool
    form_errors: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    stored: str = ""
    role: str = "community reviewer"
    most: int = ON_A_PAGE

    @property
    def can_look(self) -> bool:
        return any(each.translation for each in self.sentences)


def show_languages(request: StaffRequest) -> Response:
    slug = request.path("wave")
    benches = open_workbenches(request.engine, slug)
    pages = {code: _describe_page(request, code) for code in (bench.language for bench in benches)}
    lines = tuple(_line(bench, pages[bench.language]) for bench in benches)
    missing = sum(bench.count(state) for bench in benches for state in TO_DO)
    first = next((to_address(bench, found) for bench in benches if (found := bench.first(TO_DO))), "")
    return request.show(LanguagesScreen(slug, lines, missing, first))


def _line(bench: Workbench, page: str) -> LanguageLine:
    waiting = bench.first(TO_DO) or bench.first((TRANSLATED,)) or bench.first((CHECKED,))
    return LanguageLine(
        language=get_language(bench.language),
        total=len(bench.sentences),
        counts=tuple((SHOWN[state], count) for state in STATES if (count := bench.count(state))),
        first=to_address(bench, waiting) if waiting else "",
        page=page,
        is_draft=bench.status == wave_lifecycle.DRAFT,
    )


def _describe_page(request: StaffRequest, language: str) -> str:
    """Return the state of the page around the questions and of the letters."""
    found = [each for each in list_statuses(request.engine, [language], faults=False) if each.domain in OUR_DOMAINS]
    return ", ".join(f"{each.domain} {each.state}" for each in found)


def to_address(bench: Workbench, sentence: WorkSentence) -> str:
    """Return the page of a sentence, from which one goes on to others that wait for the same."""
    show = TO_TRANSLATE if sentence.state in TO_DO else sentence.state
    return f"/staff/waves/{bench.wave}/languages/{bench.language}/sentences/{sentence.key}?show={show}"


def states_of(show: str) -> tuple[str, ...]:
    """Return the states of the sentences in a list."""
    return TO_DO if show == TO_TRANSLATE else (show,) if show in STATES else STATES


def show_language(request: StaffRequest) -> Response:
    return request.show(_screen(request))


def _screen(
    request: StaffRequest,
    form_errors: Mapping[str, str] | None = None,
    problems: tuple[str, ...] = (),
    stored: str = "",
) -> LanguageScreen:
    bench = open_workbench(request.engine, request.path("wave"), request.path("language"))
    waiting = TO_TRANSLATE if bench.first(TO_DO) else next((each for each in STATES if bench.count(each)), "all")
    shown = request.query("show") or waiting
    step, name = find_next_step(bench), request.member.name
    unseen = find_unseen(bench, step, name)
    listed = tuple(each for each in bench.sentences if each.state in states_of(shown))
    first = min(read_number(request.query("from")), max(len(listed) - 1, 0))
    return LanguageScreen(
        bench=bench,
        language=get_language(bench.language),
        shown=shown,
        sentences=listed[first : first + ON_A_PAGE],
        first=first,
        total=len(listed),
        choices=(
            (TO_TRANSLATE, f"to translate ({sum(map(bench.count, TO_DO))})"),
            *((state, f"{SHOWN[state]} ({bench.count(state)})") for state in STATES),
            ("all", f"all ({len(bench.sentences)})"),
        ),
        step=step,
        step_words=STEP_WORDS[step],
        obstacle=find_obstacle_of(bench, step, name) or "",
        unseen=to_address(bench, unseen[0]) if unseen and not any(map(bench.count, TO_DO)) else "",
        can_change=bench.status == wave_lifecycle.DRAFT,
        form_errors=form_errors or {},
        problems=problems,
        stored=stored,
    )


def sign_language(request: StaffRequest) -> Response:
    slug, code, form = request.path("wave"), request.path("language"), request.form
    try:
        sign_round(request.engine, slug, code, form.one("step") or REVIEWED, form.one("role"), request.actor)
    except SignatureRefused as refused:
        return request.show(_screen(request, {"role": str(refused)}), 422)
    return request.go(f"/staff/waves/{slug}/languages/{code}", "signed")


def look_at_page(request: StaffRequest) -> Response:
    """Note that the member looked at the sentences of a page of the list, and go on to the next page."""
    slug, code, form = request.path("wave"), request.path("language"), request.form
    mark_seen(request.engine, slug, code, form.all("seen"), request.actor)
    first = read_number(form.one("from"))
    return request.go(f"/staff/waves/{slug}/languages/{code}?show={form.one('show')}&from={first}", "sentence-saved")


def send_file(request: StaffRequest) -> Response:
    slug, code, end = (request.path(name) for name in ("wave", "language", "format"))
    if end not in FORMATS:
        raise NotFound("file format", end, FORMATS)
    format, media_type = FORMATS[end]
    text = export_round(request.engine, slug, code, format)
    return download(text.encode(), f"{slug}.{code}.{end}", f"{media_type}; charset=utf-8")


def load_file(request: StaffRequest) -> Response:
    """Take a translator's file whole, or show all its faults."""
    slug, code = request.path("wave"), request.path("language")
    text = request.form.text("file")
    if not text:
        sentence = "Expected a PO or XLIFF file in UTF-8, got none that can be read."
        return request.show(_screen(request, {"file": sentence}), 422)
    try:
        found = import_round(request.engine, slug, code, text, "the file", request.actor)
    except BadTranslation as refused:
        return request.show(_screen(request, {}, refused.problems), 422)
    left = f" {found.left_out} were empty or marked as unsure, and stay as they were." if found.left_out else ""
    return request.show(_screen(request, stored=f"{found.changed} sentences are new or changed.{left}"))
