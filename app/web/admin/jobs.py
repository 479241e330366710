"""Show the progress of a job. The page reloads by itself until the job ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.errors import NotFound
from app.services.dashboard.wave_page import WaveView, view_wave
from app.services.jobs.queue import JobView, find_job
from app.web.admin.forms import read_number
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest

AGAIN = 2  # seconds


@dataclass(frozen=True)
class JobKind:
    """A kind of job: its headings while it runs, when done and when failed, its result's page, and where to retry."""

    doing: str
    done: str
    in_vain: str
    read: str
    again: str


def making(what: str, read: str, again: str) -> JobKind:
    subject = f"The {what} of {{wave}}"
    return JobKind(f"{subject} is being made", f"{subject} is published", f"{subject} was not published", read, again)


KINDS: Mapping[str, JobKind] = {
    # Jobs of an earlier version: an opening now needs the second holder's passphrase, which no queue keeps.
    "box": JobKind(
        "The answers of {wave} are being unlocked",
        "The answers of {wave} are unlocked",
        "The answers of {wave} were not unlocked",
        "/staff/waves/{wave}/fieldwork",
        "/staff/waves/{wave}/box",
    ),
    "report": making("report", "/reports/{community}/{wave}", "/staff/waves/{wave}/report"),
    "data": making("data set", "/data", "/staff/waves/{wave}/data"),
    "restricted data": making("restricted data set", "/staff/releases", "/staff/waves/{wave}/data"),
}


@dataclass(frozen=True)
class JobScreen(StaffScreen):
    template: ClassVar[str] = "admin/job.html"
    here: ClassVar[str] = "Survey rounds"

    job: JobView
    wave: WaveView

    @property
    def kind(self) -> JobKind:
        return KINDS[self.job.kind]

    @property
    def again(self) -> int:
        return 0 if self.job.is_over else AGAIN

    @property
    def title(self) -> str:
        ended = self.kind.done if self.job.status == "done" else self.kind.in_vain
        return self.fill(ended if self.job.is_over else self.kind.doing)

    def fill(self, words: str) -> str:
        return words.format(community=self.wave.community, wave=self.wave.slug)


def show_job(request: StaffRequest) -> Response:
    job = find_job(request.engine, read_number(request.path("job")))
    if job.kind not in KINDS:
        raise NotFound("job", f"{job.id}")
    return request.show(JobScreen(job, view_wave(request.engine, request.member, job.subject)))
