"""Check and store the logo of a community: PNG, JPEG, or SVG without anything that runs or loads."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from sqlalchemy import Engine

from app.errors import Refused
from app.records import logos
from app.records.audit_log import record_act
from app.records.communities import get_community
from app.records.database import reading, writing
from app.services.common.actor import Actor

LARGEST = 150_000  # bytes
PNG, JPEG, SVG = "image/png", "image/jpeg", "image/svg+xml"
STARTS = {b"\x89PNG\r\n\x1a\n": PNG, b"\xff\xd8\xff": JPEG}
# No part gives back what it took: a file of comments alone would otherwise take years.
IS_SVG = re.compile(rb"\s*+(?:<\?xml[^>]*+>\s*+)?+(?:<!--(?:[^-]|-(?!->))*+-->\s*+)*+<svg[\s>]")
# A logo needs nothing that runs, loads or expands.
ACTIVE = re.compile(
    rb"<\s*+(script|foreignobject|iframe|use|image|animate|set|style)\b|\son\w+\s*=|<!(doctype|entity)|url\(\s*[^#)]|href\s*=\s*[\"'](?!#)",
    re.I,
)


class LogoRefused(Refused):
    """Refuse a file that is no logo."""


@dataclass(frozen=True)
class Logo:
    media_type: str
    content: bytes

    @property
    def address(self) -> str:
        """Return the picture as an address of its own, for a page that loads nothing."""
        return f"data:{self.media_type};base64,{base64.b64encode(self.content).decode()}"


def check_logo(content: bytes) -> Logo:
    """Return the logo with its kind, by its first bytes; refuse all else."""
    if len(content) > LARGEST:
        raise LogoRefused(f"Expected a logo of at most {LARGEST // 1000} kB, got {-(-len(content) // 1000)} kB.")
    kind = next((kind for start, kind in STARTS.items() if content.startswith(start)), None)
    if kind is None and IS_SVG.match(content):
        if ACTIVE.search(content):
            raise LogoRefused(
                "Expected an SVG of shapes alone, got one that runs, styles or loads something: save it as PNG."
            )
        kind = SVG
    if kind is None:
        raise LogoRefused("Expected a picture as PNG, JPEG or SVG, got another file.")
    return Logo(kind, content)


def store_logo(engine: Engine, community: str, content: bytes, actor: Actor) -> None:
    logo = check_logo(content)
    with writing(engine) as session:
        logos.store_logo(session, get_community(session, community).id or 0, logo.media_type, logo.content)
        record_act(session, actor.name, "logo stored", community, actor.now, size=len(logo.content))


def find_logo(engine: Engine, community: str) -> Logo | None:
    with reading(engine) as session:
        found = logos.find_logo(session, get_community(session, community).id or 0)
        return Logo(found.media_type, found.content) if found else None
