"""List the two holders of the keys of sealed answers, make a second holder, and make more keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from starlette.responses import Response

from app.errors import Refused
from app.services.holders.new_holder import add_from_file, make_more_keys, make_second
from app.services.holders.register import FEW_KEYS, HolderStatus, list_statuses
from app.services.holders.wrapping import SHORTEST_PASSPHRASE
from app.web.admin.console_words import in_console
from app.web.admin.forms import Form
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest


@dataclass(frozen=True)
class HoldersScreen(StaffScreen):
    template: ClassVar[str] = "admin/holders.html"
    here: ClassVar[str] = "Holders"

    holders: tuple[HolderStatus, ...]
    form: Form = field(default_factory=Form)
    form_errors: Mapping[str, str] = field(default_factory=dict)
    few: int = FEW_KEYS
    shortest: int = SHORTEST_PASSPHRASE

    @property
    def second(self) -> HolderStatus | None:
        return next((each for each in self.holders if each.role != "operator"), None)

    @property
    def names_here(self) -> list[tuple[str, str]]:
        """Return the holders whose private keys are on this machine, the second ones first."""
        here = sorted((each for each in self.holders if each.is_here), key=lambda each: each.role == "operator")
        return [(each.name, each.name) for each in here]


@dataclass(frozen=True)
class HolderMadeScreen(StaffScreen):
    """Show a new holder once: its fingerprint, and the shares that replace a lost passphrase."""

    template: ClassVar[str] = "admin/holder-made.html"
    here: ClassVar[str] = "Holders"

    name: str
    fingerprint: str
    shares: tuple[str, ...]


def show_holders(request: StaffRequest) -> Response:
    return request.show(_screen(request, {}))


def make_holder(request: StaffRequest) -> Response:
    """Make a second holder here. The passphrase is used for this request alone and stored nowhere."""
    form = request.form
    words = form.exactly("passphrase")
    form_errors = find_form_errors(form)
    if not form_errors:
        try:
            holder = make_second(request.engine, request.settings, form.one("name"), words, request.actor)
        except Refused as refused:
            form_errors = {"name": in_console(str(refused))}
        else:
            shares = tuple(holder.split())
            return request.show(HolderMadeScreen(holder.folder.name, holder.folder.fingerprint, shares))
    return request.show(_screen(request, form_errors), 422)


def find_form_errors(form: Form) -> dict[str, str]:
    form_errors = {}
    words = form.exactly("passphrase")
    if not form.one("name"):
        form_errors["name"] = "Type the name of the second holder, such as Library Friends."
    if len(words) < SHORTEST_PASSPHRASE:
        form_errors["passphrase"] = f"Use {SHORTEST_PASSPHRASE} characters or more; this one has {len(words)}."
    elif words != form.exactly("again"):
        form_errors["again"] = "The two passphrases differ. Type the same one twice."
    return form_errors


def add_holder_file(request: StaffRequest) -> Response:
    """Register a holder whose private keys are on another machine, or more keys of one."""
    content = request.form.files.get("public")
    if not content:
        return request.show(_screen(request, {"public": "Choose the file public.json of the holder."}), 422)
    try:
        holder = add_from_file(request.engine, request.settings, content, request.actor)
    except Refused as refused:
        return request.show(_screen(request, {"public": in_console(str(refused))}), 422)
    return request.show(HolderMadeScreen(holder.name, holder.fingerprint, ()))


def make_keys(request: StaffRequest) -> Response:
    form = request.form
    words = form.exactly("passphrase-more")
    try:
        make_more_keys(request.engine, request.settings, form.one("holder"), words, request.actor)
    except Refused as refused:
        return request.show(_screen(request, {"passphrase-more": in_console(str(refused))}), 422)
    return request.go("/staff/holders", "keys-made")


def _screen(request: StaffRequest, form_errors: Mapping[str, str]) -> HoldersScreen:
    return HoldersScreen(tuple(list_statuses(request.engine, request.settings)), request.form, form_errors)
