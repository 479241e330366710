"""The whole OpenAPI description against the service itself: to right and wrong requests it answers as it says.

Among the checks: without the key, and with a wrong one, nothing opens; a method that is not described is refused.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import pytest
import schemathesis
from schemathesis.engine import Status, events, from_schema
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.drills import choose
from tests.web.api.callers import EVERYTHING, POLICE, ROLES, Desk

EXAMPLES = choose(8, 60)  # of each operation, beside the systematic ones


@dataclass
class Run:
    """Count requests and statuses, and hold each response that differs from the description."""

    statuses: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    @property
    def cases(self) -> int:
        return self.statuses.total()

    def take(self, event: events.EngineEvent) -> None:
        if isinstance(event, events.NonFatalError | events.FatalError):
            self.failures.append(f"{event}")
        elif isinstance(event, events.ScenarioFinished):
            self._take_scenario(event)

    def _take_scenario(self, event: events.ScenarioFinished) -> None:
        for name, interaction in event.recorder.interactions.items():
            assert interaction.response is not None, "the service answers everything"
            self.statuses[interaction.response.status_code] += 1
            self.failures += [
                f"{interaction.request.method} {interaction.request.uri}: {check.name}"
                for check in event.recorder.checks.get(name, ())
                if check.status != Status.SUCCESS
            ]


def run(desk: Desk, role: str) -> Run:
    config = schemathesis.Config.from_dict(
        {"headers": desk.headers(role), "generation": {"max-examples": EXAMPLES, "deterministic": True}}
    )
    description = schemathesis.openapi.from_asgi("/api/openapi.json", already_started(desk.app), config=config)
    found = Run()
    for event in from_schema(description).execute():
        found.take(event)
    return found


def already_started(app: ASGIApp) -> ASGIApp:
    """The application but for its beginning and end, which belong to the fixture."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            return await app(scope, receive, send)
        for step in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{step}.complete"})

    return answer


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_every_answer_is_as_the_description_says(desk: Desk, role: str) -> None:
    found = run(desk, role)
    print(f"{role}: {found.cases} requests, {dict(sorted(found.statuses.items()))}")
    assert found.failures == []
    assert found.cases > EXAMPLES
    if role in (EVERYTHING, POLICE):
        assert {200, 404, 405, 422} <= set(found.statuses)
    assert set(found.statuses) <= {200, 400, 401, 403, 404, 405, 422}
