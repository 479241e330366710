"""Data sets for researchers: published from a wave as a job, listed, withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from starlette.responses import Response

from app.services.dashboard.wave_page import WaveView
from app.services.jobs.queue import ask
from app.services.releases.publish import (
    FrozenRelease,
    downloads_in_tens,
    get_frozen_release,
    list_releases,
    withdraw_release,
)
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import Visit
from app.web.admin.waves import get_wave

LONGEST_REASON = 300


@dataclass(frozen=True)
class ReleasesScreen(StaffScreen):
    """Each release with how often it was taken, in tens."""

    template: ClassVar[str] = "admin/releases.html"
    here: ClassVar[str] = "Data"

    releases: tuple[tuple[FrozenRelease, int], ...]


@dataclass(frozen=True)
class DataScreen(StaffScreen):
    template: ClassVar[str] = "admin/data.html"
    here: ClassVar[str] = "Waves"

    wave: WaveView
    tiers: tuple[tuple[str, str, str], ...] = (
        ("data", "Public", "For everybody at /data: coarse enough that nobody is found."),
        ("restricted data", "Restricted", "A little finer, only for researchers whose request a reviewer approves."),
    )


@dataclass(frozen=True)
class WithdrawalScreen(StaffScreen):
    template: ClassVar[str] = "admin/withdrawal.html"
    here: ClassVar[str] = "Data"

    release: FrozenRelease
    slips: Mapping[str, str] = field(default_factory=dict)


def show_releases(visit: Visit) -> Response:
    found = list_releases(visit.engine, tier=None)
    return visit.show(ReleasesScreen(tuple((each, downloads_in_tens(visit.engine, each.name)) for each in found)))


def ask_before_data(visit: Visit) -> Response:
    return visit.show(DataScreen(get_wave(visit)))


def publish_data(visit: Visit) -> Response:
    kind = "restricted data" if visit.form.one("tier") == "restricted data" else "data"
    job = ask(visit.engine, kind, get_wave(visit).slug, visit.actor)
    return visit.go(f"/staff/jobs/{job.id}")


def ask_before_withdrawal(visit: Visit) -> Response:
    return visit.show(WithdrawalScreen(get_frozen_release(visit.engine, visit.path("release"))))


def withdraw(visit: Visit) -> Response:
    release, reason = get_frozen_release(visit.engine, visit.path("release")), visit.form.one("reason")
    if not 0 < len(reason) <= LONGEST_REASON:
        slips = {"reason": f"Say why in 1 to {LONGEST_REASON} characters: everybody reads it where the data were."}
        return visit.show(WithdrawalScreen(release, slips), 422)
    withdraw_release(visit.engine, visit.settings, release.name, reason, visit.actor)
    return visit.go("/staff/releases", "release-withdrawn")
