"""Compare the answers so far with the population."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.services.dashboard.wave_page import WaveView
from app.services.waves.coverage import Coverage, load_coverage
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest
from app.web.admin.waves import get_wave


@dataclass(frozen=True)
class CoverageScreen(StaffScreen):
    template: ClassVar[str] = "admin/coverage.html"
    here: ClassVar[str] = "Survey rounds"

    wave: WaveView
    reach: Coverage


def show_coverage(request: StaffRequest) -> Response:
    wave = get_wave(request)
    return request.show(CoverageScreen(wave, load_coverage(request.engine, wave.slug)))
