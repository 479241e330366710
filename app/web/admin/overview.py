"""Show the console's first page: open survey rounds, tasks and problems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.services.dashboard.overview import Overview, load_overview
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest


@dataclass(frozen=True)
class OverviewScreen(StaffScreen):
    template: ClassVar[str] = "admin/overview.html"
    here: ClassVar[str] = "Overview"

    overview: Overview


def show_overview(request: StaffRequest) -> Response:
    return request.show(OverviewScreen(load_overview(request.engine, request.member, request.now)))
