"""The front door: what this is, what is open now, what has been published."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from app.language.languages import LANGUAGES
from app.services.intake.submission import OpenWave
from app.web import rendering
from app.web.error_pages import language_of
from app.web.locale import choose_name, list_language_links
from app.web.view_models import HomeScreen, OpenWaveLink, PublicationLink

router = APIRouter()

ListReports = Callable[[str], Sequence[PublicationLink]]


@router.get("/", include_in_schema=False)
def show_home(request: Request) -> HTMLResponse:
    lang = language_of(request)
    waves = request.app.state.ballots.list_open_waves()
    screen = HomeScreen(
        lang=lang,
        language_links=list_language_links(tuple(LANGUAGES)),
        waves=tuple(to_open_wave_link(wave, lang) for wave in waves),
        reports=tuple(request.app.state.list_reports(lang)),
        data=request.app.state.link_to_data(lang),
    )
    return rendering.respond(screen)


def to_open_wave_link(wave: OpenWave, lang: str) -> OpenWaveLink:
    return OpenWaveLink(f"/s/{wave.slug}", choose_name(wave.community_name, lang), list_language_links(wave.languages))
