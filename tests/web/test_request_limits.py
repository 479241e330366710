"""Bodies that are too large or too slow are refused on every route, and a key is checked before a body is read."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.types import Message

from app.web import request_limits
from app.web.request_limits import BodyLimit
from tests.web.service import Service

ADDRESSES = ("/s/riverside-2026", "/staff/sign-in", "/api/v1/measures/riverside", "/data/request", "/nowhere/at/all")


class Caller:
    """Send a request to the application in pieces, and count the pieces that it reads."""

    def __init__(self, service: Service) -> None:
        self.app, self.read, self.status = service.app, 0, 0

    def post(
        self, path: str, headers: dict[str, str], *, pieces: int, piece: bytes = b"x" * 65536, wait: float = 0
    ) -> int:
        async def receive() -> Message:
            await asyncio.sleep(wait)
            self.read += 1
            return {"type": "http.request", "body": piece, "more_body": self.read < pieces}

        async def send(message: Message) -> None:
            self.status = message.get("status", self.status)

        scope: dict[str, Any] = {
            "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()], "scheme": "https",
            "http_version": "1.1", "server": ("survey.example.org", 443), "client": ("127.0.0.1", 9), "root_path": "",
        }  # fmt: skip
        asyncio.run(self.app(scope, receive, send))
        return self.status


@pytest.mark.parametrize("path", ADDRESSES)
def test_announced_large_bodies_are_refused_unread(service: Service, path: str) -> None:
    caller = Caller(service)
    assert caller.post(path, {"content-length": str(300 * 2**20)}, pieces=4800) == 413
    assert caller.read == 0


@pytest.mark.parametrize("path", ADDRESSES)
def test_endless_bodies_are_read_up_to_the_limit(service: Service, path: str) -> None:
    caller = Caller(service)
    status = caller.post(path, {"content-type": "application/x-www-form-urlencoded"}, pieces=4800)
    assert 400 <= status < 500
    assert caller.read <= request_limits.find_limit(path).size // 65536 + 2


@pytest.mark.parametrize("key", [None, "Bearer ", "Bearer ct_test_" + "a" * 40, "Basic YTpi"])
def test_key_is_checked_before_the_body_is_read(service: Service, key: str | None) -> None:
    caller = Caller(service)
    headers = {"content-type": "application/json"} | ({"authorization": key} if key else {})
    assert caller.post("/api/v1/measures/riverside", headers, pieces=60) == 401
    assert caller.read == 0


@pytest.mark.parametrize("path", ["/s/riverside-2026", "/staff/sign-in"])
def test_slow_bodies_are_refused(service: Service, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_limits, "LIMITS", (("/", BodyLimit(65536, 0.1)),))
    caller = Caller(service)
    headers = {"content-type": "application/x-www-form-urlencoded", "host": "survey.example.org"}
    assert caller.post(path, headers, pieces=100, piece=b"a", wait=0.05) == 408
    assert caller.read < 5
