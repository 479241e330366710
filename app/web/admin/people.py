"""Who works here: the list, somebody new, a new link, somebody who leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from starlette.responses import Response

from app.errors import NotFound
from app.records.staff import ROLES
from app.services.accounts.members import (
    Colleague,
    StaffRefused,
    WantedMember,
    add_member,
    known_agencies,
    list_staff,
    remove_member,
    renew_invitation,
)
from app.web.admin.forms import Form
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import Visit

ROLE_WORDS = {
    "operator": "runs waves, publishes, keeps keys and staff",
    "agency": "sees the waves that rate its agencies and loads their staffing, nothing else",
    "reviewer": "decides requests for restricted data",
    "translator": "reads and signs off translations",
}
assert set(ROLE_WORDS) == set(ROLES)


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
    form: Form
    slips: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LinkScreen(StaffScreen):
    """A link that is shown this once."""

    template: ClassVar[str] = "admin/link.html"
    here: ClassVar[str] = "Staff"

    name: str
    address: str


@dataclass(frozen=True)
class LeavingScreen(StaffScreen):
    template: ClassVar[str] = "admin/leaving.html"
    here: ClassVar[str] = "Staff"

    person: Colleague


def show_people(visit: Visit) -> Response:
    return visit.show(PeopleScreen(tuple(list_staff(visit.engine))))


def show_new_person(visit: Visit) -> Response:
    return visit.show(_new_person(visit, {}))


def add_person(visit: Visit) -> Response:
    form = visit.form
    wanted = WantedMember(form.one("name").lower(), form.one("role"), form.all("agencies"))
    try:
        token = add_member(visit.engine, visit.settings, wanted, visit.actor)
    except StaffRefused as refused:
        return visit.show(_new_person(visit, {refused.field: str(refused)}), 422)
    return visit.show(_link(visit, wanted.name, token))


def renew_link(visit: Visit) -> Response:
    name = visit.path("name")
    return visit.show(_link(visit, name, renew_invitation(visit.engine, visit.settings, name, visit.actor)))


def ask_before_removal(visit: Visit) -> Response:
    people = list_staff(visit.engine)
    found = next((each for each in people if each.name == visit.path("name")), None)
    if found is None:
        raise NotFound("member of staff", visit.path("name"))
    return visit.show(LeavingScreen(found))


def remove_person(visit: Visit) -> Response:
    remove_member(visit.engine, visit.path("name"), visit.actor)
    return visit.go("/staff/people", "member-removed")


def _new_person(visit: Visit, slips: Mapping[str, str]) -> NewPersonScreen:
    roles = tuple((role, role, words) for role, words in ROLE_WORDS.items())
    agencies = tuple((name, name, "") for name in known_agencies(visit.engine))
    return NewPersonScreen(roles, agencies, visit.form, slips)


def _link(visit: Visit, name: str, token: str) -> LinkScreen:
    return LinkScreen(name, f"{visit.settings.base_url}/staff/welcome/{token}")
