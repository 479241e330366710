"""Upload a table: show its columns, check the file, and store it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from starlette.responses import Response

from app.errors import BadTable, NotFound
from app.records.wave_lifecycle import DRAFT
from app.services.communities.profiles import CommunityView, get_profile
from app.services.registers.register_table import REGISTERS
from app.services.scorecards.upload_rows import upload_text
from app.services.uploads.opening_check import find_thin_groups
from app.services.uploads.tables import KINDS, check_upload, store_upload
from app.services.uploads.templates import list_groups, population_template, staffing_template
from app.services.uploads.uploaded_table import Checked, TableKind, UploadedTable
from app.web.admin.forms import Form
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest, download
from app.web.admin.typed_numbers import COUNT, TypedNumbers

MOST_SHOWN = 200
CSV = "text/csv; charset=utf-8"
# Kind of table -> the end of its address.
ADDRESSES = {
    "population": "population",
    "workforce": "staffing",
    "measures": "measures",
    "targets": "targets",
    "answers": "answers",
    "events": "improvements",
    **{f"register {name}": f"registers/{name}/table" for name, each in REGISTERS.items() if not each.by_readers},
}


@dataclass(frozen=True)
class TableScreen(StaffScreen):
    template: ClassVar[str] = "admin/table.html"
    here: ClassVar[str] = "Communities"

    place: CommunityView
    kind: TableKind
    form_errors: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    form: Form = field(default_factory=Form)

    @property
    def address(self) -> str:
        return f"/staff/communities/{self.place.slug}/{ADDRESSES[self.kind.name]}"

    @property
    def template_address(self) -> str:
        """Return the address of a table to fill in; empty for a kind that has none."""
        address = f"{self.address}/template.csv"
        return address if self.kind.name in ("population", "workforce") else ""


@dataclass(frozen=True)
class CheckedScreen(StaffScreen):
    """The page contains the whole table and sends it back: the service stores nothing before the confirmation."""

    template: ClassVar[str] = "admin/checked.html"
    here: ClassVar[str] = "Communities"

    place: CommunityView
    kind: TableKind
    checked: Checked
    text: str
    overlap: bool
    most: int = MOST_SHOWN
    warnings: tuple[str, ...] = ()
    typed: Mapping[str, str] = field(default_factory=dict)  # the fields of a table that was typed

    @property
    def address(self) -> str:
        return f"/staff/communities/{self.place.slug}/{ADDRESSES[self.kind.name]}"


def show_table(request: StaffRequest) -> Response:
    return request.show(_screen(request, *_asked(request)))


def _screen(
    request: StaffRequest, place: CommunityView, kind: TableKind, form_errors: Mapping[str, str] | None = None
) -> TableScreen:
    groups = list_groups(request.engine, place.slug) if kind.name == "population" else {}
    return TableScreen(place, kind, form_errors or {}, groups, request.form)


def send_population_template(request: StaffRequest) -> Response:
    place = get_profile(request.engine, request.path("community"))
    text = population_template(request.engine, place.slug)
    return download(text.encode(), f"{place.slug}-population.csv", CSV)


def send_staffing_template(request: StaffRequest) -> Response:
    place = get_profile(request.engine, request.path("community"))
    _check_own(request, place)
    agencies = request.member.agencies_in(place.slug)
    text = staffing_template(request.engine, place.slug, None if agencies is None else sorted(agencies))
    return download(text.encode(), f"{place.slug}-staff.csv", CSV)


def check_table(request: StaffRequest) -> Response:
    place, kind = _asked(request)
    if kind.name == "population" and any(name.startswith(COUNT) for name in request.form.fields):
        return _check_typed(request, place, kind)
    try:
        text, notes = _text_of(request)
    except BadTable as refused:
        sentence = f"{refused} Choose an .xlsx workbook or a CSV file in UTF-8 or another common encoding."
        return request.show(_screen(request, place, kind, {"table": sentence}), 422)
    if not text.strip():
        sentence = "Choose a file, or type the numbers." if kind.name == "population" else "Choose a file."
        return request.show(_screen(request, place, kind, {"table": sentence}), 422)
    upload = replace(_upload(request, place, text), notes=notes)
    checked = check_upload(request.engine, kind, upload, request.actor)
    screen = CheckedScreen(place, kind, checked, text, upload.overlap, warnings=_warn(request, place, kind, checked))
    return request.show(screen, 422 if checked.refused else 200)


def _check_typed(request: StaffRequest, place: CommunityView, kind: TableKind) -> Response:
    """Check typed numbers; the form keeps them until they are stored."""
    numbers = TypedNumbers(list_groups(request.engine, place.slug), request.form)
    if request.form.one("change"):
        return request.show(_screen(request, place, kind))
    if not numbers.filled:
        return request.show(_screen(request, place, kind, {"table": "Choose a file, or type the numbers."}), 422)
    if gaps := numbers.find_gaps():
        return request.show(_screen(request, place, kind, gaps), 422)
    upload = _upload(request, place, numbers.table)
    checked = check_upload(request.engine, kind, upload, request.actor)
    if checked.refused:
        return request.show(_screen(request, place, kind, numbers.name_refused(checked.refused)), 422)
    warnings = _warn(request, place, kind, checked)
    return request.show(
        CheckedScreen(place, kind, checked, upload.text, upload.overlap, warnings=warnings, typed=numbers.kept)
    )


def _warn(request: StaffRequest, place: CommunityView, kind: TableKind, checked: Checked) -> tuple[str, ...]:
    """Return what would keep a draft from opening with this table."""
    is_population = kind.name == "population" and not checked.refused
    return find_thin_groups(request.engine, place.slug, checked.rows) if is_population else ()


def _text_of(request: StaffRequest) -> tuple[str, tuple[str, ...]]:
    """Return the table as text, from a file or a field, and what was assumed about its encoding or sheet."""
    content = request.form.files.get("table")
    return (request.form.exactly("table"), ()) if content is None else upload_text("the file", content)


def load_table(request: StaffRequest) -> Response:
    place, kind = _asked(request)
    try:
        store_upload(request.engine, kind, _upload(request, place, request.form.exactly("table")), request.actor)
    except BadTable as refused:
        return request.show(_screen(request, place, kind, {"table": str(refused)}), 422)
    return request.go(_find_way_on(request, place, kind), "table-loaded")


def _find_way_on(request: StaffRequest, place: CommunityView, kind: TableKind) -> str:
    """Return the checklist of the one draft that waits for a population table, else the page of the community."""
    if not request.member.may("keep communities"):
        return "/staff"
    drafts = [slug for slug, status in place.waves if status == DRAFT]
    is_step = ADDRESSES[kind.name] == "population" and len(drafts) == 1
    return f"/staff/waves/{drafts[0]}" if is_step else f"/staff/communities/{place.slug}"


def _asked(request: StaffRequest) -> tuple[CommunityView, TableKind]:
    """Return the community, if the member may see it, and the kind of table, by the end of the address."""
    end = request.http.url.path.removesuffix("/load").removesuffix("/typed").split("/", 4)[4]
    kind = next((kind for name, kind in KINDS.items() if ADDRESSES[name] == end), None)
    if kind is None:
        raise NotFound("register", request.path("register"), REGISTERS)
    place = get_profile(request.engine, request.path("community"))
    _check_own(request, place)
    return place, kind


def _check_own(request: StaffRequest, place: CommunityView) -> None:
    if not request.member.answers_for([f"{place.slug}/{agency.slug}" for agency in place.agencies]):
        raise NotFound("community", place.slug)


def _upload(request: StaffRequest, place: CommunityView, text: str) -> UploadedTable:
    return UploadedTable(place.slug, text, request.member, request.form.one("overlap") == "yes")
