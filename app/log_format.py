"""Write each line of the log as JSON with its level, and no value of a request."""

from __future__ import annotations

import json
import logging
import traceback
from typing import Any

OURS = ("app", "analysis", "commontrust")


class JsonLines(logging.Formatter):
    """Format a record as one line of JSON. An exception is shown by its class and places, never by its message.

    The line has no time: whatever reads the output adds one, and answers must not be dated here.

    >>> JsonLines().format(logging.makeLogRecord({"name": "x", "levelname": "INFO", "msg": "ready"}))
    '{"level": "info", "logger": "x", "message": "ready"}'
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {"level": record.levelname.lower(), "logger": record.name}
        message = record.getMessage()
        facts = _read_facts(message)
        line |= facts if facts is not None else {"message": message}
        if record.exc_info and record.exc_info[1] is not None:
            line |= describe_failure(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _read_facts(message: str) -> dict[str, Any] | None:
    """Return the facts of a message that is JSON itself."""
    try:
        found = json.loads(message) if message.startswith("{") else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def describe_failure(failure: BaseException) -> dict[str, object]:
    """Describe a failure by its type and places in the code, without message and values."""
    places = [
        f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in traceback.extract_tb(failure.__traceback__)
    ]
    return {"failure": type(failure).__name__, "places": places}


def make_logging(level: str) -> dict[str, Any]:
    """Return the configuration of all logs of a process: JSON lines on the error output.

    The level is that of our own code alone. Libraries stay at warnings: with more, the one of the database would write
    each statement with its values.

    >>> make_logging("debug")["root"]["level"]
    'WARNING'
    """
    handler = {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": f"{__name__}.{JsonLines.__name__}"}},
        "handlers": {"errors": handler},
        "loggers": {name: {"level": level.upper()} for name in OURS},
        "root": {"level": "WARNING", "handlers": ["errors"]},
    }
