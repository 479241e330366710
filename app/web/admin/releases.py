"""Publish a data set as a job, list data sets, and withdraw one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from starlette.responses import Response

from app.services.dashboard.wave_page import WaveView
from app.services.jobs.queue import enqueue
from app.services.releases.enough import FEWEST, has_enough_answers
from app.services.releases.publish import (
    FrozenRelease,
    downloads_in_tens,
    get_frozen_release,
    list_releases,
    withdraw_release,
)
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest
from app.web.admin.waves import get_wave

LONGEST_REASON = 300


@dataclass(frozen=True)
class ReleasesScreen(StaffScreen):
    """List each release with its downloads, in tens."""

    template: ClassVar[str] = "admin/releases.html"
    here: ClassVar[str] = "Data"

    releases: tuple[tuple[FrozenRelease, int], ...]


@dataclass(frozen=True)
class DataScreen(StaffScreen):
    template: ClassVar[str] = "admin/data.html"
    here: ClassVar[str] = "Survey rounds"

    wave: WaveView
    fewest: int
    is_enough: bool
    tiers: tuple[tuple[str, str, str], ...] = (
        ("data", "Public", "For everyone at /data: so coarse that no one can be identified."),
        ("restricted data", "Restricted", "More detailed, only for researchers whose request a reviewer approves."),
    )


@dataclass(frozen=True)
class WithdrawalScreen(StaffScreen):
    template: ClassVar[str] = "admin/withdrawal.html"
    here: ClassVar[str] = "Data"

    release: FrozenRelease
    form_errors: Mapping[str, str] = field(default_factory=dict)


def show_releases(request: StaffRequest) -> Response:
    found = list_releases(request.engine, tier=None)
    return request.show(ReleasesScreen(tuple((each, downloads_in_tens(request.engine, each.name)) for each in found)))


def ask_before_data(request: StaffRequest) -> Response:
    wave = get_wave(request)
    return request.show(DataScreen(wave, FEWEST, has_enough_answers(request.engine, wave.slug)))


def publish_data(request: StaffRequest) -> Response:
    kind = "restricted data" if request.form.one("tier") == "restricted data" else "data"
    job = enqueue(request.engine, kind, get_wave(request).slug, request.actor)
    return request.go(f"/staff/jobs/{job.id}")


def ask_before_withdrawal(request: StaffRequest) -> Response:
    return request.show(WithdrawalScreen(get_frozen_release(request.engine, request.path("release"))))


def withdraw(request: StaffRequest) -> Response:
    release, reason = get_frozen_release(request.engine, request.path("release")), request.form.one("reason")
    if not 0 < len(reason) <= LONGEST_REASON:
        form_errors = {
            "reason": f"Give the reason in 1 to {LONGEST_REASON} characters: everyone can read it in place of the data."
        }
        return request.show(WithdrawalScreen(release, form_errors), 422)
    withdraw_release(request.engine, request.settings, release.name, reason, request.actor)
    return request.go("/staff/releases", "release-withdrawn")
