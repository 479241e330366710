"""Reports: looked at before, published as a job, followed step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.errors import NotFound
from app.services.jobs import JobView, ask, find_job
from app.services.publishing import Preview, preview
from app.services.wave_views import WaveView, view_wave
from app.web.staff.rendering import StaffScreen
from app.web.staff.visits import Visit
from app.web.staff.waves import get_wave


@dataclass(frozen=True)
class ReportScreen(StaffScreen):
    template: ClassVar[str] = "staff/report.html"
    here: ClassVar[str] = "Waves"

    wave: WaveView
    preview: Preview | None = None


@dataclass(frozen=True)
class JobScreen(StaffScreen):
    """A job of a wave; the page looks again by itself until it is over."""

    template: ClassVar[str] = "staff/job.html"
    here: ClassVar[str] = "Waves"

    job: JobView
    wave: WaveView

    @property
    def again(self) -> int:
        return 0 if self.job.is_over else 2


def show_report(visit: Visit) -> Response:
    return visit.show(ReportScreen(get_wave(visit)))


def preview_report(visit: Visit) -> Response:
    wave = get_wave(visit)
    return visit.show(ReportScreen(wave, preview(visit.engine, wave.slug, visit.act)))


def publish_report(visit: Visit) -> Response:
    job = ask(visit.engine, "report", get_wave(visit).slug, visit.act)
    return visit.go(f"/staff/jobs/{job.id}")


def show_job(visit: Visit) -> Response:
    number = visit.path("job")
    if not number.isdigit() or len(number) > 9:
        raise NotFound("job", number)
    job = find_job(visit.engine, int(number))
    return visit.show(JobScreen(job, view_wave(visit.engine, visit.member, job.subject)))
