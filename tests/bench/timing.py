"""Time several runs, and write the shortest time, the median and the peak memory as a table."""

import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Timed:
    """Seconds of one task: best and median of its runs; `first` includes whatever only happens once."""

    name: str
    first: float
    best: float
    median: float
    target: float | None = None

    def line(self, floor: float | None = None) -> str:
        """One line of the table."""
        ratio = f"{self.median / floor:8.1f}" if floor else " " * 8
        target = f"{1000 * self.target:9.0f}" if self.target else " " * 9
        return f"{self.name:<58}{1000 * self.first:9.1f}{1000 * self.best:9.1f}{1000 * self.median:9.1f}{target}{ratio}"


HEADER = f"{'milliseconds':<58}{'first':>9}{'best':>9}{'median':>9}{'target':>9}{'x floor':>8}"


def timed(name: str, task: Callable[[], Any], runs: int = 5, target: float | None = None) -> Timed:
    """Run a task several times."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        task()
        seconds.append(time.perf_counter() - start)
    return Timed(name, seconds[0], min(seconds), sorted(seconds)[len(seconds) // 2], target)


def forget_peak() -> float:
    """Start counting the peak anew; what is resident now, in MB."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak_mb()


def peak_mb() -> float:
    """Peak resident memory of this process in MB, since it was last forgotten."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) / 1024  # type: ignore[union-attr]


def load() -> str:
    """Return the machine's load, for readers of the figures."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
