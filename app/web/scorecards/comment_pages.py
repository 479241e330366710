"""The public form: comment on a figure, dispute it, or ask for data, without an account and without a trace."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import ClassVar
from urllib.parse import parse_qsl

from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.language.extraction import mark
from app.services.registers.comments import LONGEST, Slip, receive_comment
from app.services.scorecards.names import DOMAIN
from app.services.scorecards.publish import FrozenScorecard
from app.web import rendering
from app.web.error_pages import PageRefused
from app.web.locale import list_language_links
from app.web.lru_cache import LruCache
from app.web.rendering import policy
from app.web.scorecards.page import view_card
from app.web.scorecards.phrasing import scorecard_phrasing
from app.web.view_models import LanguageLink, Screen

LARGEST_FORM, MOST_FIELDS, MOST_SUBJECTS = 40_000, 20, 64
SLIPS: Mapping[Slip, str] = {
    "empty": mark("Please fill in every field."),
    "too_long": mark("That is too long."),
    "full": mark("Too many comments are waiting. Please come back later."),
}
PAGE = "scorecard"  # a comment about the whole page
SENT = "sent"  # asks for the thanks


@dataclass(frozen=True)
class SayScreen(Screen):
    """The form; `slip` says what is missing, `sent` that the comment was received."""

    template: ClassVar[str] = "scorecards/say.html"
    styles: ClassVar[tuple[str, ...]] = ("site.css", "public.css", "report.css", "scorecard.css")

    community: str
    name: str
    language_links: tuple[LanguageLink, ...]
    subjects: tuple[tuple[str, str], ...]
    filled: Mapping[str, str] = field(default_factory=dict)
    slip: str = ""
    sent: bool = False
    most: int = LONGEST


def subjects_of(frozen: FrozenScorecard, lang: str) -> tuple[tuple[str, str], ...]:
    """Return what a reader can choose: the page, each measure that is shown, and each entry of a register."""
    view = view_card(frozen, lang)
    measures = [
        (each.id, f"{each.id} {each.title}") for step in view.steps for each in step.measures if not each.missing
    ]
    entries = [
        (entry.id, f"{part.title}: {entry.title}"[:120])
        for section in view.sections
        for part in section.parts
        for entry in part.entries
        if entry.id
    ]
    return ((PAGE, view.title), *measures, *dict(entries).items())


class CommentPages:
    """Show the form and receive it. Nothing about the sender is read or stored."""

    def __init__(self, engine: Engine, asked: Callable[[Request], tuple[FrozenScorecard, str]]) -> None:
        self.engine, self.asked = engine, asked
        self.subjects: LruCache[tuple[str, str], tuple[tuple[str, str], ...]] = LruCache(MOST_SUBJECTS)

    def subjects_of(self, frozen: FrozenScorecard, lang: str) -> tuple[tuple[str, str], ...]:
        return self.subjects.get((frozen.card.sha256, lang), lambda: subjects_of(frozen, lang))

    async def show(self, request: Request) -> Response:
        return await run_in_threadpool(self.respond, request, {}, None, SENT in request.query_params)

    async def receive(self, request: Request) -> Response:
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > LARGEST_FORM:
                raise PageRefused("too_large")
        return await run_in_threadpool(self.take, request, read_fields(bytes(body)))

    def take(self, request: Request, filled: Mapping[str, str]) -> Response:
        frozen, lang = self.asked(request)
        known = dict(self.subjects_of(frozen, lang))
        about = filled.get("about", "")
        today = datetime.now(UTC).date()
        slip: Slip | None = "empty"
        if about in known:
            slip = receive_comment(
                self.engine, frozen.community, about, filled.get("kind", ""), filled.get("words", ""), lang, today
            )
        if slip is None:
            # No page answers the form: the history of a shared phone would keep it together with the words.
            address = f"/say/{frozen.community}?{SENT}=yes&lang={lang}"
            return Response(status_code=303, headers={"location": address, "cache-control": "no-store"})
        return self.respond(request, filled, slip)

    def respond(self, request: Request, filled: Mapping[str, str], slip: Slip | None, sent: bool = False) -> Response:
        frozen, lang = self.asked(request)
        phrasing = scorecard_phrasing(lang, frozen.words[lang])
        screen = SayScreen(
            lang, frozen.community, phrasing.words["community"], list_language_links(frozen.languages),
            self.subjects_of(frozen, lang), filled, phrasing.text(SLIPS[slip]) if slip else "", sent,
        )  # fmt: skip
        headers = {"content-security-policy": policy(screen), "content-language": lang, "cache-control": "no-store"}
        return HTMLResponse(rendering.render(screen, DOMAIN), 422 if slip else 200, headers)


def read_fields(body: bytes) -> dict[str, str]:
    """Read the fields of a form; bytes that are no text are replaced."""
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise PageRefused("refused") from None
    return {name: value.replace("\0", "") for name, value in pairs}
