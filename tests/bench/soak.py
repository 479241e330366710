"""`make soak`: thirty minutes at 70 % of what this machine can take. Errors, percentiles, memory; fails when over.

On PostgreSQL, or on SQLite where it is asked for. The database and the people who send are on the same cores as the
two workers: what they need is part of the capacity.
"""

import asyncio
import contextlib
import os
import sys
import tempfile
import time
from pathlib import Path

from app.services.waves.lifecycle import wave_status
from tests import postgres
from tests.bench.load import Tally, as_fast_as_they_can, at_a_pace
from tests.bench.server import answered_form, make_city, serving_house
from tests.bench.timing import load
from tests.web.service import WAVE

SHARE, LONGEST_WAIT, MOST_GROWTH = 0.7, 250.0, 1.1
FIRST_LOOK = 20  # seconds in which the capacity is measured
PIECES = 30  # intervals, each with its percentiles and memory


def resident_mb(process: int) -> float:
    """Memory of a process and of all that it started."""
    found = [process, *children(process)]
    return sum(int(Path(f"/proc/{each}/statm").read_text().split()[1]) * 4096 / 1e6 for each in found)


def children(process: int) -> list[int]:
    named = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [child for each in map(int, named) for child in (each, *children(each))]


def run(minutes: float, *, sqlite: bool = False) -> int:
    """Run the load and return the number of missed bars."""
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        url = None if sqlite else stack.enter_context(postgres.running(("fsync=on",))).new_database()
        settings, engine = make_city(Path(name), url)
        body = answered_form(Path("surveys/community-trust/survey.yaml").read_text("utf-8"))
        with serving_house(settings, workers=2) as (port, process):
            path = f"/s/{WAVE}"
            most = asyncio.run(as_fast_as_they_can(port, path, body, FIRST_LOOK, 1))
            people = SHARE * most.answered / 2 / FIRST_LOOK
            print(engine.dialect.name)
            print(f"capacity {most.answered / FIRST_LOOK:.0f} requests a second; {people:.0f} people come each second")
            whole, memory, thanked = Tally(), [], most.answered // 2
            print(f"{'minute':>8}{'requests':>10}{'errors':>8}{'p50 ms':>9}{'p99 ms':>9}{'MB':>8}   load")
            for piece in range(PIECES):
                start = 10**9 * (piece + 1)
                stated = asyncio.run(at_a_pace(port, path, body, minutes * 60 / PIECES, people, start))
                whole.waits.extend(stated.waits)
                for why, count in stated.errors.items():
                    whole.errors[why] = whole.errors.get(why, 0) + count
                memory.append(resident_mb(process))
                thanked += stated.answered // 2
                print(
                    f"{minutes * (piece + 1) / PIECES:>8.1f}{stated.answered:>10}{sum(stated.errors.values()):>8}"
                    f"{stated.percentile(0.5):>9.1f}{stated.percentile(0.99):>9.1f}{memory[-1]:>8.0f}   "
                    f"{os.getloadavg()[0]:.1f}",
                    flush=True,
                )
        time.sleep(1)
        kept = wave_status(engine, WAVE).waiting
        engine.dispose()
    growth = max(memory[len(memory) // 3 :]) / memory[len(memory) // 3]
    p99 = whole.percentile(0.99)
    print(f"\n{whole.answered} requests, errors {whole.errors or 0}, {load()}")
    print(f"p50 {whole.percentile(0.5):.1f} ms, p99 {p99:.1f} ms; thanked {thanked}, in the box {kept}")
    print(f"memory grew by {100 * (growth - 1):.1f} % after the first third")
    missed = [bool(whole.errors), p99 > LONGEST_WAIT, growth > MOST_GROWTH, kept < thanked]
    return sum(missed)


if __name__ == "__main__":
    stated = [each for each in sys.argv[1:] if each != "sqlite"]
    sys.exit(1 if run(float(stated[0]) if stated else 30.0, sqlite="sqlite" in sys.argv) else 0)
