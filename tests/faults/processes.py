"""Real servers in processes of their own, and people who send pages to them until they are thanked."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from app.settings import Settings
from tests.services.making import make_fields

ROOT = Path(__file__).parents[2]


def environment(settings: Settings) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "COMMONTRUST_DATABASE_URL": settings.database_url,
        "COMMONTRUST_DATA_DIR": str(settings.data_dir),
        "COMMONTRUST_KEY_DIR": str(settings.key_dir),
        "COMMONTRUST_BASE_URL": settings.base_url,
        "COMMONTRUST_SECRET": settings.secret.decode(),
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_serving(port: int, patience: float = 60) -> None:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.005)
    raise TimeoutError(f"nothing serves on port {port}")


class ForkServer:
    """One process that has imported everything: it forks servers and commands for all tests of a worker."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.spawner"],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._read() == "ready"

    def _read(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def fork(self, command: str, argument: object, errors: Path, variables: dict[str, str]) -> int:
        """Return the id of a new process that runs the command with these variables and writes errors to the file."""
        assert self._process.stdin is not None
        asked = {"command": command, "argument": str(argument), "errors": str(errors), "variables": variables}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return int(self._read())

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


@dataclass(frozen=True)
class Spawner:
    """Starts servers and commands of one test, each with its settings."""

    fork_server: ForkServer
    settings: Settings
    errors: Path

    def start(self, command: str, argument: object) -> int:
        return self.fork_server.fork(command, argument, self.errors, environment(self.settings))

    def serve(self) -> tuple[int, int]:
        """Process id and port of a server that takes requests."""
        port = free_port()
        process = self.start("serve", port)
        wait_until_serving(port)
        return process, port


def kill(process: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@dataclass(frozen=True)
class Page:
    """One person's page: what she answers, with the number in it and maybe her code."""

    answer: int
    number: str
    code: str = ""

    @property
    def body(self) -> bytes:
        hidden = {
            "_number": self.number,
            "_agency": "police",
            "_lang": "en",
            "_code": self.code,
            "_at": "0",
            "_do": "send",
            "_pace": "3",
        }
        return urlencode(
            [*hidden.items(), *((code, value[0]) for code, value in make_fields(self.answer).items())]
        ).encode()


@dataclass
class Crowd:
    """People who send their pages, again after a cut line, to whichever server is there."""

    wave: str
    pages: queue.SimpleQueue[Page]
    size: int = 6
    thanked: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    port: int = 0
    _going: bool = True
    _people: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        self._people = [threading.Thread(target=self._send_pages, daemon=True) for _ in range(self.size)]
        for person in self._people:
            person.start()

    def stop(self) -> None:
        self._going = False
        for person in self._people:
            person.join(20)

    def _send_pages(self) -> None:
        while self._going:
            try:
                page = self.pages.get(timeout=0.05)
            except queue.Empty:
                continue
            with self._line() as line:
                self._send_until_cut(line, page)

    @contextlib.contextmanager
    def _line(self) -> Iterator[http.client.HTTPConnection]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            yield line
        finally:
            line.close()

    def _send_until_cut(self, line: http.client.HTTPConnection, page: Page) -> None:
        while self._going:
            try:
                line.request(
                    "POST", f"/s/{self.wave}", page.body, {"Content-Type": "application/x-www-form-urlencoded"}
                )
                answer = line.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                self.pages.put(page)  # "not sent": she presses the button again later
                time.sleep(0.005)
                return
            (self.thanked if answer.status == 200 else self.refused).append(page.answer)
            try:
                page = self.pages.get_nowait()
            except queue.Empty:
                return
        self.pages.put(page)
