"""The statuses that several routes of the API share, as OpenAPI describes them, and JSON as bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from app.web.api.models import Refusal

Responses = dict[int | str, dict[str, Any]]

REFUSALS: Responses = {
    401: {"model": Refusal, "description": "No key, or one that does not work."},
    403: {"model": Refusal, "description": "The key is for something else."},
}
KNOWN: Responses = {304: {"description": "Your copy is still current."}}


def to_bytes(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
