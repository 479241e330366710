"""Watch for jobs beside the server of one machine, and run each in a process of its own.

A job in the server's own process would make residents wait for the interpreter.
"""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import Engine

from app.private_files import make_private_file
from app.records.database import connect
from app.services.jobs.queue import has_work, now_utc

log = logging.getLogger(__name__)

SEEN, SEEN_FOR = "jobs-seen", 30.0  # a file whose age says whether the supervisor lives; seconds
Daily = Callable[[Engine], None]
DAILY_EVERY = 600.0  # seconds between two looks at what is due each day
EVERY = 2.0  # seconds between two queries for jobs
# Linear algebra would keep all cores busy, which residents need; a job is no slower on one core.
ONE_CORE = {"OPENBLAS_NUM_THREADS": "1"}
COMMAND = (sys.executable, "-P", "-c", "from app.cli import main; main()", "work", "--until-idle")


class JobSupervisor:
    """Start a worker process when a job waits. The worker ends by itself when none is left."""

    def __init__(
        self,
        engine: Engine,
        command: tuple[str, ...] = COMMAND,
        every: float = EVERY,
        folder: Path | None = None,
        daily: Daily | None = None,
    ) -> None:
        self._engine, self._command, self._every, self._folder = engine, command, every, folder
        self._daily, self._looked_at = daily, -DAILY_EVERY
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="job supervisor", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(self._every):
            # No error may end the watch: the database, the memory for a process or the table of files come back.
            try:
                self._step()
            except Exception as error:
                log.error("the job supervisor tries again: %s", type(error).__name__)

    def _step(self) -> None:
        waits = has_work(self._engine, now_utc())
        self._say_alive()
        if waits:
            self._run_worker()
        self._do_daily()

    def _do_daily(self) -> None:
        if self._daily and time.monotonic() - self._looked_at >= DAILY_EVERY:
            self._looked_at = time.monotonic()
            self._daily(self._engine)

    def _say_alive(self) -> None:
        if self._folder is not None:
            (self._folder / SEEN).touch(mode=0o600)

    def _run_worker(self) -> None:
        process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, env=ONE_CORE | os.environ)
        while process.poll() is None:
            self._say_alive()
            if self._over.wait(0.2):
                process.terminate()  # the worker returns its job to the queue
                process.wait()


def is_seen(folder: Path) -> bool:
    """Return whether a supervisor of this machine was alive, and its database answered, within half a minute."""
    return time.time() - (folder / SEEN).stat().st_mtime < SEEN_FOR


@contextlib.contextmanager
def supervised(database_url: str, folder: Path, daily: Daily | None = None) -> Iterator[None]:
    """Run a job supervisor until the block ends. It leaves a sign of life in the folder, for `/readyz`."""
    engine = connect(database_url)
    make_private_file(folder / SEEN)
    (folder / SEEN).touch()
    supervisor = JobSupervisor(engine, folder=folder, daily=daily)
    supervisor.start()
    try:
        yield
    finally:
        supervisor.stop()
        engine.dispose()
