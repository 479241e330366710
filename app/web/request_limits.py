"""Limit each request before any handler reads it: the bytes of its body, and the seconds that the body may take."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from fastapi import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.error_pages import show

KB, MB = 1024, 1024 * 1024


@dataclass(frozen=True)
class BodyLimit:
    """One row of the table: how large a body may be, and how long it may take to arrive."""

    size: int
    seconds: float


# Addresses by their beginning; the first row that fits counts.
LIMITS: tuple[tuple[str, BodyLimit], ...] = (
    ("/staff", BodyLimit(4 * MB + 64 * KB, 300)),
    ("/api/v1/measures/", BodyLimit(4 * MB, 120)),
    ("/", BodyLimit(64 * KB, 60)),
)


class RequestLimits:
    """Refuse a body that is too large with 413 and one that is too slow with 408, whatever route it is for."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            return await self.app(scope, receive, send)
        limit = find_limit(scope["path"])
        if announced_size(scope) > limit.size:
            return await show(Request(scope), "too_large")(scope, receive, send)
        await self.app(scope, LimitedBody(receive, limit), send)


class LimitedBody:
    """Receive a body piece by piece within its limit."""

    def __init__(self, receive: Receive, limit: BodyLimit) -> None:
        self.receive, self.limit = receive, limit
        self.size, self.is_whole = 0, False
        self.ends_at = asyncio.get_running_loop().time() + limit.seconds

    async def __call__(self) -> Message:
        if self.is_whole:  # the next message is the end of the connection, which has no limit
            return await self.receive()
        try:
            async with asyncio.timeout_at(self.ends_at):
                message = await self.receive()
        except TimeoutError:
            raise HTTPException(408, f"Expected the whole request within {self.limit.seconds:g} seconds.") from None
        self.size += len(message.get("body", b""))
        if self.size > self.limit.size:
            raise HTTPException(413, f"Expected at most {self.limit.size // KB} kB.")
        self.is_whole = not message.get("more_body", False)
        return message


def find_limit(path: str) -> BodyLimit:
    """Return the limit of an address.

    >>> find_limit("/staff/waves/new").size > find_limit("/s/riverside").size
    True
    """
    return next(limit for start, limit in LIMITS if path.startswith(start))


def announced_size(scope: Scope) -> int:
    """Return the Content-Length, or 0 where it is absent or no number."""
    announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return int(announced) if announced.isdigit() and len(announced) < 20 else 0
