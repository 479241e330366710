"""For those who keep the service running: is it alive, can it take answers, how many came (rounded)."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
def show_alive() -> PlainTextResponse:
    return PlainTextResponse("alive\n")


@router.get("/readyz")
def show_ready(request: Request) -> PlainTextResponse:
    """Ready means that an answer sent now would be stored."""
    ready = request.app.state.ballots.is_ready()
    return PlainTextResponse("ready\n" if ready else "not ready\n", 200 if ready else 503)


@router.get("/metrics")
def show_counts(request: Request) -> PlainTextResponse:
    return PlainTextResponse(request.app.state.counters.to_text(), media_type="text/plain; version=0.0.4")
