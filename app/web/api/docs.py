"""Show the OpenAPI description at `/api/docs`. FastAPI's own page needs a script from a third party."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.web import rendering
from app.web.api.examples import list_examples
from app.web.view_models import ApiScreen, Operation


def show_api(request: Request) -> HTMLResponse:
    description = request.app.openapi()
    operations = tuple(list_operations(description))
    examples = tuple(list_examples(request.app.state.settings.base_url))
    return rendering.respond(
        ApiScreen(lang="en", version=description["info"]["version"], operations=operations, examples=examples)
    )


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
