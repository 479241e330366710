"""Read what others upload in a process of its own, which may take little memory and few seconds, and may die.

A workbook of a kilobyte can ask for gigabytes. Here only the child pays for it, and residents notice nothing.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any

from app.errors import Refused

SECONDS = 20
MEMORY = 1 << 30  # bytes of address space: the libraries alone take half of it
MOST_ANSWER = 8 * 1024 * 1024  # bytes that come back
AT_ONCE = 2
FAILED, TOO_LARGE = 10, 11  # statuses of the child
COMMAND = (sys.executable, "-P", "-c", "from app.services.common.limited_process import main; main()")
# A reader of files needs these variables of the environment alone; the SECRET is not among them.
KEPT = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "HOME", "VIRTUAL_ENV", "TMPDIR")
ONE_CORE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}

Answer = dict[str, Any]
_places = threading.BoundedSemaphore(AT_ONCE)


class TooCostly(Refused):
    """Refuse a file that cannot be read within the limits."""

    def __init__(self, expected: str, arrived: str) -> None:
        self.expected, self.arrived = expected, arrived
        super().__init__(self.describe("a file"))

    def describe(self, kind: str) -> str:
        """Return the sentence about a file of a kind, such as "a workbook"."""
        return (
            f"Expected {kind} that can be read {self.expected}, got {self.arrived}: save its content in a smaller one."
        )


def run_limited(task: Callable[..., Answer], content: bytes, **arguments: Any) -> Answer:
    """Call `task(content, **arguments)` in a child process; it and its answer must be plain data.

    Raises `TooCostly` where the child is too slow, too large or dies.
    """
    head = json.dumps({"module": task.__module__, "name": task.__name__, "arguments": arguments}).encode()
    environment = {name: os.environ[name] for name in KEPT if name in os.environ} | ONE_CORE
    with _places:
        try:
            done = subprocess.run(
                COMMAND,
                input=head + b"\n" + content,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise TooCostly(f"within {SECONDS} seconds", "one that takes longer") from None
    if done.returncode == FAILED:
        raise TooCostly("to its end", "something else")
    if done.returncode or not done.stdout:
        raise TooCostly(f"with {MEMORY >> 20} MB of memory", "one that needs more")
    answer: Answer = json.loads(done.stdout)
    return answer


def main() -> None:
    """Serve one call on the standard streams, within the limits."""
    call = json.loads(sys.stdin.buffer.readline())
    task = getattr(importlib.import_module(call["module"]), call["name"])
    content = sys.stdin.buffer.read()
    limit(MEMORY, SECONDS)
    try:
        answer = json.dumps(task(content, **call["arguments"])).encode()
    except MemoryError:
        sys.exit(TOO_LARGE)
    except Exception:  # a damaged file fails anywhere inside a reader, with any error
        sys.exit(FAILED)
    if len(answer) > MOST_ANSWER:
        sys.exit(TOO_LARGE)
    sys.stdout.buffer.write(answer)


def limit(memory: int, seconds: int) -> None:
    """Limit this process: its memory, its time on the processor, and that it writes no file."""
    limits: Mapping[int, int] = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in limits.items():
        _, hard = resource.getrlimit(kind)
        wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (wanted, wanted))
