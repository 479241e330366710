"""Show the registers of a community, take entries one by one, take replies, and decide about comments of readers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from starlette.responses import Response

from app.errors import BadTable, NotFound
from app.language.languages import LANGUAGES
from app.records.staff import ORGANIZATION
from app.services.common.formula_guard import guard
from app.services.communities.profiles import CommunityView, get_profile, list_communities
from app.services.registers.comments import Side, decide_comment, list_waiting
from app.services.registers.entries import Entry, list_entries, next_slug, store_entries
from app.services.registers.fields import EntryField, read_names
from app.services.registers.register_files import to_csv, to_entry_table
from app.services.registers.register_table import REGISTERS, REPLIED, Register, get_register
from app.services.scorecards.definitions import load_definitions
from app.web.admin.register_fields import Named, counts_of, name_entries, read_field, to_sentence
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest, download

BY_STAFF = tuple(each for each in REGISTERS.values() if not each.by_readers)
REPLIES = "replies"


@dataclass(frozen=True)
class RegistersScreen(StaffScreen):
    template: ClassVar[str] = "admin/registers.html"
    here: ClassVar[str] = "Registers"

    place: CommunityView
    registers: tuple[tuple[Register, int], ...]
    waiting: int
    may_decide: bool

    @property
    def titles(self) -> Mapping[str, str]:
        return {each.id: f"{each.id} {each.title}" for each in load_definitions().all.values()}


@dataclass(frozen=True)
class RegisterScreen(StaffScreen):
    """`values` fill the form: those of an entry to change, or what was typed."""

    template: ClassVar[str] = "admin/register.html"
    here: ClassVar[str] = "Registers"

    place: CommunityView
    register: Register
    entries: tuple[Entry, ...]
    agencies: tuple[str, ...]
    may_enter: bool
    values: Mapping[str, str]
    named: Mapping[str, Named]
    about: str = ""
    form_errors: Mapping[str, str] = field(default_factory=dict)

    def pairs(self, names: Sequence[str], blank: bool = False) -> list[tuple[str, str]]:
        """Return the options of a list; a field that may be empty begins with an empty one."""
        return [*([("", "")] if blank else []), *((name, name) for name in names)]

    @property
    def replied(self) -> tuple[str, ...]:
        return REPLIED

    @property
    def main(self) -> EntryField:
        return self.register.main

    @property
    def is_stored(self) -> bool:
        """Return whether the form changes an entry that is there."""
        return any(entry.slug == self.values.get("entry") for entry in self.entries)

    @property
    def languages(self) -> list[tuple[str, str]]:
        return [(code, each.own_name) for code, each in LANGUAGES.items()]

    def options(self, name: str) -> list[tuple[str, str, str]]:
        return [(slug, words, "") for slug, words in self.named[name]]

    def counts(self, name: str) -> Mapping[str, int]:
        return counts_of(self.values, name)

    def names(self, name: str) -> tuple[str, ...]:
        return read_names(self.values.get(name, ""))


@dataclass(frozen=True)
class CommentsScreen(StaffScreen):
    template: ClassVar[str] = "admin/comments.html"
    here: ClassVar[str] = "Registers"

    place: CommunityView
    waiting: tuple[Entry, ...]
    name: str
    subjects: Mapping[str, str]


@dataclass(frozen=True)
class ChooseRegistersScreen(StaffScreen):
    template: ClassVar[str] = "admin/registers-of.html"
    here: ClassVar[str] = "Registers"

    places: tuple[CommunityView, ...]


def show_own(request: StaffRequest) -> Response:
    """Redirect to the registers of the member's own community; an operator of several chooses one."""
    places = tuple(list_communities(request.engine))
    own = request.member.communities or (places[0].slug,) if len(places) == 1 else request.member.communities
    return request.go(f"/staff/communities/{own[0]}/registers") if own else request.show(ChooseRegistersScreen(places))


def show_registers(request: StaffRequest) -> Response:
    place = _place(request)
    entries = list_entries(request.engine, place.slug)
    counts = tuple((each, sum(entry.register == each.name for entry in entries)) for each in BY_STAFF)
    may_decide = request.member.may("decide comments")
    waiting = len(list_waiting(request.engine, place.slug)) if may_decide else 0
    return request.show(RegistersScreen(place, counts, waiting, may_decide))


def show_register(request: StaffRequest) -> Response:
    place, register = _asked(request)
    wanted = request.query("entry")
    entries = list_entries(request.engine, place.slug, (register.name,))
    found = next((each for each in entries if each.slug == wanted), None)
    values = {**found.values, "entry": found.slug, "agency": found.agency, "lang": found.lang} if found else {}
    return request.show(_screen(request, place, register, values or _preset(request)))


