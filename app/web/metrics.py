"""Count pages and answers, rounded to fives, and add up the counts of all worker processes of a machine.

Each worker writes its rounded counts to a file of its own every ten seconds, whether or not something changed: the
time of the file says nothing about anyone. A library that shares exact counters between processes would keep a file
that changes with each answer, and a reader of the disk could date it.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from app.private_files import private_folder

STEP = 5
PREFIX = "commontrust_"
ROUNDED_UP = frozenset({"failures"})  # the first one must be seen, and no answer is stored in it
EVERY = 10.0  # seconds
FOLDER = "metrics"

log = logging.getLogger(__name__)


class RoundedCounters:
    """Counts by name, shown only in whole fives."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, name: str) -> None:
        self._counts[name] += 1

    def rounded(self) -> dict[str, int]:
        return {name: _round(name, count) for name, count in sorted(self._counts.items())}


def _round(name: str, count: int) -> int:
    return -(-count // STEP) * STEP if name in ROUNDED_UP else count - count % STEP


class SharedCounters:
    """Write the counts of this process for the others, and read those of all.

    A process that ended stays in the sums, so that a counter never falls; `begin` clears the folder at the start.
    """

    def __init__(self, own: RoundedCounters, data_dir: Path) -> None:
        self._own, self._folder = own, data_dir / FOLDER
        self._over = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._keep_writing, name="metrics", daemon=True).start()

    def stop(self) -> None:
        self._over.set()

    def _keep_writing(self) -> None:
        while not self._over.wait(EVERY):
            self.write()

    def write(self) -> None:
        """Write the counts of this process; a full disk or a folder that is gone costs only the figures."""
        try:
            path = private_folder(self._folder) / f"{os.getpid()}.json"
            draft = path.with_suffix(".part")
            draft.write_text(json.dumps(self._own.rounded()))
            draft.replace(path)
        except OSError as error:
            log.warning("the counts of this process were not written: %s", type(error).__name__)

    def read(self) -> dict[str, int]:
        """Return the sums of all processes. The counts of this one are those of now."""
        found = Counter(self._own.rounded())
        for path in self._folder.glob("*.json"):
            if path.stem != str(os.getpid()):
                found.update(_read_counts(path))
        return dict(sorted(found.items()))


def _read_counts(path: Path) -> Mapping[str, int]:
    try:
        return {f"{name}": int(count) for name, count in json.loads(path.read_bytes()).items()}
    except (OSError, ValueError, AttributeError):
        return {}


def begin(data_dir: Path) -> None:
    """Remove the counts of an earlier run."""
    for path in (data_dir / FOLDER).glob("*"):
        path.unlink(missing_ok=True)


def to_text(counters: Mapping[str, int], gauges: Mapping[str, float]) -> str:
    """Return the figures in Prometheus' text format; the name of a gauge may have labels."""
    lines = ["# Counters are rounded to whole fives: a single resident never shows."]
    for name, count in counters.items():
        lines += [f"# TYPE {PREFIX}{name}_total counter", f"{PREFIX}{name}_total {count}"]
    shown: set[str] = set()
    for name, value in gauges.items():
        plain = name.partition("{")[0]
        lines += [f"# TYPE {PREFIX}{plain} gauge"] if plain not in shown else []
        shown.add(plain)
        lines.append(f"{PREFIX}{name} {value:g}")
    return "\n".join(lines) + "\n"
