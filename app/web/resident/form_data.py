"""Read a resident's form: one urlencoded body of at most 64 kB."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.requests import Request

from app.services.ballots.invitation_codes import read_code
from app.services.intake.submission import SubmissionForm, WorkProof
from app.web.error_pages import PageRefused

LARGEST_BODY = 64 * 1024
MOST_FIELDS = 2000
LARGEST_BLINDED = 512
NUMBER = re.compile(r"[0-9a-f]{32}")
POSITION = re.compile(r"[0-9]{1,3}")


@dataclass(frozen=True)
class Arrival:
    """A posted page. `wish` is the button pressed: `send`, or `lang:` and a language."""

    fields: Mapping[str, list[str]]

    def one(self, name: str) -> str:
        return self.fields.get(name, [""])[0]

    @property
    def wish(self) -> str:
        return self.one("_do")

    @property
    def number(self) -> str | None:
        return self.one("_number") if NUMBER.fullmatch(self.one("_number")) else None

    @property
    def position(self) -> str:
        return self.one("_at") if POSITION.fullmatch(self.one("_at")) else "0"

    @property
    def code(self) -> str:
        return self.one("_code")[:64]

    @property
    def sealed(self) -> bytes:
        """The answers as the page sealed them, or nothing."""
        try:
            return base64.urlsafe_b64decode(self.one("_sealed"))
        except ValueError:
            return b""

    @property
    def blinded(self) -> bytes:
        """The message that a token is to be signed for, or nothing."""
        try:
            return base64.urlsafe_b64decode(self.one("_blinded"))[:LARGEST_BLINDED]
        except ValueError:
            return b""

    @property
    def answers(self) -> dict[str, list[str]]:
        return {name: values for name, values in self.fields.items() if not name.startswith("_")}

    @property
    def is_scripted(self) -> bool:
        """Whether a script sent the form; only a script measures the pace."""
        return self.one("_pace") != ""

    @property
    def is_undecided(self) -> bool:
        """Return whether the form comes from a page that asks for the code before its agency is known."""
        return self.one("_undecided") != "" and read_code(self.code) is None

    @property
    def desk(self) -> str:
        """The code of a help point."""
        return self.one("_desk")[:64]

    @property
    def mode(self) -> str:
        return self.one("_mode")

    @property
    def closed(self) -> tuple[str, ...]:
        """The sensitive parts that the person answered alone and hid."""
        return tuple(self.one("_closed").split()[:40])

    def to_form(self, number: str, language: str, address: str = "") -> SubmissionForm:
        return SubmissionForm(
            number,
            self.one("_agency"),
            language,
            self.one("_code"),
            self.answers,
            pace=self.one("_pace"),
            trap=self.one("_email"),
            proof=WorkProof(self.one("_work")[:8], self.one("_asked") != ""),
            address=address,
            sealed=self.sealed,
            box=self.one("_box")[:32],
            is_refused=self.one("_refused") != "",
        )


async def read_arrival(request: Request) -> Arrival:
    if request.headers.get("sec-fetch-site") == "cross-site":
        raise PageRefused("foreign")
    body = (await read_body(request)).decode("utf-8", "replace")
    if body.count("&") >= MOST_FIELDS:
        raise PageRefused("too_large")
    return Arrival(read_fields(body))


def read_fields(body: str) -> dict[str, list[str]]:
    """Parse fields as `parse_qs` does, but faster where nothing is escaped, which is the usual case."""
    if "%" in body or "+" in body:
        return parse_qs(body)
    fields: dict[str, list[str]] = {}
    for pair in body.split("&"):
        name, _, value = pair.partition("=")
        if value:
            fields.setdefault(name, []).append(value)
    return fields


async def read_body(request: Request) -> bytes:
    """Read the body, and refuse it as soon as it is too large."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > LARGEST_BODY:
        raise PageRefused("too_large")
    pieces, length = [], 0
    async for piece in request.stream():
        pieces.append(piece)
        length += len(piece)
        if length > LARGEST_BODY:
            raise PageRefused("too_large")
    return b"".join(pieces)
