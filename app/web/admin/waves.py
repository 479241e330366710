"""Waves: the list, the page of one, each step of its life, and before it a page that says what cannot be undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.services.dashboard.overview import WaveLine, list_waves
from app.services.dashboard.wave_page import WaveView, view_wave
from app.services.jobs.queue import enqueue
from app.services.waves import lifecycle
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest


@dataclass(frozen=True)
class WavesScreen(StaffScreen):
    template: ClassVar[str] = "admin/waves.html"
    here: ClassVar[str] = "Waves"

    waves: tuple[WaveLine, ...]


@dataclass(frozen=True)
class WaveScreen(StaffScreen):
    template: ClassVar[str] = "admin/wave.html"
    here: ClassVar[str] = "Waves"

    wave: WaveView
    address: str


@dataclass(frozen=True)
class WaveStep:
    """A step in the life of a wave: the question, what follows, what cannot be undone, the word on the button."""

    question: str
    follows: tuple[str, ...]
    warning: str
    way: str


@dataclass(frozen=True)
class StepScreen(StaffScreen):
    template: ClassVar[str] = "admin/step.html"
    here: ClassVar[str] = "Waves"

    wave: WaveView
    step: WaveStep
    allowed: bool


STEPS: Mapping[str, WaveStep] = {
    "open": WaveStep(
        "Open {wave} for residents?",
        (
            "Anybody with the address or a code can answer from this moment.",
            "Survey, languages, agencies, codes and box size stay as they are: residents were promised them.",
        ),
        "An open wave can be closed, never taken back to a draft or withdrawn.",
        "Open the wave",
    ),
    "close": WaveStep(
        "Close {wave}?",
        (
            "The page of the survey says from now on that it is over.",
            "What is left in the box can then be opened, however little it is, and the report made.",
        ),
        "A closed wave is never opened again.",
        "Close the wave",
    ),
    "withdraw": WaveStep(
        "Withdraw {wave}?",
        ("The draft is given up. Codes that were made for it open nothing.",),
        "A withdrawn wave stays in the list and its short name stays taken.",
        "Withdraw the wave",
    ),
    "box": WaveStep(
        "Open the box of {wave}?",
        (
            "The envelopes are unsealed in memory, shuffled, and written down as answers that lead back to nobody.",
            "A new box with a new key takes what arrives meanwhile. Nobody who is answering notices.",
        ),
        "The key of the opened box is destroyed.",
        "Open the box",
    ),
}


def show_waves(request: StaffRequest) -> Response:
    return request.show(WavesScreen(tuple(list_waves(request.engine, request.member))))


def show_wave(request: StaffRequest) -> Response:
    wave = get_wave(request)
    return request.show(WaveScreen(wave, f"{request.settings.base_url}/s/{wave.slug}"))


def get_wave(request: StaffRequest) -> WaveView:
    return view_wave(request.engine, request.member, request.path("wave"))


def ask_before(name: str) -> Callable[[StaffRequest], Response]:
    """The page before a step."""

    def ask(request: StaffRequest) -> Response:
        wave = get_wave(request)
        return request.show(StepScreen(wave, STEPS[name], is_possible(name, wave)))

    return ask


def is_possible(name: str, wave: WaveView) -> bool:
    match name:
        case "open":
            return "open" in wave.next_statuses and not wave.reasons
        case "close":
            return "closed" in wave.next_statuses
        case "withdraw":
            return "withdrawn" in wave.next_statuses
    return wave.can_open_box


def open_wave(request: StaffRequest) -> Response:
    lifecycle.open_wave(request.engine, request.settings, request.path("wave"), request.actor)
    return to_wave(request, "wave-opened")


def close_wave(request: StaffRequest) -> Response:
    lifecycle.close_wave(request.engine, request.path("wave"), request.actor)
    return to_wave(request, "wave-closed")


def withdraw_wave(request: StaffRequest) -> Response:
    lifecycle.withdraw_wave(request.engine, request.path("wave"), request.actor)
    return to_wave(request, "wave-withdrawn")


def open_box(request: StaffRequest) -> Response:
    """A job: the keys of boxes need not be where the pages are."""
    job = enqueue(request.engine, "box", get_wave(request).slug, request.actor)
    return request.go(f"/staff/jobs/{job.id}")


def to_wave(request: StaffRequest, done: str) -> Response:
    return request.go(f"/staff/waves/{request.path('wave')}", done)
