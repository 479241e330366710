"""The front door: what this is, what is open now, what has been published."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from app.language.languages import LANGUAGES
from app.services.intake.submission import FieldedWave
from app.web import rendering
from app.web.error_pages import language_of
from app.web.locale import choose_name, list_tongues
from app.web.view_models import HomeScreen, OpenWave, PublishedReport

router = APIRouter()

ListReports = Callable[[str], Sequence[PublishedReport]]


@router.get("/", include_in_schema=False)
def show_home(request: Request) -> HTMLResponse:
    lang = language_of(request)
    waves = request.app.state.ballots.list_open_waves()
    screen = HomeScreen(
        lang=lang,
        tongues=list_tongues(tuple(LANGUAGES)),
        waves=tuple(tell_wave(wave, lang) for wave in waves),
        reports=tuple(request.app.state.list_reports(lang)),
        data=request.app.state.link_to_data(lang),
    )
    return rendering.respond(screen)


def tell_wave(wave: FieldedWave, lang: str) -> OpenWave:
    return OpenWave(f"/s/{wave.slug}", choose_name(wave.community_name, lang), list_tongues(wave.languages))
