"""`/api/docs`: the OpenAPI description as a plain page. FastAPI's own page needs a script from a third party."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from app.web import rendering
from app.web.view_models import ApiScreen, Operation

router = APIRouter()


@router.get("/api/docs", include_in_schema=False)
def show_api(request: Request) -> HTMLResponse:
    description = request.app.openapi()
    operations = tuple(list_operations(description))
    return rendering.respond(ApiScreen(lang="en", version=description["info"]["version"], operations=operations))


def list_operations(description: Mapping[str, Any]) -> Iterator[Operation]:
    for path, methods in description["paths"].items():
        for method, facts in methods.items():
            yield Operation(
                method=method.upper(),
                path=path,
                summary=facts.get("summary", ""),
                parameters=tuple(parameter["name"] for parameter in facts.get("parameters", ())),
                answers=tuple(facts.get("responses", {})),
            )
