"""Screens of `/data` become pages with the words of the catalogue `data`."""

from __future__ import annotations

from starlette.responses import HTMLResponse

from app.services.packaging.words import DOMAIN
from app.web import pages
from app.web.screens import Screen


def respond(screen: Screen, status: int = 200) -> HTMLResponse:
    return pages.respond(screen, status, DOMAIN)
