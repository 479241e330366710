"""Manage the staff: list, add, confirm, renew a link, end sessions, remove."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from starlette.responses import Response

from app.errors import NotFound
from app.records.staff import ORGANIZATION, ROLES
from app.services.accounts.members import (
    Colleague,
    StaffRefused,
    WantedMember,
    add_member,
    known_agencies,
    known_organizations,
    list_staff,
    remove_member,
    renew_invitation,
)
from app.services.accounts.second_person import confirm_member
from app.services.accounts.sessions import OpenSession, end_sessions_of, list_sessions_of
from app.web.admin.forms import Form
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest

ROLE_WORDS = {
    "operator": "runs survey rounds, publishes, manages API keys and staff",
    "agency": "sees the survey rounds that rate its agencies, and loads their staff counts and measures",
    "reviewer": "decides requests for restricted data",
    "translator": "reviews and signs translations",
    "organization": "of a community organization: sees registers and drafts like an agency, confirms and disputes",
}
assert set(ROLE_WORDS) == {*ROLES, ORGANIZATION}


@dataclass(frozen=True)
class PeopleScreen(StaffScreen):
    template: ClassVar[str] = "admin/people.html"
    here: ClassVar[str] = "Staff"

    people: tuple[Colleague, ...]


@dataclass(frozen=True)
class NewPersonScreen(StaffScreen):
    template: ClassVar[str] = "admin/new-person.html"
    here: ClassVar[str] = "Staff"

    roles: tuple[tuple[str, str, str], ...]
    agencies: tuple[tuple[str, str, str], ...]
    organizations: tuple[tuple[str, str], ...]
    form: Form
    form_errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LinkScreen(StaffScreen):
    """Show a link once."""

    template: ClassVar[str] = "admin/link.html"
    here: ClassVar[str] = "Staff"

    name: str
    address: str


@dataclass(frozen=True)
class SessionsScreen(StaffScreen):
    template: ClassVar[str] = "admin/sessions.html"
    here: ClassVar[str] = "Staff"

    name: str
    sessions: tuple[OpenSession, ...]


@dataclass(frozen=True)
class LeavingScreen(StaffScreen):
    template: ClassVar[str] = "admin/leaving.html"
    here: ClassVar[str] = "Staff"

    person: Colleague


def show_people(request: StaffRequest) -> Response:
    return request.show(PeopleScreen(tuple(list_staff(request.engine))))


def show_new_person(request: StaffRequest) -> Response:
    return request.show(_new_person(request, {}))


def add_person(request: StaffRequest) -> Response:
    form = request.form
    wanted = WantedMember(form.one("name").lower(), form.one("role"), form.all("agencies"), form.one("organization"))
    try:
        token = add_member(request.engine, request.settings, wanted, request.actor)
    except StaffRefused as refused:
        return request.show(_new_person(request, {refused.field: str(refused)}), 422)
    return request.show(_link(request, wanted.name, token))


def renew_link(request: StaffRequest) -> Response:
    name = request.path("name")
    token = renew_invitation(request.engine, request.settings, name, request.actor)
    return request.show(_link(request, name, token)) if token else request.go("/staff/people", "link-asked")


def confirm_person(request: StaffRequest) -> Response:
    confirm_member(request.engine, request.path("name"), request.actor)
    return request.go("/staff/people", "member-confirmed")


def show_sessions(request: StaffRequest) -> Response:
    name = request.path("name")
    return request.show(SessionsScreen(name, tuple(list_sessions_of(request.engine, name, request.now))))


def end_sessions(request: StaffRequest) -> Response:
    end_sessions_of(request.engine, request.path("name"), request.actor)
    return request.go("/staff/people", "sessions-ended")


def ask_before_removal(request: StaffRequest) -> Response:
    people = list_staff(request.engine)
    found = next((each for each in people if each.name == request.path("name")), None)
    if found is None:
        raise NotFound("member of staff", request.path("name"))
    return request.show(LeavingScreen(found))


def remove_person(request: StaffRequest) -> Response:
    remove_member(request.engine, request.path("name"), request.actor)
    return request.go("/staff/people", "member-removed")


def _new_person(request: StaffRequest, form_errors: Mapping[str, str]) -> NewPersonScreen:
    roles = tuple((role, role, words) for role, words in ROLE_WORDS.items())
    agencies = tuple((name, name, "") for name in known_agencies(request.engine))
    organizations = (("", ""), *known_organizations(request.engine))
    return NewPersonScreen(roles, agencies, organizations, request.form, form_errors)


def _link(request: StaffRequest, name: str, token: str) -> LinkScreen:
    return LinkScreen(name, f"{request.settings.base_url}/staff/welcome/{token}")
