"""Show requests for restricted data with their reasons, and record a reviewer's decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from starlette.responses import Response

from app.errors import NotFound
from app.services.releases.access_requests import (
    DAYS,
    MOST_DAYS,
    Approval,
    AskedAccess,
    approve_request,
    list_requests,
    refuse_request,
)
from app.web.admin.forms import read_number
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest

LONGEST_REASON = 300


@dataclass(frozen=True)
class RequestsScreen(StaffScreen):
    template: ClassVar[str] = "admin/requests.html"
    here: ClassVar[str] = "Requests"

    waiting: tuple[AskedAccess, ...]
    decided: tuple[AskedAccess, ...]


@dataclass(frozen=True)
class RequestScreen(StaffScreen):
    template: ClassVar[str] = "admin/request.html"
    here: ClassVar[str] = "Requests"

    asked: AskedAccess
    form_errors: Mapping[str, str] = field(default_factory=dict)
    days: int = DAYS
    most_days: int = MOST_DAYS


@dataclass(frozen=True)
class ApprovedScreen(StaffScreen):
    """Show the link once."""

    template: ClassVar[str] = "admin/approved.html"
    here: ClassVar[str] = "Requests"

    asked: AskedAccess
    approval: Approval


def show_requests(request: StaffRequest) -> Response:
    found = list_requests(request.engine)
    waiting = tuple(each for each in found if each.status == "waiting")
    return request.show(RequestsScreen(waiting, tuple(each for each in reversed(found) if each.status != "waiting")))


def show_request(request: StaffRequest) -> Response:
    return request.show(RequestScreen(get_asked(request)))


def approve(request: StaffRequest) -> Response:
    asked, days = get_asked(request), read_number(request.form.one("days"))
    if not 1 <= days <= MOST_DAYS:
        return request.show(RequestScreen(asked, {"days": f"Choose 1 to {MOST_DAYS} days."}), 422)
    approval = approve_request(request.engine, request.settings, asked.id, request.actor, days)
    return request.show(ApprovedScreen(asked, approval))


def refuse(request: StaffRequest) -> Response:
    asked, reason = get_asked(request), request.form.one("reason")
    if not 0 < len(reason) <= LONGEST_REASON:
        return request.show(
            RequestScreen(asked, {"reason": f"Give the reason in 1 to {LONGEST_REASON} characters."}), 422
        )
    refuse_request(request.engine, asked.id, reason, request.actor)
    return request.go("/staff/requests", "request-refused")


def get_asked(request: StaffRequest) -> AskedAccess:
    id = request.path("request")
    found = next((each for each in list_requests(request.engine) if each.id == id), None)
    if found is None:
        raise NotFound("request", id)
    return found
