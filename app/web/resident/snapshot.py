"""Compress a page once for all residents: only the random number and filler at its end differ.

The compressed start of the page is kept, flushed to a whole byte. Each view adds blocks with the number, the filler and
the end of the page, and carries the CRC-32 on from where the start left it: a gzip file, finished in microseconds.

Without script a browser sends the filler with the answers. Its random length hides how much a person answered.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cache

from starlette.types import Receive, Scope, Send

GZIP_WINDOW = 31  # zlib's value for a gzip header
RAW_WINDOW = -15  # zlib's value for blocks without a header
FILLING = b"0"
PIECE = 128  # of filler, compressed once
LONGEST_FILLER = 8 * 1024
STORED = 5  # bytes before the content of a stored block
ENDING = 8  # bytes of a gzip file after its last block

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True)
class Snapshot:
    """A page without its number and filler, plain and compressed."""

    start: bytes
    middle: bytes
    end: bytes
    packed_start: bytes
    checksum: int

    def plain(self, number: str, filler: int = 0, size: int = 0) -> bytes:
        """Return the page, with spaces after it up to `size` bytes."""
        page = b"".join((self.start, number.encode(), self.middle, FILLING * filler, self.end))
        return page.ljust(size)

    @property
    def largest(self) -> int:
        """Return the size in bytes of the whole compressed page with any filler."""
        number = 32
        changing = len(self.middle) + number + PIECE + largest_pieces() + len(self.end)
        return len(self.packed_start) + 2 * STORED + changing + ENDING

    @property
    def largest_plain(self) -> int:
        return len(self.start) + 32 + len(self.middle) + LONGEST_FILLER + len(self.end)

    def packed(self, number: str, filler: int = 0, size: int = 0) -> bytes:
        """Return the whole page as one gzip member, with spaces after it up to `size` bytes."""
        pieces, rest = divmod(filler, PIECE)
        first = number.encode() + self.middle + FILLING * rest
        whole, packed_pieces = FILLING * (pieces * PIECE), packed_filler(pieces)
        used = len(self.packed_start) + 2 * STORED + len(first) + len(packed_pieces) + len(self.end) + ENDING
        last = self.end + b" " * max(size - used, 0)
        checksum = zlib.crc32(last, zlib.crc32(whole, zlib.crc32(first, self.checksum)))
        length = len(self.start) + len(first) + len(whole) + len(last)
        return b"".join(
            (
                self.packed_start,
                stored(first, is_last=False),
                packed_pieces,
                stored(last, is_last=True),
                checksum.to_bytes(4, "little") + length.to_bytes(4, "little"),
            )
        )


def stored(content: bytes, *, is_last: bool) -> bytes:
    """Return a block of DEFLATE that holds less than 64 kB as they are (RFC 1951, 3.2.4)."""
    length = len(content)
    head = (b"\x01" if is_last else b"\x00") + length.to_bytes(2, "little") + (length ^ 0xFFFF).to_bytes(2, "little")
    return head + content


@cache
def packed_filler(pieces: int) -> bytes:
    """Return so many pieces of filler as compressed blocks that need nothing before them."""
    if not pieces:
        return b""
    packer = zlib.compressobj(9, zlib.DEFLATED, RAW_WINDOW)
    return packer.compress(FILLING * (pieces * PIECE)) + packer.flush(zlib.Z_FULL_FLUSH)


@cache
def largest_pieces() -> int:
    return max(len(packed_filler(pieces)) for pieces in range(LONGEST_FILLER // PIECE + 1))


def take_snapshot(page: str, number: str, filler: str = "") -> Snapshot:
    """Split a rendered page at its number and its filler, which must stand there once, near the end."""
    start, found, rest = page.rpartition(number)
    assert found
    assert number not in start
    assert len(rest) < 2**14, "one stored block must hold the rest"
    middle, _, end = rest.partition(filler) if filler else ("", "", rest)
    raw = start.encode()
    packer = zlib.compressobj(9, zlib.DEFLATED, GZIP_WINDOW)
    packed = packer.compress(raw) + packer.flush(zlib.Z_FULL_FLUSH)
    return Snapshot(raw, middle.encode(), end.encode(), packed, zlib.crc32(raw))


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
