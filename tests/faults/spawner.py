"""A process that has imported everything and forks servers and commands in milliseconds, so that many can be killed.

Reads lines of JSON with a command (`serve` a port, `open` a wave), its variables and the file of its errors; answers
each with the process id. Run by `tests/faults/processes.py`.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import UTC, datetime
from typing import NoReturn

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
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            run(**asked)
        print(child, flush=True)


def run(command: str, argument: str, variables: dict[str, str], errors: str) -> NoReturn:
    """Run the command as a process of its own."""
    os.dup2(os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)
    os.environ.update(variables)
    try:
        COMMANDS[command](argument)
    except Exception as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
