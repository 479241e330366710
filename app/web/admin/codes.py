"""Codes and letters: made for one download and kept nowhere."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from starlette.responses import Response

from app.errors import CodesRefused
from app.services.ballots.invitation_codes import Invitation, create_codes, to_list
from app.services.dashboard.wave_page import WaveView
from app.services.waves.letters import write_letters
from app.web.admin.forms import Form, read_number
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import Visit, download
from app.web.admin.waves import get_wave

MOST_CODES, MOST_LETTERS = 20_000, 2_000  # more are made on the command line


@dataclass(frozen=True)
class CodesScreen(StaffScreen):
    template: ClassVar[str] = "admin/codes.html"
    here: ClassVar[str] = "Waves"

    wave: WaveView
    form: Form
    slips: Mapping[str, str] = field(default_factory=dict)
    most_codes: int = MOST_CODES
    most_letters: int = MOST_LETTERS


def show_codes(visit: Visit) -> Response:
    return visit.show(CodesScreen(get_wave(visit), visit.form))


def make_codes(visit: Visit) -> Response:
    wave, form = get_wave(visit), visit.form
    slips = find_slips(form)
    if not slips:
        try:
            return _download(visit, wave)
        except CodesRefused as refused:
            slips = {"count": str(refused)}
    return visit.show(CodesScreen(wave, form, slips), 422)


def find_slips(form: Form) -> dict[str, str]:
    slips = {}
    most = MOST_LETTERS if form.one("files") == "both" else MOST_CODES
    if not 0 < read_number(form.one("count")) <= most:
        slips["count"] = f"Choose a whole number from 1 to {most}; larger lists are made on the command line."
    if not form.one("source"):
        slips["source"] = "Say where the people come from, such as address sample."
    if form.one("frame") and not read_number(form.one("frame")):
        slips["frame"] = "Type a whole number, or leave it empty."
    return slips


def _download(visit: Visit, wave: WaveView) -> Response:
    form = visit.form
    made = create_codes(
        visit.engine,
        visit.settings,
        wave.slug,
        int(form.one("count")),
        form.one("source"),
        form.one("stratum"),
        form.one("language") or None,
        frame=int(form.one("frame")) if form.one("frame") else None,
        actor=visit.actor,
    )
    if form.one("files") != "both":
        return download(to_list(made).encode(), f"{wave.slug}-codes.csv", "text/csv; charset=utf-8")
    letters = write_letters(visit.engine, wave.slug, made)
    return download(to_bundle(wave.slug, made, letters), f"{wave.slug}-letters.zip", "application/zip")


def to_bundle(wave: str, made: Sequence[Invitation], letters: str) -> bytes:
    """The list and the letters in one file: a browser takes one for one press of a button."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr(f"{wave}-codes.csv", to_list(made))
        bundle.writestr(f"{wave}-letters.html", letters)
    return file.getvalue()