def enter(request: StaffRequest) -> Response:
    """Store one entry: a new one, a changed one, or one to withdraw."""
    place, register = _asked(request)
    entries = list_entries(request.engine, place.slug, (register.name,))
    named = name_entries(register, list_entries(request.engine, place.slug))
    row = {name: request.form.one(name) for name in register.columns}
    row |= {field.name: read_field(field, request.form, named.get(field.name, ())) for field in register.fields}
    row["entry"] = row["entry"] or next_slug(entries, register.name)
    row["lang"] = row["lang"] or "en"
    own = request.member.agencies_in(place.slug)
    if register.name == REPLIES and request.member.role == ORGANIZATION:
        row |= {"organization": request.member.organization.partition("/")[2], "agency": ""}
        row["entry"] = f"{row['about']}-{row['about_entry']}-{row['organization']}".replace(".", "-")[:80]
        own = frozenset({""})
    try:
        store_entries(request.engine, place.slug, register.name, [(1, row)], request.actor, "console", own)
    except BadTable as refused:
        slips = {_field_of(each, register): to_sentence(each, register, named) for each in refused.problems}
        return request.show(_screen(request, place, register, row, slips), 422)
    return request.go(f"/staff/communities/{place.slug}/registers/{register.name}", "saved")


def send_entries(request: StaffRequest) -> Response:
    """Send every entry with all of its fields, in the form of the table that loads them."""
    place, register = _asked(request)
    entries = list_entries(request.engine, place.slug, (register.name,))
    rows = [[str(guard(cell)) for cell in row] for row in to_entry_table(register.name, entries)]
    name = f"{place.slug}-{register.name}.csv"
    return download(to_csv(rows).encode("utf-8-sig"), name, "text/csv; charset=utf-8")


def show_comments(request: StaffRequest) -> Response:
    place = _place(request)
    waiting = tuple(list_waiting(request.engine, place.slug))
    return request.show(CommentsScreen(place, waiting, request.member.name, _subjects(request, place)))


def _subjects(request: StaffRequest, place: CommunityView) -> dict[str, str]:
    """Return the words of everything that a comment can be about, by the name that the public form sends."""
    measures = {each.id: f"{each.id} {each.title}" for each in load_definitions().measures.values()}
    entries = {
        f"{each.register}/{each.public_name}": each.get(get_register(each.register).main.name)
        for each in list_entries(request.engine, place.slug)
    }
    return {**measures, **entries}


def decide(request: StaffRequest) -> Response:
    place = _place(request)
    side: Side = "for" if request.form.one("decision") == "show" else "against"
    decide_comment(request.engine, place.slug, request.form.one("entry"), side, request.actor)
    return request.go(f"/staff/communities/{place.slug}/comments", "saved")


def _field_of(problem: str, register: Register) -> str:
    """Return the field that a problem names, to lead to it."""
    words = problem.replace(",", " ").split()
    return next((each for each in register.columns if f"in {each}" in problem or each in words), "entry")


def _preset(request: StaffRequest) -> Mapping[str, str]:
    """Return fields that the link of another page fills in."""
    return {name: request.query(name) for name in ("about", "about_entry") if request.query(name)}


def _screen(
    request: StaffRequest,
    place: CommunityView,
    register: Register,
    values: Mapping[str, str],
    form_errors: Mapping[str, str] | None = None,
) -> RegisterScreen:
    own = request.member.agencies_in(place.slug)
    agencies = tuple(each.slug for each in place.agencies if own is None or each.slug in own)
    everything = list_entries(request.engine, place.slug)
    entries = tuple(each for each in everything if each.register == register.name)
    named, may_enter = name_entries(register, everything), _may_enter(request, register)
    about = next((each for each in everything if _is_about(values, each)), None)
    words = about.get(get_register(about.register).main.name) if about else ""
    return RegisterScreen(place, register, entries, agencies, may_enter, values, named, words, form_errors or {})


def _is_about(values: Mapping[str, str], entry: Entry) -> bool:
    return (entry.register, entry.slug) == (values.get("about"), values.get("about_entry"))


def _may_enter(request: StaffRequest, register: Register) -> bool:
    return request.member.may("reply to entries" if register.name == REPLIES else "keep registers")


def _asked(request: StaffRequest) -> tuple[CommunityView, Register]:
    register = get_register(request.http.path_params.get("register", REPLIES))
    if register.by_readers:
        raise NotFound("register", register.name)
    if request.http.method == "POST" and register.name == REPLIES:
        request.member.check_may("reply to entries")
    return _place(request), register


def _place(request: StaffRequest) -> CommunityView:
    place = get_profile(request.engine, request.path("community"))
    if not request.member.belongs_to(place.slug):
        raise NotFound("community", place.slug)
    return place
