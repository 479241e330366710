"""Preview a report, and publish it as a job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.services.common.object_store import ObjectStore
from app.services.dashboard.wave_page import WaveView
from app.services.jobs.queue import enqueue
from app.services.reports import publish as publishing
from app.services.reports.preview import ReportPreview, preview
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest
from app.web.admin.waves import get_wave


@dataclass(frozen=True)
class ReportStepScreen(StaffScreen):
    template: ClassVar[str] = "admin/report.html"
    here: ClassVar[str] = "Survey rounds"

    wave: WaveView
    preview: ReportPreview | None = None


def show_report(request: StaffRequest) -> Response:
    return request.show(ReportStepScreen(get_wave(request)))


def preview_report(request: StaffRequest) -> Response:
    wave = get_wave(request)
    return request.show(
        ReportStepScreen(wave, preview(request.engine, ObjectStore(request.settings), wave.slug, request.actor))
    )


def publish_report(request: StaffRequest) -> Response:
    job = enqueue(request.engine, "report", get_wave(request).slug, request.actor)
    return request.go(f"/staff/jobs/{job.id}")


def publish_beside(request: StaffRequest) -> Response:
    """Publish the same figures again with the commitments and the map of today."""
    wave = get_wave(request)
    publishing.publish_beside(request.engine, wave.slug, request.actor)
    return request.go(f"/staff/waves/{wave.slug}/report", "report-renewed")
