"""Keys of programs: the list, a new one that is shown once, the end of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from starlette.responses import Response

from app.errors import NotFound
from app.services.accounts.api_keys import (
    LONGEST_DAYS,
    SCOPES,
    KeyNotMade,
    WantedKey,
    create_key,
    day_of,
    list_keys,
    revoke_key,
    standing,
)
from app.services.accounts.members import known_agencies
from app.services.accounts.permissions import Member
from app.web.admin.forms import Form, read_number
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import Visit

Options = tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class KeyLine:
    id: str
    label: str
    standing: str
    scopes: tuple[str, ...]
    agencies: tuple[str, ...]
    expires_on: date
    last_used_on: date | None


@dataclass(frozen=True)
class KeysScreen(StaffScreen):
    template: ClassVar[str] = "admin/keys.html"
    here: ClassVar[str] = "Keys"

    keys: tuple[KeyLine, ...]


@dataclass(frozen=True)
class NewKeyScreen(StaffScreen):
    template: ClassVar[str] = "admin/new-key.html"
    here: ClassVar[str] = "Keys"

    agencies: Options
    scopes: Options
    form: Form
    slips: Mapping[str, str] = field(default_factory=dict)
    longest: int = LONGEST_DAYS


@dataclass(frozen=True)
class KeyScreen(StaffScreen):
    """A key, shown this once."""

    template: ClassVar[str] = "admin/key.html"
    here: ClassVar[str] = "Keys"

    label: str
    text: str


def show_keys(visit: Visit) -> Response:
    return visit.show(KeysScreen(tuple(list_own(visit))))


def list_own(visit: Visit) -> list[KeyLine]:
    """All keys for an operator; for an agency those that open its reports and nobody else's."""
    today = day_of(visit.now)
    return [
        KeyLine(
            key.id,
            key.label,
            standing(key, today),
            tuple(key.scopes),
            tuple(key.agencies),
            key.expires_on,
            key.last_used_on,
        )
        for key in list_keys(visit.engine)
        if visit.member.answers_for_all(key.agencies)
    ]


def show_new_key(visit: Visit) -> Response:
    return visit.show(_new_key(visit, {}))


def make_key(visit: Visit) -> Response:
    form = visit.form
    agencies, days = form.all("agencies"), read_number(form.one("days"))
    if visit.member.is_bound and (not agencies or not visit.member.answers_for_all(agencies)):
        return visit.show(_new_key(visit, {"agencies": "Choose among your agencies."}), 422)
    wanted = WantedKey(form.one("label"), agencies, form.all("scopes") or SCOPES[:1], days)
    try:
        text = create_key(visit.engine, visit.settings, wanted, visit.actor)
    except KeyNotMade as refused:
        return visit.show(_new_key(visit, {"label" if "label" in str(refused) else "days": str(refused)}), 422)
    return visit.show(KeyScreen(wanted.label, str(text)))


def end_key(visit: Visit) -> Response:
    id = visit.path("key")
    if id not in {key.id for key in list_own(visit)}:
        raise NotFound("key", id)
    revoke_key(visit.engine, id, visit.actor)
    return visit.go("/staff/keys", "key-revoked")


def _new_key(visit: Visit, slips: Mapping[str, str]) -> NewKeyScreen:
    agencies = tuple((name, name, "") for name in own_agencies(visit, visit.member))
    scopes = tuple((scope, scope, "") for scope in SCOPES)
    return NewKeyScreen(agencies, scopes, visit.form, slips)


def own_agencies(visit: Visit, member: Member) -> list[str]:
    return [name for name in known_agencies(visit.engine) if member.answers_for([name])]
