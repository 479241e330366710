"""List survey rounds, show one, and change its status after a page that names what cannot be undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from starlette.responses import Response

from app.errors import PassphraseNeeded, PassphraseRefused, WaveNotReady
from app.records.wave_lifecycle import DRAFT
from app.services.dashboard.checklist import WITH_CHECKLIST, Checklist, is_held, make_checklist, note_weeks
from app.services.dashboard.overview import WaveLine, list_waves
from app.services.dashboard.wave_page import WaveView, view_wave
from app.services.dashboard.weighting_check import WeightingCheck, check_weighting
from app.services.holders.key_files import Passphrase
from app.services.waves import lifecycle
from app.services.waves.box_opening import open_boxes
from app.services.waves.unsealing import Unlock
from app.web.admin.console_words import in_console
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest

WRONG_PASSPHRASE = (
    "This does not unlock the keys of the second holder. Nothing is lost. Type it again, or type two of its shares."
)
NO_HOLDER = "no second holder has unused keys: name one under Holders"


@dataclass(frozen=True)
class WavesScreen(StaffScreen):
    template: ClassVar[str] = "admin/waves.html"
    here: ClassVar[str] = "Survey rounds"

    waves: tuple[WaveLine, ...]


@dataclass(frozen=True)
class WaveScreen(StaffScreen):
    template: ClassVar[str] = "admin/wave.html"
    here: ClassVar[str] = "Survey rounds"

    wave: WaveView
    address: str
    checklist: Checklist | None = None


@dataclass(frozen=True)
class WaveStep:
    """A change of status: the question, its effects, what cannot be undone, the label of the button."""

    question: str
    follows: tuple[str, ...]
    warning: str
    way: str


@dataclass(frozen=True)
class StepScreen(StaffScreen):
    template: ClassVar[str] = "admin/step.html"
    here: ClassVar[str] = "Survey rounds"

    wave: WaveView
    step: WaveStep
    allowed: bool
    weighting: WeightingCheck | None = None
    form_errors: Mapping[str, str] = field(default_factory=dict)


STEPS: Mapping[str, WaveStep] = {
    "open": WaveStep(
        "Open {wave} for residents?",
        (
            "Everyone with the address or a code can answer from now on.",
            "You can no longer change the survey, languages, agencies and codes, because residents rely on them.",
            "Answers are sealed to you and to the second holder. If the second holder loses the passphrase and its "
            "shares, all answers that are still sealed are lost.",
        ),
        "You can close an open survey round, but not make it a draft again or withdraw it.",
        "Open the survey round",
    ),
    "close": WaveStep(
        "Close {wave}?",
        (
            "Residents see that the survey is closed.",
            "You can then unlock all remaining sealed answers and publish the report.",
        ),
        "You cannot reopen a closed survey round.",
        "Close the survey round",
    ),
    "withdraw": WaveStep(
        "Withdraw {wave}?",
        ("The draft is deleted from your tasks. Its codes stop working.",),
        "A withdrawn survey round stays in the list, and its web address name is never reused.",
        "Withdraw the survey round",
    ),
    "box": WaveStep(
        "Unlock the answers of {wave}?",
        (
            "The service unseals the answers in memory, shuffles them, and stores them as anonymous answers.",
            "New answers are sealed with new keys. Residents notice nothing.",
            "If the second holder's keys are on another machine, ask the person who runs the server for the file.",
        ),
        "The old keys are destroyed.",
        "Unlock the answers",
    ),
}


def show_waves(request: StaffRequest) -> Response:
    return request.show(WavesScreen(tuple(list_waves(request.engine, request.member))))


def show_wave(request: StaffRequest) -> Response:
    wave = get_wave(request)
    address = f"{request.settings.base_url}/s/{wave.slug}"
    if not request.member.may("run waves") or wave.status not in WITH_CHECKLIST:
        return request.show(WaveScreen(wave, address))
    note_weeks(request.engine, request.now.date())
    return request.show(
        WaveScreen(wave, address, make_checklist(request.engine, request.settings, wave, request.now.date()))
    )


def get_wave(request: StaffRequest) -> WaveView:
    return with_holders(request, view_wave(request.engine, request.member, request.path("wave")))


def with_holders(request: StaffRequest, wave: WaveView) -> WaveView:
    """Return a draft with one more reason where no second holder has keys: it could not be opened."""
    wave = replace(wave, reasons=tuple(map(in_console, wave.reasons)))
    if wave.status != DRAFT or is_held(request.engine, request.settings):
        return wave
    return replace(wave, reasons=(*wave.reasons, NO_HOLDER))


def ask_before(name: str) -> Callable[[StaffRequest], Response]:
    """Make the handler of the page before a step."""

    def ask(request: StaffRequest) -> Response:
        return request.show(_step(request, name))

    return ask


def _step(request: StaffRequest, name: str, form_errors: Mapping[str, str] | None = None) -> StepScreen:
    wave = get_wave(request)
    weighting = check_weighting(request.engine, wave.slug) if name == "open" and not wave.reasons else None
    return StepScreen(wave, STEPS[name], is_possible(name, wave), weighting, form_errors or {})


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
    """Open a draft. Where the population table cannot weight all answers, the operator says that this is known."""
    wave = get_wave(request)
    if not wave.reasons and check_weighting(request.engine, wave.slug).problems and not request.form.one("known"):
        sentence = "Tick that you know how the report will be weighted, or load the missing tables first."
        return request.show(_step(request, "open", {"known": sentence}), 422)
    if NO_HOLDER in wave.reasons:
        raise WaveNotReady(wave.slug, wave.reasons)
    lifecycle.open_wave(request.engine, request.settings, request.path("wave"), request.actor)
    return to_wave(request, "wave-opened")


def close_wave(request: StaffRequest) -> Response:
    lifecycle.close_wave(request.engine, request.path("wave"), request.actor)
    slug = request.path("wave")
    is_empty = not view_wave(request.engine, request.member, slug).can_open_box
    return to_wave(request, "wave-closed") if is_empty else request.go(f"/staff/waves/{slug}/box", "wave-closed")


def withdraw_wave(request: StaffRequest) -> Response:
    lifecycle.withdraw_wave(request.engine, request.path("wave"), request.actor)
    return to_wave(request, "wave-withdrawn")


def open_box(request: StaffRequest) -> Response:
    """Open at once, because a passphrase must not wait in a queue. The keys must be on this machine."""
    shares = tuple(each.strip() for each in request.form.all("share") if each.strip())
    unlock = Unlock(Passphrase(request.form.exactly("passphrase"), shares))
    try:
        open_boxes(request.engine, request.settings, get_wave(request).slug, request.actor, unlock=unlock)
    except (PassphraseNeeded, PassphraseRefused):
        return request.show(_step(request, "box", {"passphrase": WRONG_PASSPHRASE}), 422)
    return to_wave(request, "box-opened")


def to_wave(request: StaffRequest, done: str) -> Response:
    return request.go(f"/staff/waves/{request.path('wave')}", done)
