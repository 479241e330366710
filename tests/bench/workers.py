"""Measure a second worker: page views and durable answers of `serve --workers 2` over those of one, on PostgreSQL.

Database and load are on the same machine and take their part of it. So two workers are compared with one worker on the
whole machine, to which the database and the load leave a core of its own, and with one worker that shares half of the
cores with its database and its load, as each of two workers does. The table also shows the requests for each second
of processor that the workers get. The script measures all in turn, a few times, and compares medians, so that other
load on a shared machine meets all of them.
"""

import contextlib
import itertools
import os
import secrets
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests import postgres
from tests.bench.server import POSTS, answered_form, make_city, per_second, serving_house
from tests.bench.soak import children
from tests.bench.timing import load
from tests.web.service import WAVE

TARGET, TURNS = 1.7, 3
CONNECTIONS = 256  # so that both workers always have requests


CORES = sorted(os.sched_getaffinity(0))
HALF = CORES[: max(len(CORES) // 2, 1)]
ONE, TWO, ONE_ON_HALF = "one worker", "two workers", "one on half"
CASES: dict[str, tuple[int, list[int]]] = {ONE: (1, CORES), TWO: (2, CORES), ONE_ON_HALF: (1, HALF)}


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
    found: dict[str, dict[str, list[Rate]]] = {}
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        servers = {case: stack.enter_context(_database(cores)) for case, (_, cores) in CASES.items()}
        for turn, (case, (workers, cores)) in itertools.product(range(TURNS), CASES.items()):
            folder = Path(name) / f"{turn}-{case}"
            folder.mkdir()
            with on_cores(cores):
                rates = _rates(folder, servers[case].new_database(), workers, body)
            for what, rate in rates.items():
                found.setdefault(what, {each: [] for each in CASES})[case].append(rate)
    print(f"\nPostgreSQL, medians of {TURNS}, {load()}")
    print(f"{'a second':<22}" + "".join(f"{case:>14}" for case in CASES) + f"{'two / one':>12}{'two / half':>12}")
    for what, rates in found.items():
        _tell(what, {case: statistics.median(rate.wall for rate in own) for case, own in rates.items()}, 1)
        _tell(
            "  of processor",
            {case: statistics.median(rate.processor for rate in own) for case, own in rates.items()},
            2,
        )
    print(f"target {TARGET}; of processor: twice what a second gives, as if two workers had a core each")


def _tell(what: str, rates: Mapping[str, float], times: int) -> None:
    stated = "".join(f"{rates[case]:>14.0f}" for case in CASES)
    print(f"{what:<22}{stated}{times * rates[TWO] / rates[ONE]:>12.2f}{times * rates[TWO] / rates[ONE_ON_HALF]:>12.2f}")


@contextlib.contextmanager
def on_cores(cores: Sequence[int]) -> Iterator[None]:
    """Keep every process that starts within the block on these cores alone."""
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, CORES)


@contextlib.contextmanager
def _database(cores: Sequence[int]) -> Iterator[postgres.Server]:
    with contextlib.ExitStack() as stack:
        with on_cores(cores):
            server = stack.enter_context(postgres.running(("fsync=on",)))
        yield server


def _rates(folder: Path, database_url: str, workers: int, body: str) -> dict[str, Rate]:
    """Page views and durable answers."""
    settings, engine = make_city(folder, database_url)
    script = folder / "posts.lua"
    script.write_text(POSTS.format(seed=secrets.randbits(30), body=body, path=f"/s/{WAVE}"))
    with serving_house(settings, workers) as (port, process):
        address = f"http://127.0.0.1:{port}/s/{WAVE}"
        rates = {
            "page views": measure_rate(address, None, process),
            "submissions, durable": measure_rate(address, script, process),
        }
    engine.dispose()
    return rates


def measure_rate(address: str, script: Path | None, process: int) -> Rate:
    """Return the requests a second, and for each second of processor of a process and its children."""
    busy, started = _processor_seconds(process), time.perf_counter()
    wall = per_second(address, script, CONNECTIONS)
    seconds = time.perf_counter() - started
    return Rate(wall, wall * seconds / (_processor_seconds(process) - busy))


def _processor_seconds(process: int) -> float:
    """Return the processor time of a process and all that it started, in seconds."""
    found = [
        Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split() for each in (process, *children(process))
    ]
    return sum(int(fields[11]) + int(fields[12]) for fields in found) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    run()
