"""Read the fields and small files of a console form, and refuse it as soon as it is too large."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field

from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request

from app.web.error_pages import PageRefused

SMALL, LARGE = 256 * 1024, 4 * 1024 * 1024
MOST_FIELDS, MOST_FILES = 500, 2


@dataclass(frozen=True)
class Form:
    """The values of a form. A file that was not chosen is absent."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)

    def one(self, name: str) -> str:
        return self.fields.get(name, ("",))[0].strip()

    def exactly(self, name: str) -> str:
        """Return a field with its spaces at the ends."""
        return self.fields.get(name, ("",))[0]

    def all(self, name: str) -> tuple[str, ...]:
        return self.fields.get(name, ())

    def text(self, name: str) -> str | None:
        """Return the file, or else the field of that name, as text; None where it is not UTF-8."""
        if name not in self.files:
            return self.exactly(name)
        try:
            return self.files[name].decode("utf-8-sig").replace("\0", "")
        except UnicodeDecodeError:
            return None


def read_number(typed: str) -> int:
    """Read a whole number of at most nine digits; 0 for anything else.

    >>> read_number("12"), read_number("²"), read_number("-1"), read_number("9" * 30)
    (12, 0, 0, 0)
    """
    return int(typed) if typed.isdecimal() and len(typed) <= 9 else 0


async def read_form(request: Request, most: int) -> Form:
    kind = request.headers.get("content-type", "")
    stream = limited(request, most)
    try:
        if kind.startswith("multipart/form-data"):
            parser = MultiPartParser(
                request.headers, stream, max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=most
            )
            found = await parser.parse()
        else:
            found = await FormParser(request.headers, stream).parse()
    except MultiPartException:
        raise PageRefused("refused") from None
    fields: dict[str, tuple[str, ...]] = {}
    files: dict[str, bytes] = {}
    for name, value in found.multi_items():
        if isinstance(value, str):
            fields[name] = (*fields.get(name, ()), value.replace("\0", ""))  # no database stores a null character
        elif value.filename:
            files[name] = await value.read()
    await found.close()
    return Form(fields, files)


async def limited(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    """Yield the body, and refuse it beyond `most` bytes."""
    length = 0
    async for piece in request.stream():
        length += len(piece)
        if length > most:
            raise PageRefused("too_large")
        yield piece
