"""What a second worker adds: page views and durable answers of `serve --workers 2` over those of one, on PostgreSQL.

The load comes from the same machine: with two cores it takes its part of both.
"""

import shutil
import tempfile
from pathlib import Path

from tests import postgres
from tests.bench.server import POSTS, answered_form, make_city, per_second, serving_house
from tests.bench.timing import load
from tests.web.service import WAVE

TARGET = 1.7


def run() -> None:
    """Measure and print."""
    if not shutil.which("wrk"):
        print("workers: expected the program wrk, but it is not installed (Debian package wrk)")
        return
    body = answered_form(Path("surveys/community-trust/survey.yaml").read_text("utf-8"))
    found: dict[str, list[float]] = {"page views": [], "submissions, durable": []}
    with tempfile.TemporaryDirectory() as name, postgres.running(("fsync=on",)) as server:
        for workers in (1, 2):
            folder = Path(name) / str(workers)
            folder.mkdir()
            settings, engine = make_city(folder, server.new_database())
            script = folder / "posts.lua"
            script.write_text(POSTS.format(seed=workers, body=body, path=f"/s/{WAVE}"))
            with serving_house(settings, workers) as (port, _):
                address = f"http://127.0.0.1:{port}/s/{WAVE}"
                found["page views"].append(per_second(address))
                found["submissions, durable"].append(per_second(address, script))
            engine.dispose()
    print(f"\none worker and two, PostgreSQL, {load()}")
    for what, (one, two) in found.items():
        print(f"{what:<30}{one:>10.0f}{two:>10.0f}{'ratio':>10}{two / one:>8.2f}  target {TARGET}")


if __name__ == "__main__":
    run()
