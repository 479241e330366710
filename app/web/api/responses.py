"""The statuses that several routes of the API share, as OpenAPI describes them, and JSON as bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse

from app.web.api.models import Refusal

Responses = dict[int | str, dict[str, Any]]

REFUSALS: Responses = {
    401: {"model": Refusal, "description": "No key, or one that does not work."},
    403: {"model": Refusal, "description": "The key is for something else."},
}
KNOWN: Responses = {304: {"description": "Your copy is still current."}}


def to_bytes(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


async def refuse_body(request: Request, refused: Exception) -> JSONResponse:
    """Answer a request that does not fit with the places and reasons, and never with what was sent."""
    assert isinstance(refused, RequestValidationError)
    return JSONResponse(
        {"detail": [{name: each[name] for name in ("loc", "msg", "type")} for each in refused.errors()]}, 422
    )
