"""Waves: the list, the page of one, each step of its life, and before it a page that says what cannot be undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.services.dashboard.overview import WaveLine, list_waves
from app.services.dashboard.wave_page import WaveView, view_wave
from app.services.jobs.queue import ask
from app.services.waves import lifecycle
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import Visit


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
class Step:
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
    step: Step
    allowed: bool


STEPS: Mapping[str, Step] = {
    "open": Step(
        "Open {wave} for residents?",
        (
            "Anybody with the address or a code can answer from this moment.",
            "Survey, languages, agencies, codes and box size stay as they are: residents were promised them.",
        ),
        "An open wave can be closed, never taken back to a draft or withdrawn.",
        "Open the wave",
    ),
    "close": Step(
        "Close {wave}?",
        (
            "The page of the survey says from now on that it is over.",
            "What is left in the box can then be opened, however little it is, and the report made.",
        ),
        "A closed wave is never opened again.",
        "Close the wave",
    ),
    "withdraw": Step(
        "Withdraw {wave}?",
        ("The draft is given up. Codes that were made for it open nothing.",),
        "A withdrawn wave stays in the list and its short name stays taken.",
        "Withdraw the wave",
    ),
    "box": Step(
        "Open the box of {wave}?",
        (
            "The envelopes are unsealed in memory, shuffled, and written down as answers that lead back to nobody.",
            "A new box with a new key takes what arrives meanwhile. Nobody who is answering notices.",
        ),
        "The key of the opened box is destroyed.",
        "Open the box",
    ),
}


def show_waves(visit: Visit) -> Response:
    return visit.show(WavesScreen(tuple(list_waves(visit.engine, visit.member))))


def show_wave(visit: Visit) -> Response:
    wave = get_wave(visit)
    return visit.show(WaveScreen(wave, f"{visit.settings.base_url}/s/{wave.slug}"))


def get_wave(visit: Visit) -> WaveView:
    return view_wave(visit.engine, visit.member, visit.path("wave"))


def ask_before(name: str) -> Callable[[Visit], Response]:
    """The page before a step."""

    def ask(visit: Visit) -> Response:
        wave = get_wave(visit)
        return visit.show(StepScreen(wave, STEPS[name], is_possible(name, wave)))

    return ask


def is_possible(name: str, wave: WaveView) -> bool:
    match name:
        case "open":
            return "open" in wave.ways and not wave.reasons
        case "close":
            return "closed" in wave.ways
        case "withdraw":
            return "withdrawn" in wave.ways
    return wave.can_open_box


def open_wave(visit: Visit) -> Response:
    lifecycle.open_wave(visit.engine, visit.settings, visit.path("wave"), visit.actor)
    return to_wave(visit, "wave-opened")


def close_wave(visit: Visit) -> Response:
    lifecycle.close_wave(visit.engine, visit.path("wave"), visit.actor)
    return to_wave(visit, "wave-closed")


def withdraw_wave(visit: Visit) -> Response:
    lifecycle.withdraw_wave(visit.engine, visit.path("wave"), visit.actor)
    return to_wave(visit, "wave-withdrawn")


def open_box(visit: Visit) -> Response:
    """A job: the keys of boxes need not be where the pages are."""
    job = ask(visit.engine, "box", get_wave(visit).slug, visit.actor)
    return visit.go(f"/staff/jobs/{job.id}")


def to_wave(visit: Visit, done: str) -> Response:
    return visit.go(f"/staff/waves/{visit.path('wave')}", done)
