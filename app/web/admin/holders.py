"""List the two holders of the keys of sealed answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.services.holders.register import FEW_KEYS, HolderStatus, list_statuses
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest


@dataclass(frozen=True)
class HoldersScreen(StaffScreen):
    template: ClassVar[str] = "admin/holders.html"
    here: ClassVar[str] = "Holders"

    holders: tuple[HolderStatus, ...]
    few: int = FEW_KEYS


def show_holders(request: StaffRequest) -> Response:
    return request.show(HoldersScreen(tuple(list_statuses(request.engine, request.settings))))
