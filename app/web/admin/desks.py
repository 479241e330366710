"""Desks of a wave: opened under a code that is shown once, closed when the help is over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from starlette.responses import Response

from app.services.dashboard.wave_page import WaveView
from app.services.waves.assisted_entry import DeskRefused, close_desk, list_desks, open_desk
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import Visit
from app.web.admin.waves import get_wave


@dataclass(frozen=True)
class DesksScreen(StaffScreen):
    template: ClassVar[str] = "admin/desks.html"
    here: ClassVar[str] = "Waves"

    wave: WaveView
    desks: tuple[tuple[str, date, date | None], ...]
    slips: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DeskCodeScreen(StaffScreen):
    """The code of a desk, shown this once."""

    template: ClassVar[str] = "admin/desk-code.html"
    here: ClassVar[str] = "Waves"

    wave: WaveView
    name: str
    code: str
    address: str


def show_desks(visit: Visit) -> Response:
    return visit.show(_screen(visit, {}))


def open_one(visit: Visit) -> Response:
    wave, name = get_wave(visit), visit.form.one("name")
    try:
        code = open_desk(visit.engine, visit.settings, wave.slug, name, visit.actor)
    except DeskRefused as refused:
        return visit.show(_screen(visit, {"name": str(refused)}), 422)
    return visit.show(DeskCodeScreen(wave, name, code, f"{visit.settings.base_url}/desk/{wave.slug}"))


def close_one(visit: Visit) -> Response:
    wave = get_wave(visit)
    close_desk(visit.engine, wave.slug, visit.form.one("name"), visit.actor)
    return visit.go(f"/staff/waves/{wave.slug}/desks", "desk-closed")


def _screen(visit: Visit, slips: Mapping[str, str]) -> DesksScreen:
    wave = get_wave(visit)
    found = ((desk.name, desk.opened_on, desk.closed_on) for desk in list_desks(visit.engine, wave.slug))
    return DesksScreen(wave, tuple(found), slips)
