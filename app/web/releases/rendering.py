"""Render the screens of `/data` with the words of the catalog `data`."""

from __future__ import annotations

from starlette.responses import HTMLResponse

from app.services.releases.package.words import DOMAIN
from app.web import rendering
from app.web.view_models import Screen


def respond(screen: Screen, status: int = 200) -> HTMLResponse:
    return rendering.respond(screen, status, DOMAIN)
