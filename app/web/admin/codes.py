"""Create codes and letters for one download. The service stores only the hashes of codes."""

from __future__ import annotations

import io
import secrets
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from starlette.responses import Response

from app.errors import CodesRefused
from app.extras import is_installed
from app.services.ballots.invitation_codes import Invitation, create_codes, to_list
from app.services.dashboard.wave_page import WaveView
from app.services.pdf.typesetting import NotPrinted
from app.services.uploads.address_lists import ListRefused
from app.services.uploads.sample_files import WantedFiles, WriteLetters, make_files
from app.services.waves.letters import LETTER, print_letters, print_sheet, write_letters
from app.services.waves.sample_plan import StoredSample, find_sample
from app.web.admin.console_words import in_console
from app.web.admin.forms import Form, read_number
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest, download
from app.web.admin.waves import get_wave

PDF, PAGE, LIST = "pdf", "page", "list"
FILES = (
    (PDF, "Letters as PDF, and the list of codes", "For a print shop"),
    (PAGE, "Letters as a page to print, and the list of codes", "For your own printer"),
    (LIST, "The list of codes alone", "CSV, for letters of your own"),
)
MOST_CODES, MOST_LETTERS = 20_000, 2_000  # more are made on the command line
TWICE = "This round has codes already. Tick that you want more, or leave this page: each home needs one letter."


@dataclass(frozen=True)
class CodesScreen(StaffScreen):
    template: ClassVar[str] = "admin/codes.html"
    here: ClassVar[str] = "Survey rounds"

    wave: WaveView
    form: Form
    form_errors: Mapping[str, str] = field(default_factory=dict)
    most_codes: int = MOST_CODES
    most_letters: int = MOST_LETTERS
    sample: StoredSample | None = None
    seed: str = ""

    @property
    def made(self) -> int:
        """Return how many codes this round has already."""
        return sum(batch.codes for batch in self.wave.batches)

    @property
    def files(self) -> tuple[tuple[str, str, str], ...]:
        return tuple((code, words, hint) for code, words, hint in FILES if code != PDF or is_installed("pdf"))


def show_codes(request: StaffRequest) -> Response:
    return request.show(_screen(request, get_wave(request), {}))


def _screen(request: StaffRequest, wave: WaveView, form_errors: Mapping[str, str]) -> CodesScreen:
    sample = find_sample(request.engine, wave.slug)
    seed = request.form.one("seed") or f"{secrets.randbelow(10**9):09}"
    return CodesScreen(wave, request.form, form_errors, sample=sample, seed=seed)


def make_sample_files(request: StaffRequest) -> Response:
    """Draw addresses, create the codes of each part, and send codes, letters and labels in one file."""
    wave, form = get_wave(request), request.form
    sample, kind = find_sample(request.engine, wave.slug), form.one("print")
    if sample is None:
        return request.show(
            _screen(request, wave, {"print": "Plan the sample first: how many letters in each part."}), 422
        )
    if wave.batches and not form.one("again"):
        return request.show(_screen(request, wave, {"again": TWICE}), 422)
    most = MOST_CODES if kind == LIST else MOST_LETTERS
    if sample.letters > most:
        sentence = (
            f"Expected at most {most} letters here, got {sample.letters}: choose the list alone, or plan fewer letters."
        )
        return request.show(_screen(request, wave, {"print": sentence}), 422)
    if kind == PDF:
        try:  # before a code is made
            print_sheet(
                request.engine,
                wave.slug,
                LETTER,
                request.settings.secret,
                request.settings.base_url,
                request.now.date(),
            )
        except NotPrinted as refused:
            return request.show(_screen(request, wave, {"print": f"{refused} Choose the page to print."}), 422)
    wanted = WantedFiles(form.files.get("addresses"), form.one("seed"), form.one("column"), form.one("pairing"))
    try:
        content = make_files(
            request.engine, request.settings, wave.slug, sample, wanted, _writer(request, wave, kind), request.actor
        )
    except ListRefused as refused:
        return request.show(_screen(request, wave, {"addresses": str(refused)}), 422)
    except CodesRefused as refused:
        return request.show(_screen(request, wave, {"pairing": in_console(str(refused))}), 422)
    return download(content, f"{wave.slug}-sample.zip", "application/zip")


def _writer(request: StaffRequest, wave: WaveView, kind: str) -> WriteLetters:
    """Return the function that writes the letters of one part."""
    engine, secret = request.engine, request.settings.secret

    def write(made: Sequence[Invitation]) -> Mapping[str, bytes]:
        if kind == LIST:
            return {}
        if kind == PDF:
            return {"letters.pdf": print_letters(engine, wave.slug, made, secret, request.now.date())}
        return {"letters.html": write_letters(engine, wave.slug, made, secret).encode()}

    return write


def make_codes(request: StaffRequest) -> Response:
    wave, form = get_wave(request), request.form
    form_errors = find_form_errors(form)
    if wave.batches and not form.one("again-other"):
        form_errors["again-other"] = TWICE
    if not form_errors:
        try:
            return _download(request, wave)
        except CodesRefused as refused:
            form_errors = {"count": in_console(str(refused))}
    return request.show(_screen(request, wave, form_errors), 422)


def find_form_errors(form: Form) -> dict[str, str]:
    form_errors = {}
    most = MOST_LETTERS if form.one("files") == "both" else MOST_CODES
    if not 0 < read_number(form.one("count")) <= most:
        form_errors["count"] = f"Choose a whole number from 1 to {most}; create a larger list in several parts."
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
