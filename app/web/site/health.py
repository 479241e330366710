"""Health checks for the people who run the service: is it alive, can it store answers, rounded counts."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse

from app.services.intake.submission import BallotBox
from app.web.metrics import RoundedCounters


class HealthChecks:
    """Serve `/healthz`, `/readyz` and `/metrics`."""

    def __init__(self, ballots: BallotBox, counters: RoundedCounters) -> None:
        self.ballots, self.counters = ballots, counters

    def show_alive(self, request: Request) -> PlainTextResponse:
        return PlainTextResponse("alive\n")

    def show_ready(self, request: Request) -> PlainTextResponse:
        """Show whether the service could store an answer now."""
        ready = self.ballots.is_ready()
        return PlainTextResponse("ready\n" if ready else "not ready\n", 200 if ready else 503)

    def show_counts(self, request: Request) -> PlainTextResponse:
        return PlainTextResponse(self.counters.to_text(), media_type="text/plain; version=0.0.4")
