"""Open and close the help points of a survey round. Each has a code, shown once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from starlette.responses import Response

from app.services.dashboard.wave_page import WaveView
from app.services.waves.assisted_entry import DeskRefused, close_desk, list_desks, open_desk
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest
from app.web.admin.waves import get_wave


@dataclass(frozen=True)
class DesksScreen(StaffScreen):
    template: ClassVar[str] = "admin/desks.html"
    here: ClassVar[str] = "Survey rounds"

    wave: WaveView
    desks: tuple[tuple[str, date, date | None], ...]
    form_errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DeskCodeScreen(StaffScreen):
    """Show the code of a help point once."""

    template: ClassVar[str] = "admin/desk-code.html"
    here: ClassVar[str] = "Survey rounds"

    wave: WaveView
    name: str
    code: str
    address: str


def show_desks(request: StaffRequest) -> Response:
    return request.show(_screen(request, {}))


def open_one(request: StaffRequest) -> Response:
    wave, name = get_wave(request), request.form.one("name")
    try:
        code = open_desk(request.engine, request.settings, wave.slug, name, request.actor)
    except DeskRefused as refused:
        return request.show(_screen(request, {"name": str(refused)}), 422)
    return request.show(DeskCodeScreen(wave, name, code, f"{request.settings.base_url}/desk/{wave.slug}"))


def close_one(request: StaffRequest) -> Response:
    wave = get_wave(request)
    close_desk(request.engine, wave.slug, request.form.one("name"), request.actor)
    return request.go(f"/staff/waves/{wave.slug}/desks", "desk-closed")


def _screen(request: StaffRequest, form_errors: Mapping[str, str]) -> DesksScreen:
    wave = get_wave(request)
    found = ((desk.name, desk.opened_on, desk.closed_on) for desk in list_desks(request.engine, wave.slug))
    return DesksScreen(wave, tuple(found), form_errors)
