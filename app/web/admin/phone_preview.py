"""Show a draft's questions as residents see them: on a phone inside a console page, or as a page of their own."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from typing import ClassVar

from starlette.responses import HTMLResponse, Response

from app.services.questions.survey_preview import preview_wave
from app.services.waves.open_waves import OpenWave, OpenWaveAgency
from app.services.waves.wave_words import WaveWords
from app.web import rendering
from app.web.admin.request import StaffRequest
from app.web.resident.compiled_pages import lay_out
from app.web.view_models import SurveyScreen

LINK = re.compile(r'(<a\b[^>]*?) href="[^"]*"')
NOTE = '<p class="note" lang="en" dir="ltr">Preview of a draft: nothing can be sent from this page.</p>'
NOTHING_SENT = "#send{display:none}"


@dataclass(frozen=True)
class PhoneScreen(SurveyScreen):
    """The resident's page without script: a long form whose conditions still work."""

    scripts: ClassVar[tuple[str, ...]] = ()


@dataclass(frozen=True)
class PhonePreview:
    """A page for a frame, its styles for the policy of the page around it, and what can be chosen for it."""

    document: str
    styles: tuple[str, ...]
    lang: str
    agency: str
    languages: tuple[tuple[str, str], ...]
    agencies: tuple[tuple[str, str], ...]


def preview_phone(
    fielded: OpenWave, lang: str = "", agency: str = "", part: str = "", question: str = ""
) -> PhonePreview:
    """Return the draft on a phone, with a part on top and a question marked."""
    screen, words = _lay_out(fielded, lang, agency)
    style = _focus(part, question)
    shown = PhoneScreen(**{each.name: getattr(screen, each.name) for each in fields(screen)})
    shown = replace(shown, skips=f"{screen.skips}{NOTHING_SENT}{style}")
    document = LINK.sub(r"\1", rendering.render(shown, frozen=words))
    return PhonePreview(
        document=document,
        styles=(*(rendering.load_asset(name, words.sources) for name in shown.styles), shown.skips),
        lang=screen.lang,
        agency=screen.agency,
        languages=tuple((code, fielded.words_in(code).own_name) for code in fielded.languages),
        agencies=tuple((each.slug, next(iter(each.names.values()))) for each in fielded.agencies),
    )


def _focus(part: str, question: str) -> str:
    """Return a style that puts a part, and in it the screen of a question, on top; only known names enter it."""
    on_top = "#survey{display:flex;flex-direction:column}#start,#your-code{display:none}" if part else ""
    on_top += f"#s-{part}{{order:-2;display:flex;flex-direction:column}}#s-{part}>h2{{order:-2}}" if part else ""
    if not question:
        return on_top
    here = f":is(#q-{question},[id^=q-{question}_])"
    mark = f"{here}{{outline:3px solid var(--accent);outline-offset:.3rem;border-radius:.2rem}}"
    step = f".step:has({here})"
    return f"{on_top}{step}{{order:-1;display:flex;flex-direction:column}}{step}>p{{order:-2}}{here}{{order:-1}}{mark}"


def _lay_out(fielded: OpenWave, lang: str, agency: str) -> tuple[SurveyScreen, WaveWords]:
    chosen = lang if lang in fielded.languages else fielded.languages[0]
    screen = lay_out(fielded, _choose(fielded, agency), chosen)
    return replace(screen, address="", number="", filler=""), fielded.words_in(chosen)


def _choose(fielded: OpenWave, agency: str) -> OpenWaveAgency | None:
    found = next((each for each in fielded.agencies if each.slug == agency), None)
    return found or next(iter(fielded.agencies), None)


def show_whole(request: StaffRequest) -> Response:
    """Show the whole survey as a page of its own, with script, to try it on a phone."""
    fielded = preview_wave(request.engine, request.path("wave"))
    screen, words = _lay_out(fielded, request.query("lang"), request.query("agency"))
    screen = replace(screen, skips=f"{screen.skips}{NOTHING_SENT}")
    html = rendering.render(screen, frozen=words).replace("<main>", f"<main>{NOTE}", 1)
    headers = {
        "content-security-policy": rendering.policy(screen, screen.skips, frozen=words),
        "content-language": screen.lang,
    }
    return HTMLResponse(html, headers=headers)
