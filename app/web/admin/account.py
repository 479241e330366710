"""Manage one's own account: password, recovery codes, sessions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from starlette.responses import Response

from app.services.accounts.members import StaffRefused
from app.services.accounts.own_account import change_password, renew_recovery_codes
from app.services.accounts.totp import format_recovery_code
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest
from app.web.admin.sign_in import JoinedScreen


@dataclass(frozen=True)
class AccountScreen(StaffScreen):
    template: ClassVar[str] = "admin/account.html"

    form_errors: Mapping[str, str] = field(default_factory=dict)


def show_account(request: StaffRequest) -> Response:
    return request.show(AccountScreen())


def set_password(request: StaffRequest) -> Response:
    form = request.form
    current, wanted = form.exactly("current"), form.exactly("wanted")
    try:
        change_password(request.context.sign_in, request.known, current, form.one("code"), wanted, request.actor)
    except StaffRefused as refused:
        return request.show(AccountScreen({refused.field: str(refused)}), 422)
    return request.go("/staff/account", "password")


def show_new_recovery_codes(request: StaffRequest) -> Response:
    try:
        codes = renew_recovery_codes(
            request.context.sign_in, request.known, request.form.one("recovery"), request.actor
        )
    except StaffRefused as refused:
        return request.show(AccountScreen({"recovery": str(refused)}), 422)
    return request.show(JoinedScreen(tuple(map(format_recovery_code, codes)), "/staff/account", "I saved them"))
