"""Reports: looked at before, published as a job, followed step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.services.jobs import ask
from app.services.publishing import Preview, preview
from app.services.storehouse import Storehouse
from app.services.wave_views import WaveView
from app.web.staff.rendering import StaffScreen
from app.web.staff.visits import Visit
from app.web.staff.waves import get_wave


@dataclass(frozen=True)
class ReportScreen(StaffScreen):
    template: ClassVar[str] = "staff/report.html"
    here: ClassVar[str] = "Waves"

    wave: WaveView
    preview: Preview | None = None


def show_report(visit: Visit) -> Response:
    return visit.show(ReportScreen(get_wave(visit)))


def preview_report(visit: Visit) -> Response:
    wave = get_wave(visit)
    return visit.show(ReportScreen(wave, preview(visit.engine, Storehouse(visit.settings), wave.slug, visit.act)))


def publish_report(visit: Visit) -> Response:
    job = ask(visit.engine, "report", get_wave(visit).slug, visit.act)
    return visit.go(f"/staff/jobs/{job.id}")
