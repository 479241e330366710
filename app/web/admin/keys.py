"""List API keys, create one (shown once), and revoke one."""

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
    key_status,
    list_keys,
    revoke_key,
)
from app.services.accounts.members import known_agencies
from app.services.accounts.permissions import Member
from app.web.admin.forms import Form, read_number
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest

Options = tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class KeyLine:
    id: str
    label: str
    status: str
    scopes: tuple[str, ...]
    agencies: tuple[str, ...]
    expires_on: date
    last_used_on: date | None


@dataclass(frozen=True)
class KeysScreen(StaffScreen):
    template: ClassVar[str] = "admin/keys.html"
    here: ClassVar[str] = "API keys"

    keys: tuple[KeyLine, ...]


@dataclass(frozen=True)
class NewKeyScreen(StaffScreen):
    template: ClassVar[str] = "admin/new-key.html"
    here: ClassVar[str] = "API keys"

    agencies: Options
    scopes: Options
    form: Form
    form_errors: Mapping[str, str] = field(default_factory=dict)
    longest: int = LONGEST_DAYS


@dataclass(frozen=True)
class KeyScreen(StaffScreen):
    """Show a new API key once."""

    template: ClassVar[str] = "admin/key.html"
    here: ClassVar[str] = "API keys"

    label: str
    text: str


def show_keys(request: StaffRequest) -> Response:
    return request.show(KeysScreen(tuple(list_own(request))))


def list_own(request: StaffRequest) -> list[KeyLine]:
    """List all keys for an operator; for an agency, the keys that read its reports alone."""
    today = day_of(request.now)
    return [
        KeyLine(
            key.id,
            key.label,
            key_status(key, today),
            tuple(key.scopes),
            tuple(key.agencies),
            key.expires_on,
            key.last_used_on,
        )
        for key in list_keys(request.engine)
        if request.member.answers_for_all(key.agencies)
    ]


def show_new_key(request: StaffRequest) -> Response:
    return request.show(_new_key(request, {}))


def make_key(request: StaffRequest) -> Response:
    form = request.form
    agencies, days = form.all("agencies"), read_number(form.one("days"))
    if request.member.is_bound and (not agencies or not request.member.answers_for_all(agencies)):
        return request.show(_new_key(request, {"agencies": "Choose from your agencies."}), 422)
    wanted = WantedKey(form.one("label"), agencies, form.all("scopes") or SCOPES[:1], days)
    try:
        text = create_key(request.engine, request.settings, wanted, request.actor)
    except KeyNotMade as refused:
        return request.show(_new_key(request, {"label" if "label" in str(refused) else "days": str(refused)}), 422)
    return request.show(KeyScreen(wanted.label, str(text)))


def end_key(request: StaffRequest) -> Response:
    id = request.path("key")
    if id not in {key.id for key in list_own(request)}:
        raise NotFound("key", id)
    revoke_key(request.engine, id, request.actor)
    return request.go("/staff/keys", "key-revoked")


def _new_key(request: StaffRequest, form_errors: Mapping[str, str]) -> NewKeyScreen:
    agencies = tuple((name, name, "") for name in own_agencies(request, request.member))
    scopes = tuple((scope, scope, "") for scope in SCOPES)
    return NewKeyScreen(agencies, scopes, request.form, form_errors)


def own_agencies(request: StaffRequest, member: Member) -> list[str]:
    return [name for name in known_agencies(request.engine) if member.answers_for([name])]
