"""`/readyz` says ready only if an answer could be stored now, and nothing that hangs stops the event loop."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import anyio.to_thread
import httpx
import pytest
from sqlalchemy import Engine, event, text
from starlette.testclient import TestClient

from app.main import create_app
from app.services.holders.service_secret import check_secret
from app.services.intake import group_commit, readiness
from app.services.jobs.supervisor import SEEN
from app.services.waves import frozen_words, open_waves
from app.web.site import health
from tests.web.service import Service, open_service


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with open_service(tmp_path) as service:
        check_secret(service.engine, service.settings)
        yield service


def change(service: Service, statement: str) -> None:
    with service.engine.begin() as connection:
        connection.execute(text(statement))


def fill_disk(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=readiness.LEAST_SPACE - 1))


def stop_writer(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    service.app.state.ballots.stop()


def let_commit_hang(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_commit, "STUCK_AFTER", -1.0)
    service.app.state.ballots._writer._counting_since = time.monotonic()


def lose_words(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frozen_words, "_UNPACKED", {})
    monkeypatch.setattr(open_waves, "FRESH_FOR", -1.0)
    change(service, "UPDATE frozen_words SET content = substr(content, 1, 40)")


def change_secret(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    change(service, "UPDATE service SET secret_name = 'another'")


def break_survey(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_waves, "FRESH_FOR", -1.0)
    change(service, "UPDATE wave SET survey_text = substr(survey_text, 1, 300)")


FAULTS: dict[str, tuple[Callable[[Service, pytest.MonkeyPatch], None], str]] = {
    "full disk": (fill_disk, "disk"),
    "stopped writer": (stop_writer, "writer"),
    "hanging commit": (let_commit_hang, "writer"),
    "damaged words": (lose_words, "words"),
    "damaged survey": (break_survey, "words"),
    "other secret": (change_secret, "secret"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_named_in_one_word(service: Service, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert service.client.get("/readyz").text == "ready\n"
    make, word = FAULTS[fault]
    make(service, monkeypatch)
    answer = service.client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, f"not ready: {word}\n")


def test_database_that_another_program_has_locked_is_not_ready(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "PATIENCE", 0.2)
    with service.engine.begin() as busy:
        busy.execute(text("UPDATE wave SET contact = contact"))
        assert service.client.get("/readyz").text == "not ready: database\n"
    monkeypatch.setattr(health, "PATIENCE", 5.0)
    assert service.client.get("/readyz").text == "ready\n"


def test_supervisor_that_stands_still_is_not_ready(service: Service) -> None:
    watched = replace(service.settings, has_supervisor=True)
    seen = service.settings.data_dir / SEEN
    with TestClient(create_app(watched)) as client:
        assert client.get("/readyz").text == "not ready: jobs\n"
        seen.touch()
        assert client.get("/readyz").text == "ready\n"
        os.utime(seen, (0, time.time() - 31))
        assert client.get("/readyz").text == "not ready: jobs\n"


def test_check_of_writing_leaves_no_row(service: Service) -> None:
    assert service.client.get("/readyz").status_code == 200
    with service.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM spent_number")).scalar_one() == 0


def test_alive_is_answered_while_all_threads_are_busy(service: Service) -> None:
    """Passwords are hashed in the threads of the framework; they may all be busy for seconds."""

    async def ask() -> str:
        transport = httpx.ASGITransport(service.app)
        async with httpx.AsyncClient(transport=transport, base_url="https://survey.example.org") as client:
            anyio.to_thread.current_default_thread_limiter().total_tokens = 1
            free = threading.Event()
            busy = asyncio.create_task(anyio.to_thread.run_sync(free.wait))
            try:
                await asyncio.sleep(0)
                async with asyncio.timeout(5):
                    return (await client.get("/healthz")).text + (await client.get("/readyz")).text
            finally:
                free.set()
                await busy

    assert asyncio.run(ask()) == "alive\nready\n"


def test_no_statement_runs_in_the_event_loop(service: Service) -> None:
    """A database that hangs would stop every request of the process there."""
    found: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return
        found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        for path in (service.address, f"{service.address}/paper", "/", "/readyz", "/healthz", "/metrics", "/reports"):
            service.app.state.ballots._waves.forget()
            service.client.get(path)
        for path in (
            service.address,
            "/desk/riverside-2026",
            "/staff/sign-in",
            "/say/river-city",
            "/api/v1/measures/x",
        ):
            service.app.state.ballots._waves.forget()
            service.client.post(path, data={"_desk": "AAAA", "_do": "send", "A1": "3"})
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert found == []


def test_hanging_database_delays_a_known_page_by_a_second_at_most(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = service.client.get(service.address)
    waves, hangs = service.app.state.ballots._waves, threading.Event()
    monkeypatch.setattr(waves, "_refresh", hangs.wait)
    monkeypatch.setattr(open_waves, "PATIENCE", 0.1)
    try:
        for _ in range(20):
            waves.forget()
            started = time.monotonic()
            page = service.client.get(service.address)
            assert page.status_code == before.status_code
        assert time.monotonic() - started < 0.1, "after the first wait nobody waits again"
        assert service.client.get("/healthz").status_code == 200
    finally:
        hangs.set()
