"""One's own account: password, recovery codes, sessions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from starlette.responses import Response

from app.services.own_account import change_password, renew_recovery_codes
from app.services.second_factor import written
from app.services.staff import StaffRefused
from app.web.staff.rendering import StaffScreen
from app.web.staff.signing_in import JoinedScreen
from app.web.staff.visits import Visit


@dataclass(frozen=True)
class AccountScreen(StaffScreen):
    template: ClassVar[str] = "staff/account.html"

    slips: Mapping[str, str] = field(default_factory=dict)


def show_account(visit: Visit) -> Response:
    return visit.show(AccountScreen())


def set_password(visit: Visit) -> Response:
    form = visit.form
    current, wanted = form.exactly("current"), form.exactly("wanted")
    try:
        change_password(visit.office.door, visit.known, current, form.one("code"), wanted, visit.act)
    except StaffRefused as refused:
        return visit.show(AccountScreen({refused.field: str(refused)}), 422)
    return visit.go("/staff/account", "password")


def show_new_recovery_codes(visit: Visit) -> Response:
    try:
        codes = renew_recovery_codes(visit.office.door, visit.known, visit.form.one("recovery"), visit.act)
    except StaffRefused as refused:
        return visit.show(AccountScreen({"recovery": str(refused)}), 422)
    return visit.show(JoinedScreen(tuple(map(written, codes)), "/staff/account", "I keep them safe"))
