"""Page views and submissions of one worker, against a bare Starlette that does nothing, with wrk on this machine.

The floors are measured in the same run: a bare response of the same size, a bare POST echo, and a loop of durable
single-row inserts into a database of the same kind on the same disk.
"""

import contextlib
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sqlalchemy import Engine

from app.demo.population import make_population
from app.demo.simulated_answers import Respondent, fill_in
from app.questionnaire.loading import load_survey
from app.services.waves.lifecycle import wave_status
from app.settings import Settings
from tests.bench.timing import load
from tests.faults.processes import environment, free_port, wait_until_serving
from tests.services.making import make_database, make_open_wave, make_settings
from tests.web.service import LANGUAGES, POLICE, RIVERSIDE, WAVE

SECONDS = 6
CONNECTIONS = 64

BARE = """
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
PAGE = b"x" * {size}
async def page(request): return Response(PAGE, media_type="text/html")
async def echo(request): return Response(await request.body())
app = Starlette(routes=[Route("/page", page), Route("/echo", echo, methods=["POST"])])
"""

POSTS = """
math.randomseed({seed})
local function hex() return string.format("%08x", math.random(0, 0xffffffff)) end
request = function()
  local body = "_number=" .. hex() .. hex() .. hex() .. hex() .. "&{body}"
  return wrk.format("POST", "{path}", {{["Content-Type"] = "application/x-www-form-urlencoded"}}, body)
end
"""


@contextlib.contextmanager
def serving(target: str, folder: Path, environ: dict[str, str]) -> Iterator[str]:
    """One uvicorn worker on a free port of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", *target.split(), "--port", str(port), "--no-access-log"]
    process = subprocess.Popen(
        [*command, "--log-level", "warning"],
        cwd=folder,
        env={**os.environ, **environ, "PYTHONPATH": f"{folder}:{Path.cwd()}"},
    )
    try:
        for _ in range(400):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
                break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def per_second(url: str, script: Path | None = None, connections: int = CONNECTIONS) -> float:
    """Successful requests per second; anything but 2xx is an error."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", *(["-s", str(script)] if script else [])]
    stated = subprocess.run(
        [*command, "-H", "Accept-Encoding: gzip", url], capture_output=True, text=True, check=True
    ).stdout
    if "Non-2xx" in stated:
        raise RuntimeError(stated)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", stated).group(1))  # type: ignore[union-attr]


def durable_inserts(folder: Path) -> float:
    """Rows per second of a loop that commits each row durably (WAL, synchronous=FULL), 4 kB a row."""
    connection = sqlite3.connect(folder / "floor.sqlite3", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE envelope (key BLOB PRIMARY KEY, sealed BLOB) WITHOUT ROWID")
    start, rows = time.perf_counter(), 0
    while time.perf_counter() - start < SECONDS / 2:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO envelope VALUES (?, ?)", (os.urandom(16), os.urandom(4144)))
        connection.execute("COMMIT")
        rows += 1
    return rows / (time.perf_counter() - start)


def make_city(folder: Path, database_url: str | None = None) -> tuple[Settings, Engine]:
    """The core survey in the field."""
    settings = make_settings(folder, database_url)
    engine = make_database(settings)
    make_open_wave(
        engine,
        settings,
        slug=WAVE,
        survey="community-trust",
        languages=LANGUAGES,
        community_names=RIVERSIDE,
        agencies=(POLICE,),
        contact="call 555 0100",
    )
    return settings, engine


@contextlib.contextmanager
def serving_house(settings: Settings, workers: int) -> Iterator[tuple[int, int]]:
    """`commontrust serve` as an operator starts it: its port and its process."""
    port = free_port()
    command = [sys.executable, "-c", "from app.cli import main; main()", "serve", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--workers", str(workers)], env=environment(settings), stdout=subprocess.DEVNULL
    )
    try:
        wait_until_serving(port)
        time.sleep(1)  # for the second worker
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(60)


def answered_form(survey_text: str) -> str:
    """A complete answer to the core survey as a browser would send it."""
    survey = load_survey(survey_text)
    person = Respondent(make_population(50, np.random.default_rng(3)), 7, "police")
    fields = fill_in(survey, person, np.random.default_rng(4))
    return urllib.parse.urlencode(
        {**fields, "_agency": "police", "_lang": "en", "_do": "send", "_pace": "3"}, doseq=True
    )


def run() -> None:
    """Measure and print."""
    if not shutil.which("wrk"):
        print("server: expected the program wrk, but it is not installed (Debian package wrk)")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings, engine = make_city(folder)
        body = answered_form((Path("surveys/community-trust/survey.yaml")).read_text("utf-8"))
        script = folder / "posts.lua"
        with serving("app.cli.serve:application --factory", folder, environment(settings)) as ours:
            view = urllib.request.Request(f"{ours}/s/{WAVE}", headers={"Accept-Encoding": "gzip"})
            size = len(urllib.request.urlopen(view).read())
            views = per_second(f"{ours}/s/{WAVE}")
            script.write_text(POSTS.format(seed=1, body=body, path=f"/s/{WAVE}"))
            posts = per_second(f"{ours}/s/{WAVE}", script)
        kept = wave_status(engine, WAVE).waiting
        (folder / "bare.py").write_text(BARE.format(size=size))
        with serving("bare:app", folder, {}) as bare:
            bare_views = per_second(f"{bare}/page")
            script.write_text(POSTS.format(seed=2, body=body, path="/echo"))
            bare_posts = per_second(f"{bare}/echo", script)
        inserts = durable_inserts(folder)
    print(f"\none worker, {CONNECTIONS} connections, {load()}")
    print(f"{'page views a second':<44}{views:>10.0f}")
    print(
        f"{'  bare response of that size':<44}{bare_views:>10.0f}{'ratio':>10}{views / bare_views:>8.2f}  target 0.50"
    )
    print(f"{'submissions a second, durable':<44}{posts:>10.0f}   ({kept} in the box)")
    print(f"{'  bare POST echo':<44}{bare_posts:>10.0f}{'ratio':>10}{posts / bare_posts:>8.2f}  target 0.30")
    print(f"{'  single durable inserts':<44}{inserts:>10.0f}{'ratio':>10}{posts / inserts:>8.2f}  target 1.00")


if __name__ == "__main__":
    run()
