"""Reports: looked at before, published as a job, followed step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.services.common.object_store import Storehouse
from app.services.dashboard.wave_page import WaveView
from app.services.jobs.queue import ask
from app.services.reports.preview import Preview, preview
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import Visit
from app.web.admin.waves import get_wave


@dataclass(frozen=True)
class ReportScreen(StaffScreen):
    template: ClassVar[str] = "admin/report.html"
    here: ClassVar[str] = "Waves"

    wave: WaveView
    preview: Preview | None = None


def show_report(visit: Visit) -> Response:
    return visit.show(ReportScreen(get_wave(visit)))


def preview_report(visit: Visit) -> Response:
    wave = get_wave(visit)
    return visit.show(ReportScreen(wave, preview(visit.engine, Storehouse(visit.settings), wave.slug, visit.actor)))


def publish_report(visit: Visit) -> Response:
    job = ask(visit.engine, "report", get_wave(visit).slug, visit.actor)
    return visit.go(f"/staff/jobs/{job.id}")
