"""Screens of `/data` become pages with the words of the catalogue `data`."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from starlette.responses import HTMLResponse

from app.web import pages
from app.web.releases.speech import speak
from app.web.screens import Screen


def render(screen: Screen) -> str:
    shown: dict[str, Any] = {each.name: getattr(screen, each.name) for each in fields(screen)}
    return pages.ENVIRONMENT.get_template(screen.template).render(
        shown,
        direction=screen.direction,
        text=speak(screen.lang).text,
        styles=[pages.load_asset(name) for name in screen.styles],
        scripts=[],
    )


def respond(screen: Screen, status: int = 200) -> HTMLResponse:
    headers = {"content-security-policy": pages.policy(screen), "content-language": screen.lang}
    return HTMLResponse(render(screen), status, headers)
