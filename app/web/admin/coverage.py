"""Who has answered so far, beside who lives there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.services.dashboard.wave_page import WaveView
from app.services.waves.coverage import Reach, look_at_reach
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import Visit
from app.web.admin.waves import get_wave


@dataclass(frozen=True)
class FieldworkScreen(StaffScreen):
    template: ClassVar[str] = "admin/coverage.html"
    here: ClassVar[str] = "Waves"

    wave: WaveView
    reach: Reach


def show_fieldwork(visit: Visit) -> Response:
    wave = get_wave(visit)
    return visit.show(FieldworkScreen(wave, look_at_reach(visit.engine, wave.slug)))
