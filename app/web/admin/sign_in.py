"""Coming in and going out: the sign-in page, the link of an invitation, signing out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import segno
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from app.services.accounts.authentication import Attempt, SignInRefused, TooManyTries, sign_out
from app.services.accounts.members import Invited, StaffRefused, find_invitation, join
from app.services.accounts.totp import written
from app.web.admin.csrf import network_of
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import Visit

OURS = re.compile(r"/staff(/[a-z0-9/._-]*)?")
Slips = Mapping[str, str]


@dataclass(frozen=True)
class SignInScreen(StaffScreen):
    template: ClassVar[str] = "admin/sign-in.html"

    next: str
    name: str = ""
    slips: Slips = field(default_factory=dict)
    signed_out: bool = False


@dataclass(frozen=True)
class WelcomeScreen(StaffScreen):
    template: ClassVar[str] = "admin/welcome.html"

    name: str
    square: Markup
    key: str
    slips: Slips = field(default_factory=dict)


@dataclass(frozen=True)
class JoinedScreen(StaffScreen):
    template: ClassVar[str] = "admin/joined.html"

    codes: tuple[str, ...]
    onward: str
    words: str


def show_sign_in(visit: Visit) -> Response:
    return visit.show(SignInScreen(ours(visit.query("next")), signed_out=visit.query("done") == "signed-out"))


def sign_in(visit: Visit) -> Response:
    form, onward = visit.form, ours(visit.form.one("next"))
    attempt = Attempt(form.one("name"), form.exactly("password"), form.one("code"), network_of(visit.request))
    try:
        token = visit.office.door.sign_in(attempt, visit.now)
    except SignInRefused:
        slips = {"name": "Name, password and code do not belong together. A code works once, for half a minute."}
        return visit.show(SignInScreen(onward, form.one("name"), slips), 422)
    except TooManyTries as refused:
        slips = {"name": f"That was tried too often from here. Please wait {refused.wait:g} seconds."}
        return visit.show(SignInScreen(onward, form.one("name"), slips), 429)
    answer = RedirectResponse(onward, 303)
    visit.office.cookie.give(answer, token)
    return answer


def ours(wanted: str) -> str:
    """Where to go after signing in: a page of ours, whatever the address says."""
    return wanted if OURS.fullmatch(wanted) else "/staff"


def leave(visit: Visit) -> Response:
    return _sign_out(visit, everywhere=False)


def leave_everywhere(visit: Visit) -> Response:
    return _sign_out(visit, everywhere=True)


def _sign_out(visit: Visit, everywhere: bool) -> Response:
    sign_out(visit.engine, visit.known, visit.actor, everywhere)
    answer = RedirectResponse("/staff/sign-in?done=signed-out", 303)
    visit.office.cookie.take_back(answer)
    return answer


def show_welcome(visit: Visit) -> Response:
    return visit.show(_welcome(visit, {}))


def take_invitation(visit: Visit) -> Response:
    form, token = visit.form, visit.path("token")
    if form.exactly("password") != form.exactly("again"):
        return visit.show(_welcome(visit, {"again": "The two passwords differ. Type the same one twice."}), 422)
    try:
        codes = join(visit.engine, visit.settings, token, form.exactly("password"), form.one("code"), visit.now)
    except StaffRefused as refused:
        return visit.show(_welcome(visit, {refused.field: str(refused)}), 422)
    return visit.show(JoinedScreen(tuple(map(written, codes)), "/staff/sign-in", "I keep them safe: sign in"))


def _welcome(visit: Visit, slips: Slips) -> WelcomeScreen:
    invited = find_invitation(visit.engine, visit.settings, visit.path("token"), visit.now)
    return WelcomeScreen(invited.name, to_square(invited), in_fours(invited.totp), slips)


def to_square(invited: Invited) -> Markup:
    return Markup(segno.make(invited.address, error="m", micro=False).svg_inline(scale=4, border=4, omitsize=True))


def in_fours(key: str) -> str:
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))
