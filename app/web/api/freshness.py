"""Send JSON with an entity tag, or 304 where the program has the same version."""

from __future__ import annotations

import hashlib

from starlette.requests import Request
from starlette.responses import Response

# Only the program may cache the answer, and it must revalidate each time, because a key may be revoked.
CACHE_HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Authorization"}


def answer_fresh(request: Request, body: bytes) -> Response:
    """Send the body as JSON, or 304 where the program has the same."""
    tag = etag_of(body)
    headers = {**CACHE_HEADERS, "ETag": tag}
    if is_known(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def etag_of(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def is_known(if_none_match: str, tag: str) -> bool:
    """Weak comparison (RFC 9110): `W/` before a tag does not matter."""
    tags = [each.strip().removeprefix("W/") for each in if_none_match.split(",")]
    return tag in tags or "*" in tags
