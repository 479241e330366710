"""Run commands one after the other in one process and report each: its status, words, seconds and memory.

A command that kills its process kills only this one.
"""

from __future__ import annotations

import contextlib
import io
import json
import resource
import sys
import time


def run(arguments: list[str]) -> dict[str, object]:
    from app.cli import main

    out, started = io.StringIO(), time.monotonic()
    status: object = None
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        try:
            main(arguments)
        except SystemExit as ended:
            status = ended.code
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    return {"status": status, "said": out.getvalue(), "seconds": time.monotonic() - started, "memory": memory}


def serve() -> None:
    """Answer each line of the input, a list of arguments, with a line of the output."""
    output = sys.stdout
    for line in sys.stdin:
        output.write(json.dumps(run(json.loads(line))) + "\n")
        output.flush()


if __name__ == "__main__":
    serve()
