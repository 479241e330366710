"""Set the session cookie, and check the token that protects forms against cross-site requests."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from app.services.intake.network_counts import find_network

TOKEN_FIELD = "_token"
LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Cookie:
    """The session cookie. `__Host-` binds it to this host over TLS; only a local trial has no prefix."""

    name: str
    secure: bool

    @classmethod
    def of(cls, base_url: str) -> Cookie:
        parts = urlsplit(base_url)
        local = parts.scheme == "http" and parts.hostname in LOCAL
        return cls("staff", False) if local else cls("__Host-staff", True)

    def read(self, request: Request) -> str:
        return request.cookies.get(self.name, "")

    def give(self, response: Response, token: str) -> None:
        """Set a cookie that ends with the browser. The server ends the session earlier after some idle time."""
        response.set_cookie(self.name, token, path="/", secure=self.secure, httponly=True, samesite="strict")

    def take_back(self, response: Response) -> None:
        response.delete_cookie(self.name, path="/", secure=self.secure, httponly=True, samesite="strict")


def masked(secret: bytes) -> str:
    """Mask the secret of a session's forms anew on each page, so that compression cannot leak it (BREACH)."""
    mask = secrets.token_bytes(len(secret))
    return base64.urlsafe_b64encode(mask + _xor(mask, secret)).decode()


def unmasks(token: str, secret: bytes) -> bool:
    try:
        raw = base64.urlsafe_b64decode(token.encode())
    except (binascii.Error, UnicodeEncodeError, ValueError):
        return False
    half = len(secret)
    return len(raw) == 2 * half and hmac.compare_digest(_xor(raw[:half], raw[half:]), secret)


def _xor(a: bytes, b: bytes) -> bytes:
    return bytes(x ^ y for x, y in zip(a, b, strict=True))


def is_from_elsewhere(request: Request) -> bool:
    """Whether the browser reports that another site sent the request."""
    return request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")


def network_of(request: Request) -> str:
    """Return the network that a sign-in comes from, for the rate limit. It stays in memory alone."""
    return find_network(request.client.host if request.client else "", public_only=False) or "unknown"
