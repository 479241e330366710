"""Show refusals as pages in the person's language: one table from refusals to statuses and kinds of page.

Unexpected failures show a plain page with a reference. The log contains places in the code and never a message or a
value, because either may quote an answer.
"""

from __future__ import annotations

import json
import logging
import secrets

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import AnswerNotStored, DatabaseNotReady, NotFound, Refused
from app.language.languages import LANGUAGES
from app.log_format import describe_failure as describe_failure
from app.records.database import AWAY
from app.services.waves.wave_words import WaveWords
from app.web import rendering
from app.web.locale import choose_language
from app.web.metrics import RoundedCounters
from app.web.view_models import RefusedScreen

COME_BACK = "10"  # seconds

log = logging.getLogger("commontrust.failures")

STATUS_OF_KIND: dict[str, int] = {
    "not_found": 404,
    "closed": 410,
    "too_large": 413,
    "foreign": 403,
    "refused": 400,
    "not_printed": 503,
    "not_stored": 503,
    "failed": 500,
}
KIND_OF_REFUSAL: dict[type[Refused], str] = {
    NotFound: "not_found",
    AnswerNotStored: "not_stored",
    DatabaseNotReady: "not_stored",
    Refused: "refused",
}
KIND_OF_STATUS: dict[int, str] = {status: kind for kind, status in STATUS_OF_KIND.items()}


class PageRefused(Exception):
    """A refused request for a page; `kind` is a row of the table, `words` those that an open wave froze."""

    def __init__(self, kind: str, lang: str | None = None, words: WaveWords | None = None) -> None:
        assert kind in STATUS_OF_KIND
        self.kind, self.lang, self.words = kind, lang, words
        super().__init__(kind)


def add_error_pages(app: FastAPI) -> None:
    app.add_exception_handler(PageRefused, show_page_refused)
    app.add_exception_handler(Refused, show_refused)
    app.add_exception_handler(HTTPException, show_http_refused)


async def show_page_refused(request: Request, refused: Exception) -> Response:
    assert isinstance(refused, PageRefused)
    return show(request, refused.kind, lang=refused.lang, words=refused.words)


async def show_refused(request: Request, refused: Exception) -> Response:
    assert isinstance(refused, Refused)
    kind = next(KIND_OF_REFUSAL[each] for each in type(refused).__mro__ if each in KIND_OF_REFUSAL)
    return show(request, kind, sentence=str(refused))


async def show_http_refused(request: Request, refused: Exception) -> Response:
    assert isinstance(refused, HTTPException)
    kind = KIND_OF_STATUS.get(refused.status_code, "refused")
    answer = show(request, kind, sentence=refused.detail, status=refused.status_code)
    answer.headers.update(refused.headers or {})
    return answer


def show(
    request: Request,
    kind: str,
    *,
    sentence: str = "",
    status: int | None = None,
    lang: str | None = None,
    words: WaveWords | None = None,
) -> Response:
    """Show a page to people, or one sentence as JSON to programs."""
    code = status or STATUS_OF_KIND[kind]
    if request.url.path.startswith("/api/"):
        return JSONResponse({"detail": sentence or kind}, code)
    return rendering.respond(RefusedScreen(lang or language_of(request), kind), code, frozen=words)


def language_of(request: Request) -> str:
    asked, accepted = request.query_params.get("lang"), request.headers.get("accept-language", "")
    return choose_language(asked, accepted, tuple(LANGUAGES))


class PlainFailures:
    """Catch unexpected failures of all routes, before the server could log them with their values."""

    def __init__(self, app: ASGIApp, counters: RoundedCounters | None = None) -> None:
        self.app, self.counters = app, counters or RoundedCounters()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = True
            if message.get("status") == STATUS_OF_KIND["failed"]:
                self.counters.add("failures")
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except Exception as failure:
            if scope["type"] != "http":
                raise
            self.counters.add("failures")
            if isinstance(failure, AWAY):
                log.error("%s", json.dumps({"failure": type(failure).__name__}))
                if not started:
                    await self.ask_to_come_back(Request(scope))(scope, receive, send)
                return
            reference = log_failure(failure)
            if not started:
                page = RefusedScreen(language_of(Request(scope)), "failed", reference)
                await self.respond(page)(scope, receive, send)

    @staticmethod
    def ask_to_come_back(request: Request) -> Response:
        """Ask to retry while the database is away. The page reloads by itself, unless it would send a form twice."""
        answer = show(request, "not_stored", sentence="The service cannot reach its database; try again soon.")
        answer.headers["retry-after"] = COME_BACK
        if request.method == "GET":
            answer.headers["refresh"] = COME_BACK
        return answer

    @staticmethod
    def respond(page: RefusedScreen) -> HTMLResponse:
        return rendering.respond(page, STATUS_OF_KIND["failed"])


def log_failure(failure: BaseException) -> str:
    """Log an unexpected failure without any value, and return the reference that its page shows."""
    reference = secrets.token_hex(4)
    log.error("%s", json.dumps({"reference": reference, **describe_failure(failure)}))
    return reference
