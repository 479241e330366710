"""Give all replies of a survey round one size on the line, whatever their language, agency and answers.

Spaces after the end of a page fill it up. They stand in blocks that gzip stores as they are, so that the length of the
compressed page says nothing about its content. A header evens out the headers.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from http import HTTPStatus

from starlette.types import Receive, Scope, Send

from app.web.resident.snapshot import ENDING, GZIP_WINDOW, STORED, Bytes, Headers, stored

SMALLEST_PACKED, PACKED_STEP = 22 * 1024, 2 * 1024
SMALLEST_PLAIN, PLAIN_STEP = 112 * 1024, 16 * 1024
SMALLEST_HEAD, HEAD_STEP = 1024, 256  # status line and headers of a reply
FILLER = b"x-fill"


class EvenSizes:
    """Hold the size of all replies of one survey round: it grows when a page is larger, and then for all."""

    def __init__(self) -> None:
        self._packed, self._plain, self._head = SMALLEST_PACKED, SMALLEST_PLAIN, SMALLEST_HEAD

    def packed(self, least: int) -> int:
        """Return the size of all compressed replies, one of `least` bytes included."""
        self._packed = _stepped(least, self._packed, PACKED_STEP)
        return self._packed

    def plain(self, least: int) -> int:
        """Return the size of all replies without compression, one of `least` bytes included."""
        self._plain = _stepped(least, self._plain, PLAIN_STEP)
        return self._plain

    def headers(self, status: int, headers: Headers) -> Headers:
        """Return headers that are as long, with the status line, as those of all other replies."""
        length = len(HTTPStatus(status).phrase) + sum(len(name) + len(value) + 4 for name, value in headers)
        least = length + len(FILLER) + 4
        self._head = _stepped(least, self._head, HEAD_STEP)
        return (*headers, (FILLER, b"-" * (self._head - least)))

    def bare(self, status: int, headers: Headers = ()) -> Bare:
        """Return a reply without a body, as long as each other one."""
        length: Headers = () if status == HTTPStatus.NO_CONTENT else ((b"content-length", b"0"),)
        return Bare(status, self.headers(status, (*headers, *length)))

    def reply(self, status: int, headers: Headers, text: bytes, *, packed: bool) -> Bytes:
        """Return a reply of even size; `headers` name its encoding."""
        body = fill_packed(text, self) if packed else text.ljust(self.plain(len(text)))
        return Bytes(status, self.headers(status, headers), body)


@dataclass(frozen=True)
class Bare:
    """A response without a body."""

    status: int
    headers: Headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status, "headers": list(self.headers)})
        await send({"type": "http.response.body", "body": b""})


def _stepped(least: int, size: int, step: int) -> int:
    return size if least <= size else size + -(-(least - size) // step) * step


def fill_packed(text: bytes, sizes: EvenSizes, level: int = 6) -> bytes:
    """Compress a page, and store as many spaces after it as all replies need."""
    packer = zlib.compressobj(level, zlib.DEFLATED, GZIP_WINDOW)
    start = packer.compress(text) + packer.flush(zlib.Z_FULL_FLUSH)
    spaces = b" " * (sizes.packed(len(start) + STORED + ENDING) - len(start) - STORED - ENDING)
    checksum = zlib.crc32(spaces, zlib.crc32(text))
    ending = checksum.to_bytes(4, "little") + (len(text) + len(spaces)).to_bytes(4, "little")
    return start + stored(spaces, is_last=True) + ending
