"""Sign in, accept an invitation, sign out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import segno
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from app.services.accounts.authentication import (
    Attempt,
    SignInRefused,
    TooManyAttempts,
    begin_after_joining,
    sign_out,
)
from app.services.accounts.members import Invited, StaffRefused, find_invitation, join
from app.services.accounts.totp import format_recovery_code
from app.web.admin.csrf import network_of
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest

OURS = re.compile(r"/staff(/[a-z0-9/._-]*)?")
Slips = Mapping[str, str]


@dataclass(frozen=True)
class SignInScreen(StaffScreen):
    template: ClassVar[str] = "admin/sign-in.html"

    next: str
    name: str = ""
    form_errors: Slips = field(default_factory=dict)
    signed_out: bool = False


@dataclass(frozen=True)
class WelcomeScreen(StaffScreen):
    template: ClassVar[str] = "admin/welcome.html"

    name: str
    square: Markup
    key: str
    form_errors: Slips = field(default_factory=dict)
    invitation: str = ""


@dataclass(frozen=True)
class JoinedScreen(StaffScreen):
    template: ClassVar[str] = "admin/joined.html"

    codes: tuple[str, ...]
    onward: str
    words: str


def show_sign_in(request: StaffRequest) -> Response:
    return request.show(SignInScreen(ours(request.query("next")), signed_out=request.query("done") == "signed-out"))


def sign_in(request: StaffRequest) -> Response:
    form, onward = request.form, ours(request.form.one("next"))
    attempt = Attempt(form.one("name"), form.exactly("password"), form.one("code"), network_of(request.http))
    try:
        token = request.context.sign_in.sign_in(attempt, request.now)
    except SignInRefused:
        form_errors = {"name": "The name, password or code is wrong. A code works once, for 30 seconds."}
        return request.show(SignInScreen(onward, form.one("name"), form_errors), 422)
    except TooManyAttempts as refused:
        form_errors = {"name": f"There were too many attempts from here. Please wait {refused.wait:g} seconds."}
        return request.show(SignInScreen(onward, form.one("name"), form_errors), 429)
    answer = RedirectResponse(onward, 303)
    request.context.cookie.give(answer, token)
    return answer


def ours(wanted: str) -> str:
    """Return the page to open after sign-in; only addresses of the console are allowed."""
    return wanted if OURS.fullmatch(wanted) else "/staff"


def leave(request: StaffRequest) -> Response:
    return _sign_out(request, everywhere=False)


def leave_everywhere(request: StaffRequest) -> Response:
    return _sign_out(request, everywhere=True)


def _sign_out(request: StaffRequest, everywhere: bool) -> Response:
    sign_out(request.engine, request.known, request.actor, everywhere)
    answer = RedirectResponse("/staff/sign-in?done=signed-out", 303)
    request.context.cookie.take_back(answer)
    return answer


def show_welcome(request: StaffRequest) -> Response:
    return request.show(_welcome(request, {}))


def take_invitation(request: StaffRequest) -> Response:
    form, token = request.form, request.path("token")
    if form.exactly("password") != form.exactly("again"):
        return request.show(_welcome(request, {"again": "The two passwords differ. Type the same one twice."}), 422)
    name = find_invitation(request.engine, request.settings, token, request.now).name
    try:
        codes = join(request.engine, request.settings, token, form.exactly("password"), form.one("code"), request.now)
    except StaffRefused as refused:
        return request.show(_welcome(request, {refused.field: str(refused)}), 422)
    shown = tuple(map(format_recovery_code, codes))
    answer = request.show(JoinedScreen(shown, "/staff", "I saved them: go to the console"))
    request.context.cookie.give(answer, begin_after_joining(request.engine, name, request.now))
    return answer


def _welcome(request: StaffRequest, form_errors: Slips) -> WelcomeScreen:
    invited = find_invitation(request.engine, request.settings, request.path("token"), request.now)
    token = request.path("token")
    return WelcomeScreen(invited.name, to_square(invited), in_fours(invited.totp), form_errors, token)


def to_square(invited: Invited) -> Markup:
    return Markup(segno.make(invited.address, error="m", micro=False).svg_inline(scale=4, border=4, omitsize=True))


def in_fours(key: str) -> str:
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))
