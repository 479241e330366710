"""What a second worker adds: page views and durable answers of `serve --workers 2` over those of one, on PostgreSQL.

Database and load are on the same machine: with two cores they take their part of both, and two workers share what is
left. So it is also told how much each second of processor gives that the workers do get. One and two are measured in
turn, a few times, and the medians compared: what else a shared machine does then meets both.
"""

import itertools
import os
import secrets
import shutil
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests import postgres
from tests.bench.server import POSTS, answered_form, make_city, per_second, serving_house
from tests.bench.soak import children
from tests.bench.timing import load
from tests.web.service import WAVE

TARGET, TURNS = 1.7, 5
CONNECTIONS = 256  # so that neither of two workers is left waiting for people


@dataclass(frozen=True)
class Rate:
    """Requests a second, and for each second of processor that the workers took."""

    wall: float
    processor: float


def run() -> None:
    """Measure and print."""
    if not shutil.which("wrk"):
        print("workers: expected the program wrk, but it is not installed (Debian package wrk)")
        return
    body = answered_form(Path("surveys/community-trust/survey.yaml").read_text("utf-8"))
    found: dict[str, dict[int, list[Rate]]] = {}
    with tempfile.TemporaryDirectory() as name, postgres.running(("fsync=on",)) as server:
        for turn, workers in itertools.product(range(TURNS), (1, 2)):
            folder = Path(name) / f"{turn}-{workers}"
            folder.mkdir()
            for what, rate in _rates(folder, server.new_database(), workers, body).items():
                found.setdefault(what, {1: [], 2: []})[workers].append(rate)
    print(f"\none worker and two, PostgreSQL, medians of {TURNS}, {load()}")
    for what, rates in found.items():
        one, two = (statistics.median(rate.wall for rate in rates[workers]) for workers in (1, 2))
        told = " ".join(f"{b.wall / a.wall:.2f}" for a, b in zip(rates[1], rates[2], strict=True))
        print(f"{what:<30}{one:>10.0f}{two:>10.0f}{'ratio':>10}{two / one:>8.2f}  target {TARGET} ({told})")
        one, two = (statistics.median(rate.processor for rate in rates[workers]) for workers in (1, 2))
        print(f"{'  for a second of processor':<30}{one:>10.0f}{two:>10.0f}{'twice':>10}{2 * two / one:>8.2f}")


def _rates(folder: Path, database_url: str, workers: int, body: str) -> dict[str, Rate]:
    """Page views and durable answers."""
    settings, engine = make_city(folder, database_url)
    script = folder / "posts.lua"
    script.write_text(POSTS.format(seed=secrets.randbits(30), body=body, path=f"/s/{WAVE}"))
    with serving_house(settings, workers) as (port, process):
        address = f"http://127.0.0.1:{port}/s/{WAVE}"
        rates = {
            "page views": _rate(address, None, process),
            "submissions, durable": _rate(address, script, process),
        }
    engine.dispose()
    return rates


def _rate(address: str, script: Path | None, process: int) -> Rate:
    busy, started = _processor_seconds(process), time.perf_counter()
    wall = per_second(address, script, CONNECTIONS)
    seconds = time.perf_counter() - started
    return Rate(wall, wall * seconds / (_processor_seconds(process) - busy))


def _processor_seconds(process: int) -> float:
    """What a process and all that it started have taken so far."""
    found = [
        Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split() for each in (process, *children(process))
    ]
    return sum(int(fields[11]) + int(fields[12]) for fields in found) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    run()
