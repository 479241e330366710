"""`/anonymity`: how answers stay anonymous, on one page for residents, in every language of the service."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.language.languages import LANGUAGES
from app.web import rendering
from app.web.error_pages import language_of
from app.web.locale import list_language_links
from app.web.view_models import AnonymityScreen


class AnonymityPage:
    """Serve `/anonymity`."""

    def show(self, request: Request) -> HTMLResponse:
        """Show the promises to residents, and those that no one can make."""
        return rendering.respond(AnonymityScreen(language_of(request), list_language_links(tuple(LANGUAGES))))
