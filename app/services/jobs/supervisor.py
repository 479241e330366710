"""Watch for jobs beside the server of one machine, and run each in a process of its own.

A job in the server's own process would make residents wait for the interpreter.
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

EVERY = 2.0  # seconds between two queries for jobs
# Linear algebra would keep all cores busy, which residents need; a job is no slower on one core.
ONE_CORE = {"OPENBLAS_NUM_THREADS": "1"}
COMMAND = (sys.executable, "-P", "-c", "from app.cli import main; main()", "work", "--until-idle")


class JobSupervisor:
    """Start a worker process when a job waits. The worker ends by itself when none is left."""

    def __init__(self, engine: Engine, command: tuple[str, ...] = COMMAND, every: float = EVERY) -> None:
        self._engine, self._command, self._every = engine, command, every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="job supervisor", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(self._every):
            # Continue after the database was briefly unreachable.
            with contextlib.suppress(SQLAlchemyError):
                if has_work(self._engine, now_utc()):
                    self._run_worker()

    def _run_worker(self) -> None:
        process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, env=ONE_CORE | os.environ)
        while process.poll() is None:
            if self._over.wait(0.2):
                process.terminate()  # the worker returns its job to the queue
                process.wait()


@contextlib.contextmanager
def supervised(database_url: str) -> Iterator[None]:
    """Run a job supervisor until the block ends."""
    engine = connect(database_url)
    supervisor = JobSupervisor(engine)
    supervisor.start()
    try:
        yield
    finally:
        supervisor.stop()
        engine.dispose()
