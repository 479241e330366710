"""A process that has imported everything and forks servers and commands in milliseconds, so that many can be killed.

Reads lines `serve PORT` and `open WAVE`, answers each with the process id. Run by `tests/faults/processes.py`.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime

import uvicorn

from app.main import create_app
from app.records.database import connect
from app.services.common.actor import Actor
from app.settings import load_settings
from tests.services.making import open_boxes


def serve(port: str) -> None:
    uvicorn.run(create_app(load_settings()), port=int(port), access_log=False, log_level="warning")


def open_box(wave: str) -> None:
    settings = load_settings()
    open_boxes(connect(settings.database_url), settings, wave, Actor("olga", datetime.now(UTC)))


COMMANDS = {"serve": serve, "open": open_box}


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # no process waits for children that ended
    print("ready", flush=True)
    for line in sys.stdin:
        command, argument = line.split()
        child = os.fork()
        if child == 0:
            try:
                COMMANDS[command](argument)
            except Exception as error:
                print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            finally:
                os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    main()
