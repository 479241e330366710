"""Plan the sample of a survey round: how sure the results must be, and how many letters that takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import ClassVar

from starlette.responses import Response

from app.services.dashboard.wave_page import WaveView
from app.services.waves.expected_crowds import NEEDED
from app.services.waves.sample_plan import (
    SD,
    SampleRefused,
    StoredSample,
    WantedSample,
    WorkedOut,
    count_agencies,
    find_sample,
    store_sample,
    warn_of_few,
    work_out,
)
from app.web.admin.forms import Form
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest
from app.web.admin.waves import get_wave

SELECTION = "A random sample of addresses in each part of the city, drawn with a published draw number"


@dataclass(frozen=True)
class SampleScreen(StaffScreen):
    template: ClassVar[str] = "admin/sample.html"
    here: ClassVar[str] = "Survey rounds"

    wave: WaveView
    form: Form
    agencies: int
    stored: StoredSample | None = None
    found: WorkedOut | None = None
    form_errors: Mapping[str, str] = field(default_factory=dict)
    sd: float = SD
    selection: str = SELECTION
    few: tuple[str, ...] = ()
    needed: str = NEEDED


def show_sample(request: StaffRequest) -> Response:
    wave = get_wave(request)
    stored = find_sample(request.engine, wave.slug)
    agencies, fewest = count_agencies(request.engine, wave.slug)
    form = Form({name: (text,) for name, text in asdict(stored.wanted).items()}) if stored else Form()
    found = work_out(stored.wanted, agencies, fewest) if stored else None
    few = warn_of_few(request.engine, wave.slug, found.parts) if found else ()
    return request.show(SampleScreen(wave, form, agencies, stored, found, few=few))


def plan_sample(request: StaffRequest) -> Response:
    """Work the letters out, and keep them where the operator presses that button."""
    wave, form = get_wave(request), request.form
    agencies, fewest = count_agencies(request.engine, wave.slug)
    stored, found, form_errors = find_sample(request.engine, wave.slug), None, {}
    wanted = WantedSample(**{each.name: form.one(each.name) for each in fields(WantedSample)})
    try:
        if form.one("do") == "keep":
            store_sample(request.engine, wave.slug, wanted, request.actor)
            return request.go(f"/staff/waves/{wave.slug}", "sample-kept")
        found = work_out(wanted, agencies, fewest)
    except SampleRefused as refused:
        form_errors = {refused.field: str(refused)}
    few = warn_of_few(request.engine, wave.slug, found.parts) if found else ()
    screen = SampleScreen(wave, form, agencies, stored, found, form_errors, few=few)
    return request.show(screen, 422 if form_errors else 200)
