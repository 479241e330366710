"""Send a visitor to the single sign-on, and take the visitor back.

Pages lead on by themselves, not by a redirect: a policy forbids forms that end elsewhere, and a browser sends the
strict cookie of the session only where this site led.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.errors import NotFound
from app.services.accounts.authentication import TooManyAttempts
from app.services.accounts.members import InvitationOver
from app.services.accounts.oidc.refusals import SingleSignOnRefused
from app.services.accounts.oidc.single_sign_on import STARTED_FOR, Return, SingleSignOn
from app.web.admin.csrf import network_of
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest
from app.web.admin.sign_in import SignInScreen, ours

MOST = 8192  # characters of a value that comes back


@dataclass(frozen=True)
class LeadOnScreen(StaffScreen):
    """Lead to an address at once, with a link for browsers that do not."""

    template: ClassVar[str] = "admin/lead-on.html"

    address: str
    title: str
    link: str


def start(request: StaffRequest) -> Response:
    entry, form = _entry(request), request.form
    try:
        started = entry.start(ours(form.one("next")), form.one("invitation"), network_of(request.http), request.now)
    except (SingleSignOnRefused, TooManyAttempts, InvitationOver) as refused:
        return _show_refusal(request, refused)
    answer = request.show(LeadOnScreen(started.address, "Single sign-on", f"Go on to {entry.settings.label}"))
    _give_key(request, answer, started.key)
    return answer


def come_back(request: StaffRequest) -> Response:
    entry = _entry(request)
    state, code, issuer, error = (_brought(request, name) for name in ("state", "code", "iss", "error"))
    key = request.http.cookies.get(_cookie_name(request), "")
    try:
        entered = entry.finish(Return(key, state, code, issuer, error, network_of(request.http)), request.now)
    except SingleSignOnRefused as refused:
        answer = _show_refusal(request, refused)
    else:
        answer = request.show(LeadOnScreen(entered.onward, "You are signed in", "Go to the console"))
        request.context.cookie.give(answer, entered.token)
    secure = request.context.cookie.secure
    answer.delete_cookie(_cookie_name(request), path="/", secure=secure, httponly=True, samesite="lax")
    return answer


def _entry(request: StaffRequest) -> SingleSignOn:
    if request.context.single_sign_on is None:
        raise NotFound("page", request.http.url.path)
    return request.context.single_sign_on


def _brought(request: StaffRequest, name: str) -> str:
    found = request.http.query_params.getlist(name)
    return found[0] if len(found) == 1 and len(found[0]) <= MOST else ""


def _show_refusal(request: StaffRequest, refused: Exception) -> Response:
    status = 429 if isinstance(refused, TooManyAttempts) else 422
    return request.show(SignInScreen("/staff", form_errors={"single-sign-on": str(refused)}), status)


def _cookie_name(request: StaffRequest) -> str:
    return "__Host-single-sign-on" if request.context.cookie.secure else "single-sign-on"


def _give_key(request: StaffRequest, answer: Response, key: str) -> None:
    """Set the cookie of one attempt. The provider leads back from another site, so it cannot be strict."""
    answer.set_cookie(
        _cookie_name(request),
        key,
        path="/",
        max_age=int(STARTED_FOR.total_seconds()),
        secure=request.context.cookie.secure,
        httponly=True,
        samesite="lax",
    )
