"""Upload the map of a community and look at it. Reports that are published later show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from starlette.responses import Response

from app.services.communities.area_shapes import AreaShapes, BadMap, find_shapes, store_shapes
from app.services.communities.profiles import CommunityView, get_profile
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest


@dataclass(frozen=True)
class AreaMapScreen(StaffScreen):
    template: ClassVar[str] = "admin/area-map.html"
    here: ClassVar[str] = "Communities"

    place: CommunityView
    shapes: AreaShapes | None
    form_errors: Mapping[str, str] = field(default_factory=dict)


def show_map(request: StaffRequest) -> Response:
    return request.show(_screen(request))


def store_map(request: StaffRequest) -> Response:
    content = request.form.files.get("map", b"")
    if not content:
        return request.show(_screen(request, {"map": "Choose a GeoJSON file."}), 422)
    place = request.path("community")
    try:
        store_shapes(request.engine, place, content, request.actor)
    except BadMap as refused:
        return request.show(_screen(request, {"map": str(refused)}), 422)
    return request.go(f"/staff/communities/{place}/map", "map-stored")


def _screen(request: StaffRequest, form_errors: Mapping[str, str] | None = None) -> AreaMapScreen:
    place = get_profile(request.engine, request.path("community"))
    return AreaMapScreen(place, find_shapes(request.engine, place.slug), form_errors or {})
