"""Compress a page once for all residents: only the random number at its end differs.

The compressed start of the page is kept, flushed to a whole byte. Each view adds one stored block with the number and
the end of the page, and carries the CRC-32 on from where the start left it: a gzip file, finished in a microsecond.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from starlette.types import Receive, Scope, Send

GZIP_WINDOW = 31  # zlib's value for a gzip header

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True)
class Snapshot:
    """A page without its number, plain and compressed."""

    start: bytes
    end: bytes
    packed_start: bytes
    checksum: int

    def plain(self, number: str) -> bytes:
        return self.start + number.encode() + self.end

    def packed(self, number: str) -> bytes:
        """Return the whole page as one gzip member."""
        rest = number.encode() + self.end
        length = len(rest)
        checksum = zlib.crc32(rest, self.checksum)
        size = len(self.start) + length
        return b"".join(
            (
                self.packed_start,
                b"\x01" + length.to_bytes(2, "little") + (length ^ 0xFFFF).to_bytes(2, "little"),
                rest,
                checksum.to_bytes(4, "little") + size.to_bytes(4, "little"),
            )
        )


def take_snapshot(page: str, number: str) -> Snapshot:
    """Split a rendered page at its number, which must stand there once, near the end."""
    start, found, end = page.rpartition(number)
    assert found
    assert number not in start
    assert len(end) < 2**15, "one stored block must hold the rest"
    raw = start.encode()
    packer = zlib.compressobj(9, zlib.DEFLATED, GZIP_WINDOW)
    packed = packer.compress(raw) + packer.flush(zlib.Z_FULL_FLUSH)
    return Snapshot(raw, end.encode(), packed, zlib.crc32(raw))


@dataclass(frozen=True)
class Bytes:
    """A response whose headers are built once."""

    status: int
    headers: Headers
    body: bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        length = (b"content-length", str(len(self.body)).encode())
        await send({"type": "http.response.start", "status": self.status, "headers": [*self.headers, length]})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else self.body})


def html_headers(lang: str, policy: str, *, packed: bool) -> Headers:
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-language", lang.encode()),
        (b"content-security-policy", policy.encode()),
    ]
    return (*headers, (b"content-encoding", b"gzip")) if packed else tuple(headers)
