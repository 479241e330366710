"""For one machine: watches for jobs beside the server and has each done by a process of its own.

Not in the server's own process, where a report would make residents wait for the interpreter.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from app.records.database import connect
from app.services.jobs.queue import has_work, now_utc

EVERY = 2.0  # seconds between two looks
# Linear algebra would keep all cores busy, even while it waits; residents need them, and a job is no slower without.
ONE_CORE = {"OPENBLAS_NUM_THREADS": "1"}
COMMAND = (sys.executable, "-P", "-c", "from app.cli import main; main()", "work", "--until-idle")


class JobSupervisor:
    """One thread; the process that it starts ends by itself once nothing waits."""

    def __init__(self, engine: Engine, command: tuple[str, ...] = COMMAND, every: float = EVERY) -> None:
        self._engine, self._command, self._every = engine, command, every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="foreman", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(self._every):
            # A database that is away for a moment comes back; so do we.
            with contextlib.suppress(SQLAlchemyError):
                if has_work(self._engine, now_utc()):
                    self._have_it_done()

    def _have_it_done(self) -> None:
        process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, env=ONE_CORE | os.environ)
        while process.poll() is None:
            if self._over.wait(0.2):
                process.terminate()  # it hands its job back
                process.wait()


@contextlib.contextmanager
def supervised(database_url: str) -> Iterator[None]:
    """A foreman for as long as the block lasts."""
    engine = connect(database_url)
    foreman = JobSupervisor(engine)
    foreman.start()
    try:
        yield
    finally:
        foreman.stop()
        engine.dispose()
