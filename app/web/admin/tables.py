"""Upload a table: show its columns, check the file, and store it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from starlette.responses import Response

from app.errors import BadTable, NotFound
from app.services.communities.profiles import CommunityView, get_profile
from app.services.registers.register_table import REGISTERS
from app.services.scorecards.upload_rows import upload_text
from app.services.uploads.tables import KINDS, check_upload, store_upload
from app.services.uploads.uploaded_table import Checked, TableKind, UploadedTable
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest

MOST_SHOWN = 200
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

    @property
    def address(self) -> str:
        return f"/staff/communities/{self.place.slug}/{ADDRESSES[self.kind.name]}"


def show_table(request: StaffRequest) -> Response:
    return request.show(TableScreen(*_asked(request)))


def check_table(request: StaffRequest) -> Response:
    place, kind = _asked(request)
    try:
        text, notes = _text_of(request)
    except BadTable as refused:
        sentence = f"{refused} Choose an .xlsx workbook or a CSV file in UTF-8 or another common encoding."
        return request.show(TableScreen(place, kind, {"table": sentence}), 422)
    if not text.strip():
        return request.show(TableScreen(place, kind, {"table": "Choose a file, or paste the table."}), 422)
    upload = replace(_upload(request, place, text), notes=notes)
    checked = check_upload(request.engine, kind, upload, request.actor)
    screen = CheckedScreen(place, kind, checked, text, upload.overlap)
    return request.show(screen, 422 if checked.refused else 200)


def _text_of(request: StaffRequest) -> tuple[str, tuple[str, ...]]:
    """Return the table as text, from a file or a field, and what was assumed about its encoding or sheet."""
    content = request.form.files.get("table")
    return (request.form.exactly("table"), ()) if content is None else upload_text("the file", content)


def load_table(request: StaffRequest) -> Response:
    place, kind = _asked(request)
    try:
        store_upload(request.engine, kind, _upload(request, place, request.form.exactly("table")), request.actor)
    except BadTable as refused:
        return request.show(TableScreen(place, kind, {"table": str(refused)}), 422)
    back = f"/staff/communities/{place.slug}" if request.member.may("keep communities") else "/staff"
    return request.go(back, "table-loaded")


def _asked(request: StaffRequest) -> tuple[CommunityView, TableKind]:
    """Return the community, if the member may see it, and the kind of table, by the end of the address."""
    end = request.http.url.path.removesuffix("/load").split("/", 4)[4]
    kind = next((kind for name, kind in KINDS.items() if ADDRESSES[name] == end), None)
    if kind is None:
        raise NotFound("register", request.path("register"), REGISTERS)
    place = get_profile(request.engine, request.path("community"))
    if not request.member.answers_for([f"{place.slug}/{agency.slug}" for agency in place.agencies]):
        raise NotFound("community", place.slug)
    return place, kind


def _upload(request: StaffRequest, place: CommunityView, text: str) -> UploadedTable:
    return UploadedTable(place.slug, text, request.member, request.form.one("overlap") == "yes")
