"""Uploading a table: the page that tells its columns, the look at what it would do, and then the act itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from starlette.responses import Response

from app.errors import BadTable, NotFound
from app.services.communities.profiles import PlaceView, get_place
from app.services.scorecards.upload_rows import is_workbook, workbook_text
from app.services.uploads.tables import KINDS, Checked, Kind, Upload, check_upload, store_upload
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import Visit

MOST_SHOWN = 200
# Kind of table -> the end of its address.
ADDRESSES = {
    "population": "population",
    "workforce": "staffing",
    "measures": "measures",
    "targets": "targets",
    "answers": "answers",
    "events": "improvements",
}


@dataclass(frozen=True)
class TableScreen(StaffScreen):
    template: ClassVar[str] = "admin/table.html"
    here: ClassVar[str] = "Communities"

    place: PlaceView
    kind: Kind
    slips: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CheckedScreen(StaffScreen):
    """The whole table travels through this page and back: nothing is kept before it is confirmed."""

    template: ClassVar[str] = "admin/checked.html"
    here: ClassVar[str] = "Communities"

    place: PlaceView
    kind: Kind
    checked: Checked
    text: str
    overlap: bool
    most: int = MOST_SHOWN

    @property
    def address(self) -> str:
        return f"/staff/communities/{self.place.slug}/{ADDRESSES[self.kind.name]}"


def show_table(visit: Visit) -> Response:
    return visit.show(TableScreen(*_asked(visit)))


def check_table(visit: Visit) -> Response:
    place, kind = _asked(visit)
    try:
        text = _text_of(visit)
    except BadTable as refused:
        return visit.show(TableScreen(place, kind, {"table": str(refused)}), 422)
    if text is None:
        slip = "Choose an .xlsx workbook, or a CSV file in UTF-8: this is something else."
        return visit.show(TableScreen(place, kind, {"table": slip}), 422)
    if not text.strip():
        return visit.show(TableScreen(place, kind, {"table": "Choose a file, or paste the table."}), 422)
    upload = _upload(visit, place, text)
    checked = check_upload(visit.engine, kind, upload, visit.actor)
    screen = CheckedScreen(place, kind, checked, text, upload.overlap)
    return visit.show(screen, 422 if checked.refused else 200)


def _text_of(visit: Visit) -> str | None:
    """The table as text, whichever way it was sent; None where it is neither text nor a workbook."""
    content = visit.form.files.get("table", b"")
    return workbook_text("the workbook", content) if is_workbook(content) else visit.form.text("table")


def load_table(visit: Visit) -> Response:
    place, kind = _asked(visit)
    try:
        store_upload(visit.engine, kind, _upload(visit, place, visit.form.exactly("table")), visit.actor)
    except BadTable as refused:
        return visit.show(TableScreen(place, kind, {"table": str(refused)}), 422)
    back = f"/staff/communities/{place.slug}" if visit.member.may("keep communities") else "/staff"
    return visit.go(back, "table-loaded")


def _asked(visit: Visit) -> tuple[PlaceView, Kind]:
    """The community, if it is this person's business, and the kind of table, by the end of the address."""
    end = visit.request.url.path.removesuffix("/load").rpartition("/")[2]
    kind = next(kind for name, kind in KINDS.items() if ADDRESSES[name] == end)
    place = get_place(visit.engine, visit.path("community"))
    if not visit.member.answers_for([f"{place.slug}/{agency.slug}" for agency in place.agencies]):
        raise NotFound("community", place.slug)
    return place, kind


def _upload(visit: Visit, place: PlaceView, text: str) -> Upload:
    return Upload(place.slug, text, visit.member, visit.form.one("overlap") == "yes")
