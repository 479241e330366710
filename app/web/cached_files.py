"""Send published files: from memory, compressed where the browser accepts it, or 304 where it has the same file."""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cached_property

from starlette.requests import Request
from starlette.responses import Response

from app.language.languages import get_language
from app.web.error_pages import PageRefused
from app.web.headers import takes_gzip

NEWEST_FOR = 10  # seconds for which the newest version is taken to be the newest
VERSION = re.compile("[1-9][0-9]{0,5}")
CSV, HTML, JSON, PDF = "text/csv; charset=utf-8", "text/html; charset=utf-8", "application/json", "application/pdf"


@dataclass(frozen=True)
class CachedFile:
    """A file with its entity tag and headers."""

    body: bytes
    tag: str
    headers: dict[str, str]

    @cached_property
    def packed(self) -> bytes:
        """The compressed form, made when it is first asked for: that of a picture costs half as much as drawing it."""
        return gzip.compress(self.body, 6, mtime=0)


def to_file(body: bytes, media_type: str, **headers: str) -> CachedFile:
    """Derive the tag from the bytes."""
    tag = hashlib.sha256(body).hexdigest()[:32]
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return CachedFile(body, tag, {"content-type": media_type, **named})


def to_page(page: str, policy: str, lang: str) -> CachedFile:
    return to_file(page.encode(), HTML, content_security_policy=policy, content_language=get_language(lang).code)


def send(request: Request, file: CachedFile, *, newest: bool) -> Response:
    """Send the file, or 304 where the browser has it. A browser asks for the newest version again each time."""
    headers = {
        **file.headers,
        "etag": f'W/"{file.tag}"',
        "vary": "Accept-Encoding, Accept-Language",
        "cache-control": "public, no-cache" if newest else "public, max-age=86400",
    }
    if file.tag in request.headers.get("if-none-match", ""):
        del headers["content-type"]
        return Response(status_code=304, headers=headers)
    if takes_gzip(request):
        return Response(file.packed, headers=headers | {"content-encoding": "gzip"})
    return Response(file.body, headers=headers)


def read_version(asked: str | None) -> int | None:
    if asked is not None and not VERSION.fullmatch(asked):
        raise PageRefused("not_found")
    return int(asked) if asked else None


def is_newest(request: Request) -> bool:
    """Whether the address names no version."""
    return request.query_params.get("version") is None


def asked_language(request: Request) -> str | None:
    return request.query_params.get("lang")


def accepted_languages(request: Request) -> str:
    return request.headers.get("accept-language", "")
