"""The front page: what this is, which survey rounds are open, and what has been published."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.language.languages import LANGUAGES
from app.services.intake.submission import BallotBox, OpenWave
from app.web import rendering
from app.web.error_pages import language_of
from app.web.locale import choose_name, list_language_links, list_languages_of
from app.web.view_models import HomeScreen, Link, OpenWaveLink, PublicationLink

ListPublications = Callable[[str], Sequence[PublicationLink]]
LinkToData = Callable[[str], Link | None]


class HomePage:
    """Serve `/`."""

    def __init__(self, ballots: BallotBox, list_publications: Sequence[ListPublications], data: LinkToData) -> None:
        self.ballots, self.list_publications, self.link_to_data = ballots, list_publications, data

    def show(self, request: Request) -> HTMLResponse:
        lang = language_of(request)
        screen = HomeScreen(
            lang=lang,
            language_links=list_language_links(tuple(LANGUAGES)),
            waves=tuple(to_open_wave_link(wave, lang) for wave in self.ballots.list_open_waves()),
            reports=tuple(link for list_links in self.list_publications for link in list_links(lang)),
            data=self.link_to_data(lang),
        )
        return rendering.respond(screen)


def to_open_wave_link(wave: OpenWave, lang: str) -> OpenWaveLink:
    return OpenWaveLink(f"/s/{wave.slug}", choose_name(wave.community_name, lang), list_languages_of(wave))
