"""Health checks for the people who run the service: is it alive, can it store answers, rounded counts.

They share no thread with requests that hash passwords or write reports: `/healthz` is answered in the event loop, and
`/readyz` looks in a thread of its own.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import threading
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future

from starlette.requests import Request
from starlette.responses import PlainTextResponse

from app.services.intake.readiness_checks import CHECKS
from app.services.intake.submission import BallotBox
from app.web.metrics import SharedCounters, to_text

log = logging.getLogger(__name__)

Measure = Callable[[Collection[str]], Mapping[str, float]]

PATIENCE = 4.0  # seconds; a database that takes longer stores no answer in time
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
FROM_ELSEWHERE = "Expected a request from this machine itself, without a proxy: read the figures at its own address.\n"


class HealthChecks:
    """Serve `/healthz`, `/readyz` and `/metrics`."""

    def __init__(self, ballots: BallotBox, counters: SharedCounters, measure: Measure) -> None:
        self.ballots, self.counters, self.measure = ballots, counters, measure
        self.looking: Future[tuple[str, ...]] | None = None

    async def show_alive(self, request: Request) -> PlainTextResponse:
        return PlainTextResponse("alive\n")

    async def show_ready(self, request: Request) -> PlainTextResponse:
        """Show whether the service could store an answer now, and else a word for each reason."""
        faults = await self.find_faults()
        text = f"not ready: {', '.join(faults)}\n" if faults else "ready\n"
        return PlainTextResponse(text, 503 if faults else 200)

    async def find_faults(self) -> tuple[str, ...]:
        """Look once for all who ask meanwhile. A look that takes too long is a database that does not answer."""
        if self.looking is None or self.looking.done():
            self.looking = look(self.ballots)
        done, _ = await asyncio.wait({asyncio.wrap_future(self.looking)}, timeout=PATIENCE)
        return next(iter(done)).result() if done else ("database",)

    async def show_counts(self, request: Request) -> PlainTextResponse:
        """Show the counts of all workers and the figures of this machine, to this machine alone.

        A visitor who watches them would see the moment of an answer, although the counts are rounded.
        """
        if not is_from_here(request):
            return PlainTextResponse(FROM_ELSEWHERE, 403)
        faults = await self.find_faults()
        has_database = "database" not in faults
        gauges = await asyncio.to_thread(self.measure, faults) if has_database else self.measure_faults(faults)
        text = to_text(self.counters.read(), gauges)
        return PlainTextResponse(text, media_type="text/plain; version=0.0.4")

    @staticmethod
    def measure_faults(faults: Collection[str]) -> dict[str, float]:
        """Return what is known without the database."""
        return {"ready": 0.0} | {f'check_ok{{check="{name}"}}': float(name not in faults) for name in CHECKS}


def is_from_here(request: Request) -> bool:
    """Return whether a program on this machine asks, by the loopback address or a socket, and not through a proxy."""
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return request.client is None or ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return True  # a socket of this machine has a name in place of an address


def look(ballots: BallotBox) -> Future[tuple[str, ...]]:
    """Run all checks in a thread that does not keep the process from ending."""
    found: Future[tuple[str, ...]] = Future()
    found.set_running_or_notify_cancel()  # a visitor who leaves cancels nothing

    def work() -> None:
        try:
            found.set_result(ballots.find_faults())
        except Exception as error:
            log.error("a check of readiness failed: %s", type(error).__name__)
            found.set_result(("failed",))

    threading.Thread(target=work, name="readiness", daemon=True).start()
    return found
