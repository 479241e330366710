"""10,000 agencies x 40 quarters: loading their figures, and showing the scorecards of some of them.

The floors are the same work without us: reading the table with `csv` and inserting its rows with the driver, and a page
that answers without looking anything up.
"""

from __future__ import annotations

import csv
import io
import sqlite3
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from sqlalchemy import Engine
from starlette.testclient import TestClient

from app.main import create_app
from app.services.common.actor import Actor
from app.services.communities.register_import import Registered, store_register
from app.services.scorecards.load import load_measures
from app.services.scorecards.publish import publish_community
from app.services.scorecards.upload_check import NEEDED
from app.services.scorecards.upload_rows import read_rows
from tests.bench.timing import HEADER, Timed, load, timed
from tests.services.making import make_database, make_settings

AGENCIES, PERIODS, SHOWN = 10_000, 40, 40
ACT = Actor("bench", datetime(2026, 1, 20, tzinfo=UTC))
HEAD = "measure,agency,period,version,numerator,denominator,unknown,source,attested_by,attested_on\n"


def make_table(agencies: int, periods: int) -> str:
    chance = np.random.default_rng(1)
    staff = chance.integers(20, 900, agencies)
    quarters = [f"{2016 + k // 4}-Q{k % 4 + 1}" for k in range(periods)]
    trained = (staff[:, None] * chance.uniform(0.2, 0.95, (agencies, periods))).astype(int)
    lines = (
        f"1.1,a{agency},{quarter},1,{trained[agency, k]},{staff[agency]},0,Training log,Training office,2026-01-20\n"
        for agency in range(agencies)
        for k, quarter in enumerate(quarters)
    )
    return HEAD + "".join(lines)


def floor_of(table: str) -> Timed:
    def insert() -> None:
        rows = list(csv.reader(io.StringIO(table)))[1:]
        with sqlite3.connect(":memory:") as database:
            database.execute(f"CREATE TABLE figures ({HEAD.strip()})")
            database.executemany(f"INSERT INTO figures VALUES ({', '.join('?' * 10)})", rows)

    return timed("csv and the driver alone", insert, 3)


def run(agencies: int = AGENCIES, periods: int = PERIODS) -> list[Timed]:
    with tempfile.TemporaryDirectory() as folder:
        settings = make_settings(Path(folder))
        engine = make_database(settings)
        register = [Registered("state", "State", f"a{number}", f"Agency {number}") for number in range(agencies)]
        store_register(engine, register, ACT)
        table = make_table(agencies, periods)
        print(f"\nmeasures, {agencies:,} agencies x {periods} quarters, {load()}")
        print(HEADER)
        floor = floor_of(table)
        before = time.process_time()
        loading = timed("load and check every figure", lambda: load_table(engine, table), 1, 30.0)
        busy = time.process_time() - before
        publishing = timed(f"publish {SHOWN} scorecards, each", lambda: publish_some(engine), 1)
        pages = show_pages(settings, engine)
        engine.dispose()
    for task in (floor, loading):
        print(task.line(floor.median))
    print(f"processor time of the load: {busy:.1f} s")
    print(
        Timed(
            publishing.name, *(value / SHOWN for value in (publishing.first, publishing.best, publishing.median))
        ).line()
    )
    print("\n".join(page.line(pages[0].median) for page in pages))
    return [floor, loading, *pages]


def load_table(engine: Engine, table: str) -> None:
    load_measures(engine, "state", read_rows("figures.csv", table.encode(), NEEDED), ACT, "figures.csv")


def publish_some(engine: Engine) -> None:
    for number in range(SHOWN):
        publish_community(engine, "state", ACT, f"a{number}")


def show_pages(settings: object, engine: Engine) -> list[Timed]:
    app = create_app(settings)  # type: ignore[arg-type]
    with TestClient(app) as client:
        client.get("/scorecard/state/a0")
        floor = timed("a page without figures", lambda: client.get("/healthz"), 9)
        made = [time_of(client, f"/scorecard/state/a{number}?lang=en") for number in range(1, SHOWN)]
        made.sort()
        first = Timed("a scorecard made, 40 quarters", made[-1], made[0], made[len(made) // 2], 0.050)
        kept = timed("the same from memory", lambda: client.get("/scorecard/state/a3?lang=en"), 9, 0.050)
    return [floor, first, kept]


def time_of(client: TestClient, address: str) -> float:
    start = time.perf_counter()
    assert client.get(address).status_code == 200
    return time.perf_counter() - start


if __name__ == "__main__":
    run()
