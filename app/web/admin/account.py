"""Manage one's own account: password, recovery codes, sessions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from starlette.responses import Response

from app.services.accounts.members import StaffRefused
from app.services.accounts.own_account import change_password, has_password, renew_recovery_codes
from app.services.accounts.sessions import OpenSession, end_own_session, list_sessions
from app.services.accounts.totp import format_recovery_code
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest
from app.web.admin.sign_in import JoinedScreen

NO_ERRORS: Mapping[str, str] = {}


@dataclass(frozen=True)
class AccountScreen(StaffScreen):
    template: ClassVar[str] = "admin/account.html"

    sessions: tuple[OpenSession, ...]
    has_password: bool
    form_errors: Mapping[str, str] = field(default_factory=dict)


def show_account(request: StaffRequest) -> Response:
    return request.show(_screen(request))


def _screen(request: StaffRequest, form_errors: Mapping[str, str] = NO_ERRORS) -> AccountScreen:
    known = request.known
    sessions = tuple(list_sessions(request.engine, known.member.id, request.now, known.token_sha256))
    return AccountScreen(sessions, has_password(request.engine, known), form_errors)


def end_session(request: StaffRequest) -> Response:
    end_own_session(request.engine, request.known, request.form.one("session"), request.actor)
    return request.go("/staff/account", "sessions-ended")


def set_password(request: StaffRequest) -> Response:
    form = request.form
    current, wanted = form.exactly("current"), form.exactly("wanted")
    try:
        change_password(request.context.sign_in, request.known, current, form.one("code"), wanted, request.actor)
    except StaffRefused as refused:
        return request.show(_screen(request, {refused.field: str(refused)}), 422)
    return request.go("/staff/account", "password")


def show_new_recovery_codes(request: StaffRequest) -> Response:
    try:
        codes = renew_recovery_codes(
            request.context.sign_in, request.known, request.form.one("recovery"), request.actor
        )
    except StaffRefused as refused:
        return request.show(_screen(request, {"recovery": str(refused)}), 422)
    return request.show(JoinedScreen(tuple(map(format_recovery_code, codes)), "/staff/account", "I saved them"))
