"""One's own account: password, recovery codes, sessions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from starlette.responses import Response

from app.services.accounts.members import StaffRefused
from app.services.accounts.own_account import change_password, renew_recovery_codes
from app.services.accounts.totp import written
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import Visit
from app.web.admin.sign_in import JoinedScreen


@dataclass(frozen=True)
class AccountScreen(StaffScreen):
    template: ClassVar[str] = "admin/account.html"

    slips: Mapping[str, str] = field(default_factory=dict)


def show_account(visit: Visit) -> Response:
    return visit.show(AccountScreen())


def set_password(visit: Visit) -> Response:
    form = visit.form
    current, wanted = form.exactly("current"), form.exactly("wanted")
    try:
        change_password(visit.office.door, visit.known, current, form.one("code"), wanted, visit.actor)
    except StaffRefused as refused:
        return visit.show(AccountScreen({refused.field: str(refused)}), 422)
    return visit.go("/staff/account", "password")


def show_new_recovery_codes(visit: Visit) -> Response:
    try:
        codes = renew_recovery_codes(visit.office.door, visit.known, visit.form.one("recovery"), visit.actor)
    except StaffRefused as refused:
        return visit.show(AccountScreen({"recovery": str(refused)}), 422)
    return visit.show(JoinedScreen(tuple(map(written, codes)), "/staff/account", "I keep them safe"))
