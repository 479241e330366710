"""Create codes and letters for one download. The service stores only the hashes of codes."""

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
from app.web.admin.request import StaffRequest, download
from app.web.admin.waves import get_wave

MOST_CODES, MOST_LETTERS = 20_000, 2_000  # more are made on the command line


@dataclass(frozen=True)
class CodesScreen(StaffScreen):
    template: ClassVar[str] = "admin/codes.html"
    here: ClassVar[str] = "Survey rounds"

    wave: WaveView
    form: Form
    form_errors: Mapping[str, str] = field(default_factory=dict)
    most_codes: int = MOST_CODES
    most_letters: int = MOST_LETTERS


def show_codes(request: StaffRequest) -> Response:
    return request.show(CodesScreen(get_wave(request), request.form))


def make_codes(request: StaffRequest) -> Response:
    wave, form = get_wave(request), request.form
    form_errors = find_form_errors(form)
    if not form_errors:
        try:
            return _download(request, wave)
        except CodesRefused as refused:
            form_errors = {"count": str(refused)}
    return request.show(CodesScreen(wave, form, form_errors), 422)


def find_form_errors(form: Form) -> dict[str, str]:
    form_errors = {}
    most = MOST_LETTERS if form.one("files") == "both" else MOST_CODES
    if not 0 < read_number(form.one("count")) <= most:
        form_errors["count"] = f"Choose a whole number from 1 to {most}; create larger lists on the command line."
    if not form.one("source"):
        form_errors["source"] = "Type where the people come from, for example address sample."
    if form.one("frame") and not read_number(form.one("frame")):
        form_errors["frame"] = "Type a whole number, or leave it empty."
    return form_errors


def _download(request: StaffRequest, wave: WaveView) -> Response:
    form = request.form
    made = create_codes(
        request.engine,
        request.settings,
        wave.slug,
        int(form.one("count")),
        form.one("source"),
        form.one("stratum"),
        form.one("language") or None,
        frame=int(form.one("frame")) if form.one("frame") else None,
        actor=request.actor,
    )
    if form.one("files") != "both":
        return download(to_list(made).encode(), f"{wave.slug}-codes.csv", "text/csv; charset=utf-8")
    letters = write_letters(request.engine, wave.slug, made, request.settings.secret)
    return download(to_bundle(wave.slug, made, letters), f"{wave.slug}-letters.zip", "application/zip")


def to_bundle(wave: str, made: Sequence[Invitation], letters: str) -> bytes:
    """Pack the list and the letters into one file, because a browser downloads one file for each click."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr(f"{wave}-codes.csv", to_list(made))
        bundle.writestr(f"{wave}-letters.html", letters)
    return file.getvalue()
