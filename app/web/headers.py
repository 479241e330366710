"""Add security headers to every response, and build content security policies for inline styles and scripts."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Headers = list[tuple[bytes, bytes]]

NOTHING = "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
FRAMED = "frame-ancestors *"
FEATURES = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read", "display-capture", "geolocation",
    "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment",
    "publickey-credentials-get", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip

EVERYWHERE: dict[str, str] = {
    "content-security-policy": NOTHING,
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "permissions-policy": ", ".join(f"{feature}=()" for feature in FEATURES),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
OVER_TLS = {"strict-transport-security": "max-age=63072000; includeSubDomains"}


NO_GZIP = re.compile(r"gzip\s*;\s*q=0(\.0*)?\s*(,|$)")


def find_header(request: Request, wanted: bytes) -> str:
    """Return a header of the request, or an empty string. Faster than building Starlette's `Headers`."""
    return next((value.decode("latin-1") for name, value in request.scope["headers"] if name == wanted), "")


def takes_gzip(request: Request) -> bool:
    """Whether the browser accepts gzip; `gzip;q=0` says no."""
    accepted = find_header(request, b"accept-encoding")
    return "gzip" in accepted and not NO_GZIP.search(accepted)


def content_security_policy(styles: Iterable[str], scripts: Iterable[str]) -> str:
    """Allow only inline styles and scripts with these hashes, and requests to this host. `data:` is the empty icon."""
    parts = [NOTHING, "img-src data:", "media-src 'self'"]
    for directive, texts in (("style-src", styles), ("script-src", scripts)):
        if hashes := " ".join(map(hash_source, texts)):
            parts.append(f"{directive} {hashes}")
    return "; ".join([*parts, "connect-src 'self'"])


def allow_frames(policy: str) -> str:
    """Let other sites show the page in a frame.

    >>> allow_frames(NOTHING)[-17:]
    'frame-ancestors *'
    """
    return policy.replace("frame-ancestors 'none'", FRAMED)


def hash_source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


class SecurityHeaders:
    """Add every header that the response does not have yet."""

    def __init__(self, app: ASGIApp, *, over_tls: bool) -> None:
        self.app = app
        wanted = EVERYWHERE | (OVER_TLS if over_tls else {})
        self.wanted: Headers = [(name.encode(), value.encode()) for name, value in wanted.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self.complete(message["headers"])
            await send(message)

        await self.app(scope, receive, send_with_headers)

    def complete(self, headers: Iterable[tuple[bytes, bytes]]) -> Headers:
        present = list(headers)
        names = {name for name, _ in present}
        if any(name == b"content-security-policy" and FRAMED.encode() in value for name, value in present):
            names.add(b"x-frame-options")  # it knows no "everyone", so it is left out
        return present + [header for header in self.wanted if header[0] not in names]
